"""Invoices: their numbers, amounts and statuses, from creation to deletion."""

from datetime import date

from msgspec.structs import replace

from mockvoice.vendors.optiflow import quirks
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import NotFound, general_error
from mockvoice.vendors.optiflow.models import (
    CANCELLED,
    CONVERTED,
    DELETED,
    DRAFT,
    PENDING,
    Actor,
    DocumentSubtype,
    Invoice,
    Line,
    Quotation,
)
from mockvoice.vendors.optiflow.rules import headers, ncf, stock_moves
from mockvoice.vendors.optiflow.rules.lines import (
    check_lines,
    document_figures,
    parse_lines,
    with_line_ids,
)
from mockvoice.vendors.optiflow.rules.lists import (
    PageResult,
    Query,
    paginate,
    parse_exact_date,
    parse_id,
    parse_word,
)
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    get_existing,
    parse_date,
    parse_date_or_none,
    resolve_reference,
    submitted_fields,
)
from mockvoice.vendors.optiflow.rules.records import (
    find as find_record,
)
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid, unique_ids

NOT_EDITABLE = "La factura ya no se puede editar."
NOT_DELETABLE = "La factura ya no se puede eliminar."


def search(backend: OptiBackend, actor: Actor, query: Query) -> PageResult[Invoice]:
    """Return a page of the workspace's invoices. Documented: filters and sort fields."""
    return paginate(
        backend.invoices,
        query,
        where={"workspace": actor.workspace_id},
        filters={"status": parse_word, "contact_id": parse_id, "issue_date": parse_exact_date},
    )


def find(backend: OptiBackend, actor: Actor, invoice_id: int) -> Invoice:
    """Return an invoice of the workspace that is not deleted. Raises ``NotFound``."""
    invoice = find_record(backend.invoices, invoice_id)
    if invoice.workspace_id != actor.workspace_id or invoice.status == DELETED:
        raise NotFound
    return invoice


def check_new(
    backend: OptiBackend, actor: Actor, body: Body
) -> tuple[DocumentSubtype | None, Quotation | None, list[Line]]:
    """Return the series, the quotation and the lines of a new invoice; lines have no ids yet.

    The body may lack required fields. Raises ``Invalid`` with the errors of all fields.
    """
    errors: Errors = {}
    headers.check_references(backend, body, errors)
    series = ncf.resolve_series(backend, body, "invoice", errors)
    quotation = _resolve_quotation(backend, actor, body, errors)
    headers.check_new_dates(body, errors)
    if series is not None and body.get("contact_id") is not None:
        headers.check_buyer(backend, series, integer(body["contact_id"]), errors)
    lines = check_lines(backend, body.get("items") or (), {}, errors)
    raise_if_errors(errors)
    return series, quotation, lines


def create(backend: OptiBackend, actor: Actor, body: Body) -> Invoice:
    """Create an invoice: assign its number, calculate its amounts and take its stock.

    Raises ``Invalid``. Documented: the server determines totals, taxes and number. Observed: the order
    of the steps.
    """
    series, quotation, checked_lines = check_new(backend, actor, body)
    if series is None:
        raise KeyError(body["document_subtype_id"])
    lines = with_line_ids(backend, checked_lines, "invoice_item")
    issued = parse_date(body["issue_date"])
    terms = headers.submitted_terms(body).get("payment_term")
    invoice = Invoice(
        id=backend.ids.next("invoice"),
        workspace_id=actor.workspace_id,
        contact_id=integer(body["contact_id"]),
        document_subtype_id=series.id,
        document_number=_assign_number(backend, series, body.get("ncf"), issued),
        issue_date=issued,
        due_date=parse_date_or_none(body.get("due_date"))
        or headers.due_date_of_terms(issued, terms),
        status=DRAFT if series.is_electronic else PENDING,
        currency_id=headers.resolve_currency(backend, body).id,
        lines=lines,
        figures=document_figures(lines),
        created_by=actor.user_id,
        created_at=(now := backend.clock.now()),
        updated_at=now,
        payment_term=terms,
        notes=body.get("notes"),
        is_electronic=series.is_electronic,
        quotation_id=quotation.id if quotation else None,
        salesmen_ids=unique_ids(headers.submitted_salesmen(body)[1] or ()),
    )
    return save_new(backend, actor, invoice, quotation)


def save_new(
    backend: OptiBackend, actor: Actor, invoice: Invoice, quotation: Quotation | None
) -> Invoice:
    """Save a new invoice, take its stock and mark its quotation as converted. Raises ``Invalid``."""
    if quotation is not None:
        converted = replace(quotation, status=CONVERTED, updated_at=invoice.created_at)
        backend.quotations.put(converted)
    return backend.invoices.put(stock_moves.sell(backend, actor, invoice))


def _resolve_quotation(
    backend: OptiBackend, actor: Actor, body: Body, errors: Errors
) -> Quotation | None:
    quotation = resolve_reference(body, "quotation_id", backend.quotations, errors)
    if quotation is not None and quotation.workspace_id != actor.workspace_id:
        errors["quotation_id"] = [selected_is_invalid("quotation_id")]
    elif quotation is not None and quotation.status == CONVERTED:
        errors["quotation_id"] = ["La cotización ya fue convertida en factura."]
    return quotation


def _assign_number(
    backend: OptiBackend, series: DocumentSubtype, requested: str | None, issued: date
) -> str:
    if requested:
        return ncf.use_chosen_number(
            backend, series, requested, issued, lambda n: ncf.is_used_by_invoice(backend, n)
        )
    return ncf.issue(backend, series, lambda n: ncf.is_used_by_invoice(backend, n))


def update(backend: OptiBackend, actor: Actor, invoice_id: int, body: Body) -> Invoice:
    """Update the submitted fields of an invoice. Raises ``Invalid`` once it is no longer editable.

    Documented: every field is optional. Observed: the statuses that allow it. Assumed: absent fields
    keep their values, null clears a field, and the status ``cancelled`` cancels the invoice.
    """
    invoice = find(backend, actor, invoice_id)
    if body.get("status") == CANCELLED:
        return cancel(backend, actor, invoice)
    if invoice.status != PENDING or invoice.is_electronic:
        raise general_error(NOT_EDITABLE)
    errors: Errors = {}
    headers.check_references(backend, body, errors)
    new_series = _resolve_new_series(backend, invoice, body, errors)
    issued, due = headers.updated_dates(invoice, body)
    if "issue_date" in body or "due_date" in body:
        headers.check_dates(issued, due, errors)
    raise_if_errors(errors)
    changed = replace(
        invoice,
        **submitted_fields(body, ("notes",)),
        **headers.submitted_terms(body),
        **headers.submitted_references(body),
        issue_date=issued,
        due_date=due,
        document_number=_updated_number(backend, invoice, new_series, body.get("ncf"), issued),
        updated_at=backend.clock.now(),
    )
    if new_series is not None:
        changed = _in_series(changed, new_series)
    field, ids = headers.submitted_salesmen(body)
    if field in body:
        changed = replace(changed, salesmen_ids=unique_ids(ids or ()))
    if "items" in body:
        old_lines = {line.id: line for line in invoice.lines}
        lines = parse_lines(backend, body["items"], "invoice_item", old_lines)
        changed = replace(changed, lines=lines, figures=document_figures(lines))
        changed = stock_moves.apply_line_changes(backend, actor, changed, old_lines)
    return backend.invoices.put(changed)


def _resolve_new_series(
    backend: OptiBackend, invoice: Invoice, body: Body, errors: Errors
) -> DocumentSubtype | None:
    """Return the other series of an update, with the same checks as on creation; usually ``None``."""
    value = body.get("document_subtype_id")
    if value is None or integer(value) == invoice.document_subtype_id:
        return None
    if not quirks.can_change_series(backend):
        errors["document_subtype_id"] = ["El tipo de comprobante no se puede cambiar."]
        return None
    series = ncf.resolve_series(backend, body, "invoice", errors)
    if series is not None:
        contact_id = integer(body.get("contact_id") or invoice.contact_id)
        headers.check_buyer(backend, series, contact_id, errors)
    return series


def _in_series(invoice: Invoice, series: DocumentSubtype) -> Invoice:
    """Return the invoice in another series. Assumed: in an electronic one it is a draft, as if new."""
    return replace(
        invoice,
        document_subtype_id=series.id,
        is_electronic=series.is_electronic,
        status=DRAFT if series.is_electronic else PENDING,
    )


def _updated_number(
    backend: OptiBackend,
    invoice: Invoice,
    new_series: DocumentSubtype | None,
    requested: str | None,
    issued: date,
) -> str:
    """Return the invoice's number, or a new one if it was requested or the series changes.

    Raises ``Invalid``. Assumed: the series' counter advances (in the source it does not, because of a
    bug), and an old number is never issued again.
    """
    if new_series is not None:
        return _assign_number(backend, new_series, requested, issued)
    if not requested or requested == invoice.document_number:
        return invoice.document_number
    series = get_existing(backend.document_subtypes, invoice.document_subtype_id)
    return _assign_number(backend, series, requested, issued)


def cancel(backend: OptiBackend, actor: Actor, invoice: Invoice) -> Invoice:
    """Cancel an invoice: its stock returns, its number stays used. Raises ``Invalid``.

    Assumed: the whole rule, for ``pending_payment`` and ``draft``; the documentation has none.
    """
    if invoice.status not in (PENDING, DRAFT):
        raise general_error("La factura ya no se puede anular.")
    changed = replace(invoice, status=CANCELLED, updated_at=backend.clock.now())
    return backend.invoices.put(stock_moves.return_stock(backend, actor, changed))


def delete(backend: OptiBackend, actor: Actor, invoice_id: int) -> None:
    """Hide an invoice and return its stock. Raises ``Invalid``.

    Observed: the statuses that allow it, never for electronic invoices; the number stays used.
    Documented: the stock returns; the source moves nothing.
    """
    invoice = find(backend, actor, invoice_id)
    if invoice.is_electronic or invoice.status not in (PENDING, DRAFT, CANCELLED):
        raise general_error(NOT_DELETABLE)
    changed = replace(invoice, status=DELETED, updated_at=backend.clock.now())
    backend.invoices.put(stock_moves.return_stock(backend, actor, changed))
