"""Grow CRM's invoices on the console."""

from collections.abc import Sequence

from mock_server.vendors.growcrm import render
from mock_server.vendors.growcrm.backend import GrowBackend
from mock_server.vendors.growcrm.models import Invoice
from mock_server.web.console import Console


def payments(backend: GrowBackend, invoice: Invoice) -> Sequence[render.Json]:
    return [
        render.payment(backend, each)
        for each in backend.payments.with_value("invoice_id", invoice.id)
    ]


CONSOLE = Console(
    show=render.invoice,
    columns={
        "Invoice": "id",
        "Client": "client/name",
        "Date": "dates/date",
        "Due": "dates/due_date",
        "Total": "totals/final_amount",
        "Status": "status/title",
    },
    more={"payments": payments},
)
