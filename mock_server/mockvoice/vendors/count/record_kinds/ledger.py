"""Bank transactions and accounts."""

from collections.abc import Iterable

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    ZERO,
    Account,
    Invoice,
    Transaction,
)
from mockvoice.vendors.count.record_kinds.parts import customer_name
from mockvoice.web.record_kinds import (
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _transaction(backend: CountBackend, row: Transaction) -> Summary:
    account = backend.accounts.get(row.account_id)
    return Summary(
        key=row.id,
        name=row.description or row.type,
        position=row.serial,
        party=customer_name(backend, row.customer_id),
        party_key=row.customer_id,
        date=row.posted,
        status=row.type,
        amount=row.sign * row.amount,
        currency=row.currency,
        detail=account.name if account else "",
    )


def _account(backend: CountBackend, row: Account) -> Summary:
    balance = backend.balances.get(row.id)
    return Summary(
        key=row.id,
        name=row.name,
        position=row.created,
        status=row.type,
        amount=balance.amount if balance else ZERO,
        currency=row.currency,
        detail=row.number or "",
    )


def _paid_documents(backend: CountBackend, row: Transaction) -> Iterable[Invoice]:
    rows = (backend.invoices.get(payment.other_id) for payment in row.assignments)
    return [other for other in rows if other is not None]


TRANSACTIONS = RecordKind(
    key="transactions",
    title="Transactions",
    noun="transaction",
    table="transactions",
    columns={
        "name": "Description",
        "party": "Customer",
        "date": "Posted",
        "detail": "Account",
        "status": "Type",
        "amount": "Amount",
    },
    summarize=_transaction,
    render=render.transaction,
    clients="customers",
    operations=("transactions.",),
    layout=DocumentLayout(
        facts={
            "Posted": "postedDate",
            "Type": "type",
            "Amount": "amount",
            "Currency": "currency",
            "Reviewed": "reviewed",
            "Reconciled": "reconciled",
        },
        notes={"Description": "description", "Notes": "notes"},
        related=(RelatedRecords("Paid documents", "invoices", _paid_documents),),
    ),
)

ACCOUNTS = RecordKind(
    key="accounts",
    title="Accounts",
    noun="account",
    table="accounts",
    columns={"name": "Name", "detail": "Number", "status": "Type", "amount": "Balance"},
    summarize=_account,
    render=render.account,
    operations=("accounts.",),
    layout=DocumentLayout(
        facts={"Type": "type", "Number": "accountNumber", "Currency": "currency"},
        notes={"Description": "description"},
    ),
)
