"""The properties that invoices and templates can be sorted by."""

from collections.abc import Callable
from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.rules.fields import HEADER


def value_getters(backend: HaloBackend) -> Callable[[str], Callable[[Invoice], Any] | None]:
    """Return the getters of sortable properties, by name."""

    def value(name: str) -> Callable[[Invoice], Any] | None:
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


_GETTERS: dict[str, Callable[[Invoice], Any]] = {
    "id": lambda i: i.id,
    "client_id": lambda i: i.client_id,
    "client_name": lambda i: i.client_name,
    "name": lambda i: i.client_name,
    "invoicenumber": invoice_number,
    "invoice_display": lambda i: i.extra.get("thirdpartyinvoicenumber") or str(i.id),
    "invoice_date": lambda i: i.at,
    "duedate": lambda i: i.due_at,
    "date_created": lambda i: i.created_at,
    "last_modified": lambda i: i.modified_at,
    "datepaid": lambda i: i.paid_at,
    "invoicetype": lambda i: i.kind,
    "type": lambda i: i.kind,
    "typeid": lambda i: i.kind,
    "change_seq": lambda i: i.change_seq,
    "total": lambda i: i.figures.total,
    "tax_total": lambda i: i.figures.tax_total,
    "composite_tax_total": lambda i: i.figures.composite_tax_total,
    "revenue": lambda i: i.figures.revenue,
    "amountpaid": lambda i: i.paid,
    "customer_paid_total": lambda i: i.paid,
    "amountdue": lambda i: i.due,
    "amount_remaining": lambda i: i.due,
    "paymentstatus": lambda i: i.payment_status,
    "payments_pending": lambda i: i.pending,
    "currency": lambda i: i.currency,
    "currency_code": lambda i: i.currency_code,
    "currency_conversion_rate": lambda i: i.rate,
    "posted": lambda i: i.posted,
    "voided": lambda i: i.voided,
    "status": lambda i: i.status_id,
    "recurring_invoice_id": lambda i: i.template_id,
    "schedule_id": lambda i: i.timer and i.timer.id,
    "period": lambda i: i.timer and i.timer.period,
    "startdate": lambda i: i.timer and i.timer.anchor_at,
    "lastcreated": lambda i: i.timer and i.timer.last_at,
    "nextcreationdate": lambda i: i.timer and i.timer.next_at,
}
