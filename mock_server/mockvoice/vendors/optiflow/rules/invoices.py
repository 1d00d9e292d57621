"""Invoices: numbered once, reckoned by the server, paid by payments, never really gone."""

from datetime import date

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, refusal
from mockvoice.vendors.optiflow.models import (
    CANCELLED,
    CONVERTED,
    DELETED,
    DRAFT,
    PENDING,
    DocumentSubtype,
    Invoice,
    Quotation,
    Visit,
)
from mockvoice.vendors.optiflow.rules import goods, headers, ncf
from mockvoice.vendors.optiflow.rules.lines import figures_of, read_lines
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, a_day, identifier, listed, word
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    changes,
    day,
    day_or_none,
    known,
    referred,
    refuse,
    unique_ids,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, integer, selected_is_invalid

NOT_EDITABLE = "La factura ya no se puede editar."
NOT_DELETABLE = "La factura ya no se puede eliminar."


def search(backend: OptiBackend, visit: Visit, query: Query) -> Listed[Invoice]:
    """A page of the workspace's invoices. Documented: filters and sorts."""
    return listed(
        backend.invoices,
        query,
        where={"workspace": visit.workspace_id},
        filters={"status": word, "contact_id": identifier, "issue_date": a_day},
    )


def find(backend: OptiBackend, visit: Visit, invoice_id: int) -> Invoice:
    """The invoice, if the workspace has it and it is not deleted. Raises ``NotFound``."""
    invoice = find_record(backend.invoices, invoice_id)
    if invoice.workspace_id != visit.workspace_id or invoice.status == DELETED:
        raise NotFound
    return invoice


def create(backend: OptiBackend, visit: Visit, body: Body) -> Invoice:
    """A new invoice: numbered, reckoned, and its stock moved; all of it or nothing.

    Documented: the server computes totals, taxes and number. Observed: the order of the steps.
    """
    errors: Errors = {}
    headers.check_parties(backend, body, errors)
    series = ncf.series_for(backend, body, "invoice", errors)
    quotation = _quotation(backend, visit, body, errors)
    headers.check_days(day(body["issue_date"]), day_or_none(body.get("due_date")), errors)
    if series is not None:
        headers.check_buyer(backend, series, integer(body["contact_id"]), errors)
    refuse(errors)
    if series is None:
        raise KeyError(body["document_subtype_id"])
    lines = read_lines(backend, body["items"], "invoice_item")
    issued = day(body["issue_date"])
    invoice = Invoice(
        id=backend.ids.next("invoice"),
        workspace_id=visit.workspace_id,
        contact_id=integer(body["contact_id"]),
        document_subtype_id=series.id,
        document_number=_number(backend, series, body.get("ncf"), issued),
        issue_date=issued,
        due_date=day_or_none(body.get("due_date"))
        or headers.due_after(issued, body.get("payment_term")),
        status=DRAFT if series.is_electronic else PENDING,
        currency_id=headers.currency_of(backend, body).id,
        lines=lines,
        figures=figures_of(lines),
        created_by=visit.user_id,
        created_at=(now := backend.clock.now()),
        updated_at=now,
        payment_term=body.get("payment_term"),
        notes=body.get("notes"),
        is_electronic=series.is_electronic,
        quotation_id=quotation.id if quotation else None,
        salesmen_ids=unique_ids(headers.salesmen_of(body)[1] or ()),
    )
    return store(backend, visit, invoice, quotation)


def store(
    backend: OptiBackend, visit: Visit, invoice: Invoice, quotation: Quotation | None
) -> Invoice:
    """The new invoice as it is kept, once its stock is taken and its quotation converted."""
    if quotation is not None:
        converted = replace(quotation, status=CONVERTED, updated_at=invoice.created_at)
        backend.quotations.put(converted)
    return backend.invoices.put(goods.sell(backend, visit, invoice))


def _quotation(backend: OptiBackend, visit: Visit, body: Body, errors: Errors) -> Quotation | None:
    quotation = referred(body, "quotation_id", backend.quotations, errors)
    if quotation is not None and quotation.workspace_id != visit.workspace_id:
        errors["quotation_id"] = [selected_is_invalid("quotation_id")]
    elif quotation is not None and quotation.status == CONVERTED:
        errors["quotation_id"] = ["La cotización ya fue convertida en factura."]
    return quotation


def _number(backend: OptiBackend, series: DocumentSubtype, given: str | None, issued: date) -> str:
    if given:
        return ncf.claim(
            backend, series, given, issued, lambda n: ncf.is_used_by_invoice(backend, n)
        )
    return ncf.issue(backend, series, lambda n: ncf.is_used_by_invoice(backend, n))


def update(backend: OptiBackend, visit: Visit, invoice_id: int, body: Body) -> Invoice:
    """The invoice with what a body changes. Raises ``Invalid`` once it is no longer editable.

    Documented: every field is optional. Observed: which states can be edited. Assumed: what is
    absent stays, null clears, and sending ``cancelled`` cancels.
    """
    invoice = find(backend, visit, invoice_id)
    if body.get("status") == CANCELLED:
        return cancel(backend, visit, invoice)
    if invoice.status != PENDING or invoice.is_electronic:
        raise refusal(NOT_EDITABLE)
    errors: Errors = {}
    headers.check_parties(backend, body, errors)
    series_id = body.get("document_subtype_id")
    if series_id is not None and integer(series_id) != invoice.document_subtype_id:
        errors["document_subtype_id"] = ["El tipo de comprobante no se puede cambiar."]
    issued, due = headers.days_of(invoice, body)
    if "issue_date" in body or "due_date" in body:
        headers.check_days(issued, due, errors)
    refuse(errors)
    changed = replace(
        invoice,
        **changes(body, ("payment_term", "notes")),
        **headers.header_ids(body),
        issue_date=issued,
        due_date=due,
        document_number=_renumbered(backend, invoice, body.get("ncf"), issued),
        updated_at=backend.clock.now(),
    )
    field, ids = headers.salesmen_of(body)
    if field in body:
        changed = replace(changed, salesmen_ids=unique_ids(ids or ()))
    if "items" in body:
        old = {line.id: line for line in invoice.lines}
        changed = replace(changed, lines=read_lines(backend, body["items"], "invoice_item", old))
        changed = replace(changed, figures=figures_of(changed.lines))
        changed = goods.exchange(backend, visit, changed, old)
    return backend.invoices.put(changed)


def _renumbered(backend: OptiBackend, invoice: Invoice, number: str | None, issued: date) -> str:
    """The invoice's number, or another of its series. Assumed: the counter follows, other than in
    the source, where a slip leaves it behind.
    """
    if not number or number == invoice.document_number:
        return invoice.document_number
    series = known(backend.document_subtypes, invoice.document_subtype_id)
    return _number(backend, series, number, issued)


def cancel(backend: OptiBackend, visit: Visit, invoice: Invoice) -> Invoice:
    """The invoice, cancelled: its stock is back, its number stays. Raises ``Invalid``.

    Assumed: all of it, since nothing documented cancels; from ``pending_payment`` and ``draft``.
    """
    if invoice.status not in (PENDING, DRAFT):
        raise refusal("La factura ya no se puede anular.")
    changed = replace(invoice, status=CANCELLED, updated_at=backend.clock.now())
    return backend.invoices.put(goods.take_back(backend, visit, changed))


def delete(backend: OptiBackend, visit: Visit, invoice_id: int) -> None:
    """Hide the invoice, and return its stock. Raises ``Invalid``.

    Observed: which states allow it, never an electronic one, and that the number stays used.
    Documented: the stock returns; the source moves nothing.
    """
    invoice = find(backend, visit, invoice_id)
    if invoice.is_electronic or invoice.status not in (PENDING, DRAFT, CANCELLED):
        raise refusal(NOT_DELETABLE)
    changed = replace(invoice, status=DELETED, updated_at=backend.clock.now())
    backend.invoices.put(goods.take_back(backend, visit, changed))
