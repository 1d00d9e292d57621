"""Columns and related records of COUNT's invoices, quotes, estimates and credit memos in the console."""

from collections.abc import Sequence

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Invoice
from mockvoice.web.invoice_view import InvoiceView


def history(backend: CountBackend, invoice: Invoice) -> Sequence[render.Json]:
    """Return the audit log of a document."""
    records: Sequence[render.Json] = render.audit_log(invoice)["records"]
    return records


INVOICE_VIEW = InvoiceView(
    render=render.invoice,
    columns={
        "Number": "invoiceNumber",
        "Kind": "invoiceType",
        "Customer": "customer/customer",
        "Date": "date",
        "Due": "dueDate",
        "Total": "total",
        "Open": "amountDue",
        "Status": "status",
        "Payment": "paymentStatus",
    },
    related={"history": history},
)
