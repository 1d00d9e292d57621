"""Quotations, calculated and numbered like invoices, and their conversion to invoices."""

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, general_error
from mockvoice.vendors.optiflow.models import (
    CANCELLED,
    CONVERTED,
    DRAFT,
    PENDING,
    REJECTED,
    Actor,
    DocumentSubtype,
    Invoice,
    Line,
    Quotation,
)
from mockvoice.vendors.optiflow.rules import headers, invoices, ncf
from mockvoice.vendors.optiflow.rules.lines import (
    check_lines,
    document_figures,
    parse_lines,
    with_line_ids,
)
from mockvoice.vendors.optiflow.rules.lists import PageResult, Query, paginate, parse_id, parse_word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    parse_date,
    parse_date_or_none,
    submitted_fields,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, integer, raise_if_errors


def search(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Quotation]:
    """Return a page of the workspace's quotations. Documented: the filters."""
    return paginate(
        backend.quotations,
        query,
        where={"workspace": actor.workspace_id},
        filters={"status": parse_word, "contact_id": parse_id},
    )


def find(backend: OptiBackend, actor: Actor, quotation_id: int) -> Quotation:
    """Return a quotation of the workspace. Raises ``NotFound``."""
    quotation = find_record(backend.quotations, quotation_id)
    if quotation.workspace_id != actor.workspace_id:
        raise NotFound
    return quotation


def check_new(backend: OptiBackend, body: Body) -> tuple[DocumentSubtype | None, list[Line]]:
    """Return the series and the lines of a new quotation; lines have no ids yet.

    The body may lack required fields. Raises ``Invalid`` with the errors of all fields.
    """
    errors: Errors = {}
    headers.check_references(backend, body, errors)
    series = ncf.resolve_series(backend, body, "quotation", errors)
    headers.check_new_dates(body, errors)
    lines = check_lines(backend, body.get("items") or (), {}, errors)
    raise_if_errors(errors)
    return series, lines


def create(backend: OptiBackend, actor: Actor, body: Body) -> Quotation:
    """Create a quotation. Raises ``Invalid``.

    Documented: it is a draft and moves no stock. Observed: it is numbered like an invoice.
    """
    series, checked_lines = check_new(backend, body)
    if series is None:
        raise KeyError(body["document_subtype_id"])
    issued, due = parse_date(body["issue_date"]), parse_date_or_none(body.get("due_date"))
    lines = with_line_ids(backend, checked_lines, "quotation_item")
    now = backend.clock.now()
    return backend.quotations.put(
        Quotation(
            id=backend.ids.next("quotation"),
            workspace_id=actor.workspace_id,
            contact_id=integer(body["contact_id"]),
            document_subtype_id=series.id,
            document_number=_next_number(backend, series),
            issue_date=issued,
            due_date=due,
            status=DRAFT,
            currency_id=headers.resolve_currency(backend, body).id,
            lines=lines,
            figures=document_figures(lines),
            created_at=now,
            updated_at=now,
            notes=body.get("notes"),
        )
    )


def _next_number(backend: OptiBackend, series: DocumentSubtype) -> str:
    return ncf.issue(backend, series, lambda number: ncf.is_used_by_quotation(backend, number))


def update(backend: OptiBackend, actor: Actor, quotation_id: int, body: Body) -> Quotation:
    """Update the submitted fields of a quotation. Raises ``Invalid`` once it is converted.

    Observed: the status can be set. Assumed: every status but ``converted``, and the error.
    """
    quotation = find(backend, actor, quotation_id)
    if quotation.status == CONVERTED:
        raise general_error("La cotización ya fue convertida en factura.")
    errors: Errors = {}
    headers.check_references(backend, body, errors)
    series_id = body.get("document_subtype_id")
    if series_id is not None and integer(series_id) != quotation.document_subtype_id:
        errors["document_subtype_id"] = ["El tipo de comprobante no se puede cambiar."]
    issued, due = headers.updated_dates(quotation, body)
    if "issue_date" in body or "due_date" in body:
        headers.check_dates(issued, due, errors)
    raise_if_errors(errors)
    changed = replace(
        quotation,
        **submitted_fields(body, ("notes", "status")),
        **headers.submitted_references(body),
        issue_date=issued,
        due_date=due,
        updated_at=backend.clock.now(),
    )
    if "items" in body:
        old_lines = {line.id: line for line in quotation.lines}
        lines = parse_lines(backend, body["items"], "quotation_item", old_lines)
        changed = replace(changed, lines=lines, figures=document_figures(lines))
    return backend.quotations.put(changed)


def delete(backend: OptiBackend, actor: Actor, quotation_id: int) -> None:
    """Delete a quotation. Raises ``Invalid`` once it is converted.

    Assumed: all others can be deleted; the source is meant to delete drafts only, but rejects all.
    """
    quotation = find(backend, actor, quotation_id)
    if quotation.status == CONVERTED:
        raise general_error("La cotización ya fue convertida en factura.")
    backend.quotations.delete(quotation_id)


def convert(backend: OptiBackend, actor: Actor, quotation_id: int, body: Body | None) -> Invoice:
    """Create an invoice from a quotation, which becomes ``converted``. Raises ``Invalid``.

    Documented: the same lines, and the status. Observed: the rejected statuses, and the texts in the
    prefilled form. Assumed: prices, discounts and rates are those of the quotation.
    """
    quotation, fields = find(backend, actor, quotation_id), body or {}
    if quotation.status in (CONVERTED, CANCELLED, REJECTED):
        raise general_error("La cotización no se puede convertir en su estado actual.")
    errors: Errors = {}
    series = ncf.resolve_series(backend, fields, "invoice", errors)
    issued = parse_date_or_none(fields.get("issue_date")) or backend.clock.today()
    due = parse_date_or_none(fields.get("due_date"))
    headers.check_dates(issued, due, errors)
    raise_if_errors(errors)
    if due is None and quotation.due_date is not None and quotation.due_date >= issued:
        due = quotation.due_date
    series = series or ncf.default_series(backend, actor.workspace_id)
    headers.check_buyer(backend, series, quotation.contact_id, errors)
    raise_if_errors(errors)
    now = backend.clock.now()
    intro = f"Generada a partir de la cotización {quotation.document_number}."
    lines = tuple([replace(line, id=backend.ids.next("invoice_item")) for line in quotation.lines])
    invoice = Invoice(
        id=backend.ids.next("invoice"),
        workspace_id=actor.workspace_id,
        contact_id=quotation.contact_id,
        document_subtype_id=series.id,
        document_number=ncf.issue(backend, series, lambda n: ncf.is_used_by_invoice(backend, n)),
        issue_date=issued,
        due_date=due,
        status=DRAFT if series.is_electronic else PENDING,
        currency_id=quotation.currency_id,
        lines=lines,
        figures=quotation.figures,
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
        payment_term="manual",
        notes="\n".join(filter(None, (intro, quotation.notes))),
        is_electronic=series.is_electronic,
        quotation_id=quotation.id,
    )
    return invoices.save_new(backend, actor, invoice, quotation)
