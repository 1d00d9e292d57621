from account import TODAY, expect
from api import api
from client.api.invoices import invoices_create, invoices_get
from client.api.payments import payments_create_for_invoice
from client.models import (
    InvoiceCreate,
    InvoicePaymentCreate,
    InvoicePaymentCreatePaymentMethod,
    InvoicesCreateResponse201,
    InvoicesGetResponse200,
    LineInput,
    PaymentsCreateForInvoiceResponse201,
)

lines = [LineInput(product_id=3, quantity=2, unit_price=500, taxes=[1])]
body = InvoiceCreate(contact_id=1, document_subtype_id=1, issue_date=TODAY, items=lines)
created = expect(InvoicesCreateResponse201, invoices_create.sync(client=api, body=body))
invoice_id = created.data.id

invoice = expect(InvoicesGetResponse200, invoices_get.sync(invoice_id, client=api)).data
assert invoice.total_amount == "1180.00"
assert invoice.amount_due == "1180.00"

payment = InvoicePaymentCreate(
    bank_account_id=1,
    payment_date=TODAY,
    payment_method=InvoicePaymentCreatePaymentMethod.CASH,
    amount=180,
)
paid = payments_create_for_invoice.sync(invoice_id, client=api, body=payment)
expect(PaymentsCreateForInvoiceResponse201, paid)
invoice = expect(InvoicesGetResponse200, invoices_get.sync(invoice_id, client=api)).data
assert invoice.amount_due == "1000.00"
