from account import TODAY
from api import api
from client import InvoiceCreate, InvoicePaymentCreate, InvoicesApi, LineInput, PaymentsApi

invoices = InvoicesApi(api)
lines = [LineInput(product_id=3, quantity=2, unit_price=500, taxes=[1])]
body = InvoiceCreate(contact_id=1, document_subtype_id=1, issue_date=TODAY, items=lines)
invoice_id = invoices.invoices_create(invoice_create=body).data.id

invoice = invoices.invoices_get(invoice_id).data
assert invoice.total_amount == "1180.00"
assert invoice.amount_due == "1180.00"

payment = InvoicePaymentCreate(
    bank_account_id=1, payment_date=TODAY, payment_method="cash", amount=180
)
PaymentsApi(api).payments_create_for_invoice(invoice_id, invoice_payment_create=payment)
assert invoices.invoices_get(invoice_id).data.amount_due == "1000.00"
