"""Invoices: numbered once, reckoned by the server, paid by payments, never really gone."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from stdnum.do import rnc

from mock_server.kernel.money import total
from mock_server.vendors.optiflow.backend import OptiBackend
from mock_server.vendors.optiflow.errors import NotFound, refusal
from mock_server.vendors.optiflow.models import (
    CANCELLED,
    COMPLETED,
    CONVERTED,
    DELETED,
    DRAFT,
    PAID,
    PARTLY_PAID,
    PENDING,
    Contact,
    Currency,
    DocumentSubtype,
    Invoice,
    Line,
    Payment,
    Quotation,
    Visit,
)
from mock_server.vendors.optiflow.rules import ncf, stock
from mock_server.vendors.optiflow.rules.lines import figures_of, read_lines
from mock_server.vendors.optiflow.rules.lists import Listed, Query, a_day, identifier, listed, word
from mock_server.vendors.optiflow.rules.records import (
    Body,
    changes,
    check_ids,
    day,
    day_or_none,
    known,
    referred,
    refuse,
    unique_ids,
)
from mock_server.vendors.optiflow.rules.records import (
    find as find_record,
)
from mock_server.vendors.optiflow.rules.totals import amount_due
from mock_server.web.laravel import Errors, integer, selected_is_invalid

MOST_DAYS_OF_CREDIT = 3650
NOT_EDITABLE = "La factura ya no se puede editar."
NOT_DELETABLE = "La factura ya no se puede eliminar."

# What follows from payments. Documented: the three states.
_PAYABLE = (PENDING, PARTLY_PAID)
_SETTLED = (PARTLY_PAID, PAID)


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
    check_parties(backend, body, errors)
    series = ncf.series_for(backend, body, "invoice", errors)
    quotation = _quotation(backend, visit, body, errors)
    check_days(day(body["issue_date"]), day_or_none(body.get("due_date")), errors)
    if series is not None:
        check_buyer(backend, series, integer(body["contact_id"]), errors)
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
        due_date=day_or_none(body.get("due_date")) or due_after(issued, body.get("payment_term")),
        status=DRAFT if series.is_electronic else PENDING,
        currency_id=currency_of(backend, body).id,
        lines=lines,
        figures=figures_of(lines),
        created_by=visit.user_id,
        created_at=(now := backend.clock.now()),
        updated_at=now,
        payment_term=body.get("payment_term"),
        notes=body.get("notes"),
        is_electronic=series.is_electronic,
        quotation_id=quotation.id if quotation else None,
        salesmen_ids=unique_ids(_salesmen(body)[1] or ()),
    )
    return store(backend, visit, invoice, quotation)


def store(
    backend: OptiBackend, visit: Visit, invoice: Invoice, quotation: Quotation | None
) -> Invoice:
    """The new invoice as it is kept, once its stock is taken and its quotation converted."""
    if quotation is not None:
        converted = replace(quotation, status=CONVERTED, updated_at=invoice.created_at)
        backend.quotations.put(converted)
    lines = [
        _sold(backend, visit, invoice, line, position)
        for position, line in enumerate(invoice.lines)
    ]
    return backend.invoices.put(replace(invoice, lines=tuple(lines)))


def check_parties(backend: OptiBackend, body: Body, errors: Errors) -> None:
    """Note a customer, a currency or salesmen who are not there. Assumed: any contact will do."""
    referred(body, "contact_id", backend.contacts, errors)
    currency = referred(body, "currency_id", backend.currencies, errors)
    if currency is not None and not currency.is_active:
        errors["currency_id"] = [selected_is_invalid("currency_id")]
    field, ids = _salesmen(body)
    check_ids(field, ids or (), backend.salesmen, errors)


def check_days(issued: date, due: date | None, errors: Errors) -> None:
    """Note a last day before the first. Observed: the rule; the same day is fine."""
    if due is not None and due < issued:
        errors["due_date"] = ["The due date field must be a date after or equal to issue date."]


def _salesmen(body: Body) -> tuple[str, Any]:
    """The salesmen's ids under the name that was used. Assumed: the second name."""
    field = "salesmen_ids" if body.get("salesmen_ids") is not None else "salesman_ids"
    if field not in body:
        field = "salesmen_ids"
    return field, body.get(field)


def check_buyer(
    backend: OptiBackend, series: DocumentSubtype, contact_id: int, errors: Errors
) -> None:
    """Note a buyer without a tax number on ``E31``. Observed: nine or eleven digits, unchecked."""
    contact = backend.contacts.get(contact_id)
    if contact is not None and series.prefix == "E31":
        number = rnc.compact(contact.identification_number or "")
        if not (number.isascii() and number.isdigit()) or len(number) not in (9, 11):
            errors["contact_id"] = [
                "El cliente necesita un RNC o una cédula para este comprobante."
            ]


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


def due_after(issued: date, term: str | None) -> date | None:
    """The last day that the terms name: ``30days`` or "Net 30" is thirty days on.

    Observed: for the first form, on the screen. Assumed: the first whole number of any text, up to
    ten years.
    """
    found = re.search("[0-9]+", term or "")
    if found is None or len(found[0]) > 9 or int(found[0]) > MOST_DAYS_OF_CREDIT:
        return None
    try:
        return issued + timedelta(days=int(found[0]))
    except OverflowError:
        return None


def currency_of(backend: OptiBackend, body: Body) -> Currency:
    """The currency that a body names, or the default one. Documented: so; the source has one only."""
    value = body.get("currency_id")
    if value is not None:
        return known(backend.currencies, integer(value))
    return next(each for each in backend.currencies if each.is_default)


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
    check_parties(backend, body, errors)
    series_id = body.get("document_subtype_id")
    if series_id is not None and integer(series_id) != invoice.document_subtype_id:
        errors["document_subtype_id"] = ["El tipo de comprobante no se puede cambiar."]
    issued, due = days_of(invoice, body)
    if "issue_date" in body or "due_date" in body:
        check_days(issued, due, errors)
    refuse(errors)
    changed = replace(
        invoice,
        **changes(body, ("payment_term", "notes")),
        **header_ids(body),
        issue_date=issued,
        due_date=due,
        document_number=_renumbered(backend, invoice, body.get("ncf"), issued),
        updated_at=backend.clock.now(),
    )
    field, ids = _salesmen(body)
    if field in body:
        changed = replace(changed, salesmen_ids=unique_ids(ids or ()))
    if "items" in body:
        old = {line.id: line for line in invoice.lines}
        changed = replace(changed, lines=read_lines(backend, body["items"], "invoice_item", old))
        changed = replace(changed, figures=figures_of(changed.lines))
        changed = replace(changed, lines=_exchange(backend, visit, changed, old))
    return backend.invoices.put(changed)


def days_of(document: Invoice | Quotation, body: Body) -> tuple[date, date | None]:
    """The days of a document, as a body changes them."""
    issued = day(body["issue_date"]) if "issue_date" in body else document.issue_date
    due = day_or_none(body["due_date"]) if "due_date" in body else document.due_date
    return issued, due


def header_ids(body: Body) -> dict[str, int]:
    """The references of a header that a body sets."""
    return {field: integer(body[field]) for field in ("contact_id", "currency_id") if field in body}


def _renumbered(backend: OptiBackend, invoice: Invoice, number: str | None, issued: date) -> str:
    """The invoice's number, or another of its series. Assumed: the counter follows, other than in
    the source, where a slip leaves it behind."""
    if not number or number == invoice.document_number:
        return invoice.document_number
    series = known(backend.document_subtypes, invoice.document_subtype_id)
    return _number(backend, series, number, issued)


def _sold(backend: OptiBackend, visit: Visit, invoice: Invoice, line: Line, position: int) -> Line:
    """The line of which the stock has left, if its product is tracked. Raises ``Invalid``."""
    if not known(backend.products, line.product_id).track_stock:
        return line
    quantity, field = Decimal(line.quantity), f"items.{position}.quantity"
    about = _about(invoice)
    stock.sell(backend, visit, line.product_id, quantity, field=field, about=about)
    return replace(line, takes_stock=True)


def _about(invoice: Invoice) -> dict[str, Any]:
    return {
        "at": invoice.updated_at,
        "reference": invoice.document_number,
        "invoice_id": invoice.id,
    }


def _exchange(
    backend: OptiBackend, visit: Visit, invoice: Invoice, old: dict[int, Line]
) -> tuple[Line, ...]:
    """The new lines, once the difference of stock has moved.

    More goods are a sale, fewer a return, another product both, a line that is gone a return.
    Observed: all of it. Assumed: what comes back, comes back before anything leaves.
    """
    kept = {line.id for line in invoice.lines}
    for line in old.values():
        if line.id not in kept:
            _return(backend, visit, invoice, line, Decimal(line.quantity))
    return tuple(
        [
            _moved(backend, visit, invoice, line, old.get(line.id), position)
            for position, line in enumerate(invoice.lines)
        ]
    )


def _moved(
    backend: OptiBackend,
    visit: Visit,
    invoice: Invoice,
    line: Line,
    before: Line | None,
    position: int,
) -> Line:
    if before is None:
        return _sold(backend, visit, invoice, line, position)
    if before.product_id != line.product_id:
        _return(backend, visit, invoice, before, Decimal(before.quantity))
        return _sold(backend, visit, invoice, replace(line, takes_stock=False), position)
    if not line.takes_stock:
        return line
    more = Decimal(line.quantity) - Decimal(before.quantity)
    if more > 0:
        field = f"items.{position}.quantity"
        stock.sell(backend, visit, line.product_id, more, field=field, about=_about(invoice))
    else:
        _return(backend, visit, invoice, before, -more)
    return line


def _return(
    backend: OptiBackend, visit: Visit, invoice: Invoice, line: Line, quantity: Decimal
) -> None:
    """Goods of a line come back. Assumed: those that were taken, whatever the product says by now."""
    if line.takes_stock:
        stock.take_back(backend, visit, line.product_id, quantity, about=_about(invoice))


def cancel(backend: OptiBackend, visit: Visit, invoice: Invoice) -> Invoice:
    """The invoice, cancelled: its stock is back, its number stays. Raises ``Invalid``.

    Assumed: all of it, since nothing documented cancels; from ``pending_payment`` and ``draft``.
    """
    if invoice.status not in (PENDING, DRAFT):
        raise refusal("La factura ya no se puede anular.")
    changed = replace(invoice, status=CANCELLED, updated_at=backend.clock.now())
    return backend.invoices.put(_all_returned(backend, visit, changed))


def delete(backend: OptiBackend, visit: Visit, invoice_id: int) -> None:
    """Hide the invoice, and return its stock. Raises ``Invalid``.

    Observed: which states allow it, never an electronic one, and that the number stays used.
    Documented: the stock returns; the source moves nothing.
    """
    invoice = find(backend, visit, invoice_id)
    if invoice.is_electronic or invoice.status not in (PENDING, DRAFT, CANCELLED):
        raise refusal(NOT_DELETABLE)
    changed = replace(invoice, status=DELETED, updated_at=backend.clock.now())
    backend.invoices.put(_all_returned(backend, visit, changed))


def _all_returned(backend: OptiBackend, visit: Visit, invoice: Invoice) -> Invoice:
    """The invoice without any stock taken; what has come back does not come back again."""
    for line in invoice.lines:
        _return(backend, visit, invoice, line, Decimal(line.quantity))
    return replace(
        invoice, lines=tuple([replace(line, takes_stock=False) for line in invoice.lines])
    )


def payments_of(backend: OptiBackend, invoice: Invoice) -> list[Payment]:
    """The payments of an invoice that are not voided, in the order of their ids."""
    if invoice.status not in _SETTLED:
        return []
    found = backend.payments.with_value("invoice_id", invoice.id)
    return [payment for payment in found if payment.status == COMPLETED]


def paid(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """What live payments have brought in."""
    return total(Decimal(payment.amount) for payment in payments_of(backend, invoice))


def due(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """What is left to pay."""
    return amount_due(Decimal(invoice.figures.total_amount), paid(backend, invoice))


def is_payable(invoice: Invoice) -> bool:
    """Whether a payment may be recorded. Observed: in the source's screens."""
    return invoice.status in _PAYABLE


def refresh(backend: OptiBackend, invoice_id: int) -> Invoice:
    """The invoice in the status that follows from its payments.

    Observed: within a cent of the total it is paid, with anything less partly so. A total of zero
    is never paid, since no payment is recorded for it.
    """
    invoice = known(backend.invoices, invoice_id)
    found = backend.payments.with_value("invoice_id", invoice_id)
    sum_paid = total(Decimal(each.amount) for each in found if each.status == COMPLETED)
    missing = abs(Decimal(invoice.figures.total_amount) - sum_paid)
    if sum_paid and missing < Decimal("0.01"):
        status = PAID
    else:
        status = PARTLY_PAID if sum_paid else PENDING
    return backend.invoices.put(replace(invoice, status=status, updated_at=backend.clock.now()))


def contact_of(backend: OptiBackend, document: Invoice | Quotation) -> Contact:
    """The customer of a document."""
    return known(backend.contacts, document.contact_id)
