from uuid import UUID

from account import SUFFIX, TODAY, expect
from api import api
from client.api.accounts import accounts_search
from client.api.customers import customers_create
from client.api.invoices import invoices_approve, invoices_create, invoices_get
from client.api.products import products_create
from client.api.transactions import transactions_assign_to_bills_invoices, transactions_create
from client.models import (
    AccountListAnswer,
    AccountsSearchType,
    CustomerAnswer,
    CustomerCreate,
    InvoiceAnswer,
    InvoiceCreate,
    InvoiceCreateInvoiceType,
    InvoiceLineInput,
    OptionalBody,
    PaymentRecord,
    ProductAnswer,
    ProductCreate,
    TransactionAnswer,
    TransactionAssignment,
    TransactionAssignmentMatchingType,
    TransactionCreate,
    TransactionCreateType,
)


def account(type_: AccountsSearchType) -> UUID:
    page = expect(AccountListAnswer, accounts_search.sync(client=api, type_=type_, limit=1)).data
    return page.accounts[0].id


customer = expect(
    CustomerAnswer,
    customers_create.sync(client=api, body=CustomerCreate(customer=f"Shop {SUFFIX}")),
).data
goods = ProductCreate(
    name=f"Beans {SUFFIX}", category_account_uuid=account(AccountsSearchType.INCOME)
)
product = expect(ProductAnswer, products_create.sync(client=api, body=goods)).data
body = InvoiceCreate(
    customer_uuid=customer.id,
    invoice_number=f"A-{SUFFIX}",
    invoice_type=InvoiceCreateInvoiceType.INVOICE,
    date=TODAY,
    due_date=TODAY,
    is_draft=True,
    products=[InvoiceLineInput(product_uuid=product.id, quantity=3, price=19.99, taxes=[])],
)
invoice_id = expect(InvoiceAnswer, invoices_create.sync(client=api, body=body)).data.id
expect(InvoiceAnswer, invoices_approve.sync(invoice_id, client=api, body=OptionalBody()))

invoice = expect(InvoiceAnswer, invoices_get.sync(invoice_id, client=api)).data
assert invoice.total == 59.97
assert invoice.amount_due == 59.97

deposit = expect(
    TransactionAnswer,
    transactions_create.sync(
        client=api,
        body=TransactionCreate(
            acc_uuid=account(AccountsSearchType.ASSETS),
            amount=20,
            posted_date=TODAY,
            type_=TransactionCreateType.INCOME,
        ),
    ),
).data
payment = TransactionAssignment(
    matching_type=TransactionAssignmentMatchingType.INVOICE,
    records=[PaymentRecord(id=invoice_id, payment_amount=20)],
)
expect(
    TransactionAnswer,
    transactions_assign_to_bills_invoices.sync(deposit.id, client=api, body=payment),
)
invoice = expect(InvoiceAnswer, invoices_get.sync(invoice_id, client=api)).data
assert invoice.amount_due == 39.97
