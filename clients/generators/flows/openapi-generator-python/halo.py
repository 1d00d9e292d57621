from account import expect
from api import api
from client import (
    InvoiceApi,
    InvoiceDetailInput,
    InvoiceHeader,
    InvoiceHeaderInput,
    InvoicePaymentApi,
    InvoicePaymentInput,
)

invoices = InvoiceApi(api)
line = InvoiceDetailInput(
    item_shortdescription="Consulting", qty_order=3, unit_price=40, tax_code="1"
)
saved = invoices.invoice_save([InvoiceHeaderInput(client_id=8, lines=[line])])
invoice_id = expect(InvoiceHeader, saved.actual_instance).id

invoice = invoices.invoice_get(invoice_id)
assert invoice.total == 144
assert invoice.amountdue == 144

payment = InvoicePaymentInput(invoice_id=invoice_id, amount=44)
InvoicePaymentApi(api).invoice_payment_save([payment])
assert invoices.invoice_get(invoice_id).amountdue == 100
