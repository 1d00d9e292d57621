"""Quotations: offers, reckoned and numbered like invoices, and their conversion."""

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, refusal
from mockvoice.vendors.optiflow.models import (
    CANCELLED,
    CONVERTED,
    DRAFT,
    PENDING,
    REJECTED,
    DocumentSubtype,
    Invoice,
    Quotation,
    Visit,
)
from mockvoice.vendors.optiflow.rules import headers, invoices, ncf
from mockvoice.vendors.optiflow.rules.lines import figures_of, read_lines
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, identifier, listed, word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    changes,
    day,
    day_or_none,
    refuse,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, integer


def search(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Quotation]:
    """A page of the workspace's quotations. Documented: filters."""
    return listed(
        backend.quotations,
        query,
        where={"workspace": visit.workspace_id},
        filters={"status": word, "contact_id": identifier},
    )


def find(backend: OptiBackend, visit: Visit, quotation_id: int) -> Quotation:
    """The quotation, if the workspace has it. Raises ``NotFound``."""
    quotation = find_record(backend.quotations, quotation_id)
    if quotation.workspace_id != visit.workspace_id:
        raise NotFound
    return quotation


def create(backend: OptiBackend, visit: Visit, body: Body) -> Quotation:
    """A new quotation. Documented: a draft that moves no stock. Observed: numbered as invoices are."""
    errors: Errors = {}
    headers.check_parties(backend, body, errors)
    series = ncf.series_for(backend, body, "quotation", errors)
    issued, due = day(body["issue_date"]), day_or_none(body.get("due_date"))
    headers.check_days(issued, due, errors)
    refuse(errors)
    if series is None:
        raise KeyError(body["document_subtype_id"])
    lines = read_lines(backend, body["items"], "quotation_item")
    now = backend.clock.now()
    return backend.quotations.put(
        Quotation(
            id=backend.ids.next("quotation"),
            workspace_id=visit.workspace_id,
            contact_id=integer(body["contact_id"]),
            document_subtype_id=series.id,
            document_number=_number(backend, series),
            issue_date=issued,
            due_date=due,
            status=DRAFT,
            currency_id=headers.currency_of(backend, body).id,
            lines=lines,
            figures=figures_of(lines),
            created_at=now,
            updated_at=now,
            notes=body.get("notes"),
        )
    )


def _number(backend: OptiBackend, series: DocumentSubtype) -> str:
    return ncf.issue(backend, series, lambda number: ncf.is_used_by_quotation(backend, number))


def update(backend: OptiBackend, visit: Visit, quotation_id: int, body: Body) -> Quotation:
    """The quotation with what a body changes. Raises ``Invalid`` once it is converted.

    Observed: the status may be sent. Assumed: any but ``converted``, and the refusal.
    """
    quotation = find(backend, visit, quotation_id)
    if quotation.status == CONVERTED:
        raise refusal("La cotización ya fue convertida en factura.")
    errors: Errors = {}
    headers.check_parties(backend, body, errors)
    series_id = body.get("document_subtype_id")
    if series_id is not None and integer(series_id) != quotation.document_subtype_id:
        errors["document_subtype_id"] = ["El tipo de comprobante no se puede cambiar."]
    issued, due = headers.days_of(quotation, body)
    if "issue_date" in body or "due_date" in body:
        headers.check_days(issued, due, errors)
    refuse(errors)
    changed = replace(
        quotation,
        **changes(body, ("notes", "status")),
        **headers.header_ids(body),
        issue_date=issued,
        due_date=due,
        updated_at=backend.clock.now(),
    )
    if "items" in body:
        old = {line.id: line for line in quotation.lines}
        lines = read_lines(backend, body["items"], "quotation_item", old)
        changed = replace(changed, lines=lines, figures=figures_of(lines))
    return backend.quotations.put(changed)


def delete(backend: OptiBackend, visit: Visit, quotation_id: int) -> None:
    """Remove the quotation. Raises ``Invalid`` once it is converted.

    Assumed: any other may go; the source means drafts only, and through a slip refuses them all.
    """
    quotation = find(backend, visit, quotation_id)
    if quotation.status == CONVERTED:
        raise refusal("La cotización ya fue convertida en factura.")
    backend.quotations.delete(quotation_id)


def convert(backend: OptiBackend, visit: Visit, quotation_id: int, body: Body | None) -> Invoice:
    """The invoice made of a quotation, which becomes ``converted``. Raises ``Invalid``.

    Documented: the same lines, and the status. Observed: which states are refused, and the texts
    that the form is filled with. Assumed: prices, discounts and rates stay as they were offered.
    """
    quotation, sent = find(backend, visit, quotation_id), body or {}
    if quotation.status in (CONVERTED, CANCELLED, REJECTED):
        raise refusal("La cotización no se puede convertir en su estado actual.")
    errors: Errors = {}
    series = ncf.series_for(backend, sent, "invoice", errors)
    issued = day_or_none(sent.get("issue_date")) or backend.clock.today()
    due = day_or_none(sent.get("due_date"))
    headers.check_days(issued, due, errors)
    refuse(errors)
    if due is None and quotation.due_date is not None and quotation.due_date >= issued:
        due = quotation.due_date
    series = series or ncf.default_series(backend, visit.workspace_id)
    headers.check_buyer(backend, series, quotation.contact_id, errors)
    refuse(errors)
    now = backend.clock.now()
    intro = f"Generada a partir de la cotización {quotation.document_number}."
    lines = tuple([replace(line, id=backend.ids.next("invoice_item")) for line in quotation.lines])
    invoice = Invoice(
        id=backend.ids.next("invoice"),
        workspace_id=visit.workspace_id,
        contact_id=quotation.contact_id,
        document_subtype_id=series.id,
        document_number=ncf.issue(backend, series, lambda n: ncf.is_used_by_invoice(backend, n)),
        issue_date=issued,
        due_date=due,
        status=DRAFT if series.is_electronic else PENDING,
        currency_id=quotation.currency_id,
        lines=lines,
        figures=quotation.figures,
        created_by=visit.user_id,
        created_at=now,
        updated_at=now,
        payment_term="manual",
        notes="\n".join(filter(None, (intro, quotation.notes))),
        is_electronic=series.is_electronic,
        quotation_id=quotation.id,
    )
    return invoices.store(backend, visit, invoice, quotation)
