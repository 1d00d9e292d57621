from account import TODAY, expect
from api import api
from client.api.invoices import (
    invoices_create,
    invoices_get,
    invoices_publish,
    invoices_set_items,
)
from client.api.payments import payments_create
from client.models import (
    InvoiceAnswer,
    InvoiceCreate,
    InvoiceItems,
    LineItemInput,
    PaymentAnswer,
    PaymentCreate,
)

header = InvoiceCreate(bill_clientid=1, bill_categoryid=4, bill_date=TODAY)
invoice_id = expect(InvoiceAnswer, invoices_create.sync(client=api, body=header)).data.id
lines = [
    LineItemInput(description="Concept", quantity=3, rate=120),
    LineItemInput(description="Layout", quantity=1.5, rate=40),
]
items = InvoiceItems(items=lines)
expect(InvoiceAnswer, invoices_set_items.sync(invoice_id, client=api, body=items))
expect(InvoiceAnswer, invoices_publish.sync(invoice_id, client=api))

invoice = expect(InvoiceAnswer, invoices_get.sync(invoice_id, client=api)).data
assert invoice.totals.final_amount == "420.00"
assert invoice.status.title == "Due"

payment = PaymentCreate(payment_invoiceid=invoice_id, payment_amount=420, payment_date=TODAY)
expect(PaymentAnswer, payments_create.sync(client=api, body=payment))
invoice = expect(InvoiceAnswer, invoices_get.sync(invoice_id, client=api)).data
assert invoice.status.title == "Paid"
