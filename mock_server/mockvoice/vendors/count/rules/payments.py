"""Payments: parts of bank transactions that are assigned to documents."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import (
    InvoiceNotApproved,
    PaymentExceedsBalance,
    PaymentMismatch,
    ReconciledPeriod,
    TransactionNotApplied,
)
from mockvoice.vendors.count.models import Change, Invoice, Payment, Transaction
from mockvoice.vendors.count.rules.books import keep
from mockvoice.vendors.count.rules.documents import changed
from mockvoice.vendors.count.rules.records import Body, cents, find, resolve, unresolved
from mockvoice.vendors.count.rules.totals import shown

# Which way the money has to flow. Documented.
_DIRECTIONS = {"invoice": "Income", "memo": "Expense"}


def assign(backend: CountBackend, transaction_id: str, body: Body, actor: str) -> Transaction:
    """Pay documents with a transaction. Documented: the limits, and that all or nothing is paid."""
    transaction = find(backend.transactions, transaction_id)
    records: Sequence[Body] = body["records"]
    if body["matchingType"] == "bill":
        raise unresolved(backend, "records.0.id", records[0]["id"])
    rows = [
        (resolve(backend, backend.invoices, f"records.{place}.id", each["id"]), each)
        for place, each in enumerate(records)
    ]
    category = body.get("parentCategoryAccountUuid")
    category_id = (
        resolve(backend, backend.accounts, "parentCategoryAccountUuid", category).id
        if category
        else transaction.category_id
    )
    check_reconciled(transaction, body)
    for invoice, sent in rows:
        transaction = _pay(backend, transaction, invoice, sent, actor)
    return keep(backend, replace(transaction, category_id=category_id))


def _pay(
    backend: CountBackend, transaction: Transaction, invoice: Invoice, sent: Body, actor: str
) -> Transaction:
    invoice = find(backend.invoices, invoice.id)
    amount = cents(sent["paymentAmount"])
    _check_pair(transaction, invoice)
    if amount > invoice.due:
        raise PaymentExceedsBalance(invoice.id, invoice.due)
    if amount > transaction.unassigned:
        raise PaymentExceedsBalance(transaction.id, transaction.unassigned)
    now, notes = backend.now(), sent.get("notes")
    payments = (*invoice.payments, Payment(transaction.id, amount, now, notes))
    _settle(backend, invoice, payments, "payment_applied", actor)
    assignment = Payment(invoice.id, amount, now, notes)
    return replace(transaction, assignments=(*transaction.assignments, assignment))


def _check_pair(transaction: Transaction, invoice: Invoice) -> None:
    if invoice.is_draft:
        raise InvoiceNotApproved
    direction = _DIRECTIONS.get(invoice.type)
    if direction is None:
        raise PaymentMismatch(f"A {invoice.type} is not paid.")
    if transaction.type != direction:
        article = "An invoice" if direction == "Income" else "A credit memo"
        verb = "paid" if direction == "Income" else "paid back"
        raise PaymentMismatch(f"{article} is {verb} by an {direction} transaction.")
    if transaction.excluded:
        raise PaymentMismatch("The transaction is excluded.")
    if transaction.currency != invoice.content.currency:
        raise PaymentMismatch("The transaction has another currency.")


def remove(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Take a payment off a document. Documented: it frees the transaction."""
    invoice = find(backend.invoices, invoice_id)
    transaction = resolve(backend, backend.transactions, "transactionId", body["transactionId"])
    payments = tuple(each for each in invoice.payments if each.other_id != transaction.id)
    if len(payments) == len(invoice.payments):
        raise TransactionNotApplied
    check_reconciled(transaction, body)
    assignments = tuple(each for each in transaction.assignments if each.other_id != invoice.id)
    keep(backend, replace(transaction, assignments=assignments))
    return _settle(backend, invoice, payments, "payment_removed", actor)


def check_reconciled(transaction: Transaction, body: Body) -> None:
    """Refuse to touch what was checked against the bank, unless with caution. Documented."""
    if transaction.reconciled and not body.get("withCaution", False):
        raise ReconciledPeriod


def _settle(
    backend: CountBackend,
    invoice: Invoice,
    payments: tuple[Payment, ...],
    action: str,
    actor: str,
) -> Invoice:
    paid: Decimal = total(each.amount for each in payments)
    change = Change("paidAmount", shown(invoice.paid), shown(paid))
    after = replace(invoice, paid=paid, payments=payments)
    return changed(backend, invoice, after, action, actor, [change])
