"""Halo's invoices and credits on the console."""

from collections.abc import Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.render.responses import Json
from mockvoice.web.invoice_view import InvoiceView


def payments(backend: HaloBackend, invoice: Invoice) -> Sequence[Json]:
    keys = backend.payments.keys_between("invoice", invoice.id, invoice.id)
    found = (backend.payments.get(each) for each in keys)
    return [render.payment(backend, each) for each in found if each is not None]


def changes(backend: HaloBackend, invoice: Invoice) -> Sequence[Json]:
    keys = backend.changes.keys_between("invoice", invoice.id, invoice.id)
    found = (backend.changes.get(each) for each in keys)
    return [render.change(each) for each in found if each is not None]


INVOICE_VIEW = InvoiceView(
    show=render.header,
    columns={
        "Number": "invoicenumber",
        "Client": "client_name",
        "Date": "invoice_date",
        "Due": "duedate",
        "Total": "total",
        "Open": "amountdue",
        "Status": "status_name",
    },
    more={"payments": payments, "history": changes},
)
