from uuid import UUID

from account import SUFFIX, TODAY
from api import api
from client import (
    AccountsApi,
    CustomerCreate,
    CustomersApi,
    InvoiceCreate,
    InvoiceLineInput,
    InvoicesApi,
    PaymentRecord,
    ProductCreate,
    ProductsApi,
    TransactionAssignment,
    TransactionCreate,
    TransactionsApi,
)


def account(type_: str) -> UUID:
    return AccountsApi(api).accounts_search(type=type_, limit=1).data.accounts[0].id


invoices, transactions = InvoicesApi(api), TransactionsApi(api)
customer = CustomersApi(api).customers_create(CustomerCreate(customer=f"Shop {SUFFIX}")).data
goods = ProductCreate(name=f"Beans {SUFFIX}", categoryAccountUuid=account("Income"))
product = ProductsApi(api).products_create(goods).data
body = InvoiceCreate(
    customerUuid=customer.id,
    invoiceNumber=f"A-{SUFFIX}",
    invoiceType="invoice",
    date=TODAY,
    dueDate=TODAY,
    isDraft=True,
    products=[InvoiceLineInput(productUuid=product.id, quantity=3, price=19.99, taxes=[])],
)
invoice_id = invoices.invoices_create(body).data.id
invoices.invoices_approve(invoice_id, body={})

invoice = invoices.invoices_get(invoice_id).data
assert invoice.total == 59.97
assert invoice.amount_due == 59.97

deposit = transactions.transactions_create(
    TransactionCreate(accUuid=account("Assets"), amount=20, postedDate=TODAY, type="Income")
).data
payment = TransactionAssignment(
    matchingType="invoice", records=[PaymentRecord(id=invoice_id, paymentAmount=20)]
)
transactions.transactions_assign_to_bills_invoices(deposit.id, payment)
assert invoices.invoices_get(invoice_id).data.amount_due == 39.97
