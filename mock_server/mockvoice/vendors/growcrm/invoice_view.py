"""Columns and related records of Grow CRM's invoices in the console."""

from collections.abc import Sequence

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Invoice
from mockvoice.web.invoice_view import InvoiceView


def payments(backend: GrowBackend, invoice: Invoice) -> Sequence[render.Json]:
    """Return the payments of an invoice, as the API shows them."""
    return [
        render.payment(backend, payment)
        for payment in backend.payments.find_by("invoice_id", invoice.id)
    ]


INVOICE_VIEW = InvoiceView(
    render=render.invoice,
    columns={
        "Invoice": "id",
        "Client": "client/name",
        "Date": "dates/date",
        "Due": "dates/due_date",
        "Total": "totals/final_amount",
        "Status": "status/title",
    },
    related={"payments": payments},
)
