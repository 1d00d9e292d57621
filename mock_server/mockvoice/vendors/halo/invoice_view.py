"""Columns and related records of Halo's invoices and credits in the console."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.web.invoice_view import InvoiceView


def payments(backend: HaloBackend, invoice: Invoice) -> Sequence[Json]:
    """Return the payments of an invoice."""
    keys = backend.payments.keys_between("invoice", invoice.id, invoice.id)
    rows = (backend.payments.get(key) for key in keys)
    return [render.payment(backend, row) for row in rows if row is not None]


def changes(backend: HaloBackend, invoice: Invoice) -> Sequence[Json]:
    """Return the change records of an invoice."""
    keys = backend.changes.keys_between("invoice", invoice.id, invoice.id)
    rows = (backend.changes.get(key) for key in keys)
    return [render.change(row) for row in rows if row is not None]


INVOICE_VIEW = InvoiceView(
    render=render.header,
    columns={
        "Number": "invoicenumber",
        "Client": "client_name",
        "Date": "invoice_date",
        "Due": "duedate",
        "Total": "total",
        "Open": "amountdue",
        "Status": "status_name",
    },
    related={"payments": payments, "history": changes},
)
