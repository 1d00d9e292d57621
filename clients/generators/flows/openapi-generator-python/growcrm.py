from account import TODAY
from api import api
from client import (
    InvoiceCreate,
    InvoiceItems,
    InvoicesApi,
    LineItemInput,
    PaymentCreate,
    PaymentsApi,
)

invoices = InvoicesApi(api)
header = InvoiceCreate(bill_clientid=1, bill_categoryid=4, bill_date=TODAY)
invoice_id = invoices.invoices_create(header).data.id
lines = [
    LineItemInput(description="Concept", quantity=3, rate=120),
    LineItemInput(description="Layout", quantity=1.5, rate=40),
]
invoices.invoices_set_items(invoice_id, InvoiceItems(items=lines))
invoices.invoices_publish(invoice_id)

invoice = invoices.invoices_get(invoice_id).data
assert invoice.totals.final_amount == "420.00"
assert invoice.status.title == "Due"

PaymentsApi(api).payments_create(
    PaymentCreate(payment_invoiceid=invoice_id, payment_amount=420, payment_date=TODAY)
)
assert invoices.invoices_get(invoice_id).data.status.title == "Paid"
