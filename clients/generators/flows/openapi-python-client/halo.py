from account import expect
from api import api
from client.api.invoice import invoice_get, invoice_save
from client.api.invoice_payment import invoice_payment_save
from client.models import (
    InvoiceDetailInput,
    InvoiceHeader,
    InvoiceHeaderInput,
    InvoicePayment,
    InvoicePaymentInput,
)

line = InvoiceDetailInput(
    item_shortdescription="Consulting", qty_order=3, unit_price=40, tax_code="1"
)
header = InvoiceHeaderInput(client_id=8, lines=[line])
invoice_id = expect(InvoiceHeader, invoice_save.sync(client=api, body=[header])).id

invoice = expect(InvoiceHeader, invoice_get.sync(invoice_id, client=api))
assert invoice.total == 144
assert invoice.amountdue == 144

payment = InvoicePaymentInput(invoice_id=invoice_id, amount=44)
expect(InvoicePayment, invoice_payment_save.sync(client=api, body=[payment]))
assert expect(InvoiceHeader, invoice_get.sync(invoice_id, client=api)).amountdue == 100
