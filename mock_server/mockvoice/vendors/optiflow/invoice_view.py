"""Columns and related records of OptiFlow's invoices in the console."""

from mockvoice.vendors.optiflow import render
from mockvoice.web.invoice_view import InvoiceView

INVOICE_VIEW = InvoiceView(
    render=render.invoice,
    columns={
        "NCF": "document_number",
        "Contact": "contact/name",
        "Issued": "issue_date",
        "Due": "due_date",
        "Total": "total_amount",
        "Open": "amount_due",
        "Status": "status",
    },
)
