"""The properties that invoices and templates can be sorted by: each scalar one of a row.

Values of the record itself are kept in sort orders. Values of other records are read on each
request.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.rules import calendar, invoices, payments
from mockvoice.vendors.halo.rules.fields import HEADER
from mockvoice.vendors.halo.rules.linked_values import LINKED_VALUES


def value_getters(backend: HaloBackend) -> Callable[[str], Callable[[Invoice], Any] | None]:
    """Return a function from a property's name to its getter; ``None`` if it does not sort."""

    def value(name: str) -> Callable[[Invoice], Any] | None:
        if name in LINKED_VALUES:
            return partial(LINKED_VALUES[name], backend)
        if name in _GETTERS:
            return _GETTERS[name]
        if name == "status_name":
            return lambda invoice: _status_name(backend, invoice)
        if name in HEADER:
            default = HEADER[name]
            return lambda invoice: invoice.extra.get(name, default)
        return None

    return value


def _status_name(backend: HaloBackend, invoice: Invoice) -> str | None:
    status = backend.statuses.get(invoice.status_id)
    return status.values["status_name"] if status else None


def invoice_number(invoice: Invoice) -> str:
    """Return the number of an invoice. Assumed: its id as text if none was sent."""
    return str(invoice.extra.get("invoicenumber") or invoice.id)


def period_start(invoice: Invoice) -> datetime:
    """Return the first billed day. Assumed: the invoice date if the period has no start."""
    text = invoice.extra.get("period_start_date")
    return invoice.at if text is None else calendar.parse_datetime(text)


def period_end(invoice: Invoice) -> datetime:
    """Return the last billed day. Assumed: the invoice date if the period has no end."""
    text = invoice.extra.get("period_end_date")
    return invoice.at if text is None else calendar.parse_datetime(text)


def _due_date_name(invoice: Invoice) -> str | None:
    terms = invoices.payment_terms(invoice.extra)
    return None if invoice.due_at is None else calendar.due_date_name(*terms)


def _period_name(invoice: Invoice) -> str | None:
    if invoice.timer is None or invoice.timer.period is None:
        return None
    return calendar.PERIOD_NAMES[invoice.timer.period]


def _same_for_all(_: Invoice) -> None:
    """Return no value, for properties that are the same in every row of a list."""


_GETTERS: dict[str, Callable[[Invoice], Any]] = {
    "id": lambda invoice: invoice.id,
    "client_id": lambda invoice: invoice.client_id,
    "client_name": lambda invoice: invoice.client_name,
    "name": lambda invoice: invoice.client_name,
    "invoicenumber": invoice_number,
    "invoice_display": lambda invoice: (
        invoice.extra.get("thirdpartyinvoicenumber") or str(invoice.id)
    ),
    "invoice_date": lambda invoice: invoice.at,
    "duedate": lambda invoice: invoice.due_at,
    "date_created": lambda invoice: invoice.created_at,
    "last_modified": lambda invoice: invoice.modified_at,
    "datepaid": lambda invoice: invoice.paid_at,
    "invoicetype": lambda invoice: invoice.kind,
    "type": lambda invoice: invoice.kind,
    "typeid": lambda invoice: invoice.kind,
    "change_seq": lambda invoice: invoice.change_seq,
    "total": lambda invoice: invoice.figures.total,
    "tax_total": lambda invoice: invoice.figures.tax_total,
    "composite_tax_total": lambda invoice: invoice.figures.composite_tax_total,
    "revenue": lambda invoice: invoice.figures.revenue,
    "amountpaid": lambda invoice: invoice.paid,
    "customer_paid_total": lambda invoice: invoice.paid,
    "amountdue": lambda invoice: invoice.due,
    "amount_remaining": lambda invoice: invoice.due,
    "paymentstatus": lambda invoice: invoice.payment_status,
    "payments_pending": lambda invoice: invoice.pending,
    "currency": lambda invoice: invoice.currency,
    "currency_code": lambda invoice: invoice.currency_code,
    "currency_conversion_rate": lambda invoice: invoice.rate,
    "posted": lambda invoice: invoice.posted,
    "voided": lambda invoice: invoice.voided,
    "status": lambda invoice: invoice.status_id,
    "recurring_invoice_id": lambda invoice: invoice.template_id,
    "schedule_id": lambda invoice: invoice.timer and invoice.timer.id,
    "period": lambda invoice: invoice.timer and invoice.timer.period,
    "startdate": lambda invoice: invoice.timer and invoice.timer.anchor_at,
    "lastcreated": lambda invoice: invoice.timer and invoice.timer.last_at,
    "nextcreationdate": lambda invoice: invoice.timer and invoice.timer.next_at,
    "periodname": _period_name,
    "duedatename": _due_date_name,
    "credit_total": payments.credit_total,
    "invoicedatestart": period_start,
    "invoicedateend": period_end,
    "most_recent_invoice_id": lambda invoice: invoice.extra.get("most_recent_invoice_id"),
    "pdf_attachment_id": lambda invoice: invoice.extra.get("pdf_attachment_id"),
    "use": _same_for_all,
    "is_recurring_invoice": _same_for_all,
    "toplevel_name": _same_for_all,
    "createdbyagentname": _same_for_all,
    "original_client_id": _same_for_all,
    "original_client_name": _same_for_all,
}
