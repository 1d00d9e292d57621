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
from mockvoice.vendors.count.rules import posting
from mockvoice.vendors.count.rules.documents import record_change
from mockvoice.vendors.count.rules.records import (
    Body,
    find,
    reference_not_found,
    resolve,
    to_amount,
)
from mockvoice.vendors.count.rules.totals import format_amount

# The type of transaction that pays each type of document. Documented.
_DIRECTIONS = {"invoice": "Income", "memo": "Expense"}


def assign(backend: CountBackend, transaction_id: str, body: Body, actor: str) -> Transaction:
    """Pay documents with a transaction. Documented: the limits; all payments are applied or none."""
    transaction = find(backend.transactions, transaction_id)
    records: Sequence[Body] = body["records"]
    if body["matchingType"] == "bill":
        raise reference_not_found(backend, "records.0.id", records[0]["id"])
    rows = [
        (resolve(backend, backend.invoices, f"records.{index}.id", record["id"]), record)
        for index, record in enumerate(records)
    ]
    category = body.get("parentCategoryAccountUuid")
    category_id = (
        resolve(backend, backend.accounts, "parentCategoryAccountUuid", category).id
        if category
        else transaction.category_id
    )
    check_reconciled(transaction, body)
    for invoice, record in rows:
        transaction = _pay(backend, transaction, invoice, record, actor)
    return posting.update(backend, replace(transaction, category_id=category_id))


def _pay(
    backend: CountBackend, transaction: Transaction, invoice: Invoice, record: Body, actor: str
) -> Transaction:
    invoice = find(backend.invoices, invoice.id)
    amount = to_amount(record["paymentAmount"])
    _check_compatible(transaction, invoice)
    if amount > invoice.due:
        raise PaymentExceedsBalance(invoice.id, invoice.due)
    if amount > transaction.unassigned:
        raise PaymentExceedsBalance(transaction.id, transaction.unassigned)
    now, notes = backend.now(), record.get("notes")
    payments = (*invoice.payments, Payment(transaction.id, amount, now, notes))
    _set_payments(backend, invoice, payments, "payment_applied", actor)
    assignment = Payment(invoice.id, amount, now, notes)
    return replace(transaction, assignments=(*transaction.assignments, assignment))


def _check_compatible(transaction: Transaction, invoice: Invoice) -> None:
    if invoice.is_draft:
        raise InvoiceNotApproved
    direction = _DIRECTIONS.get(invoice.type)
    if direction is None:
        raise PaymentMismatch(f"A document of type {invoice.type} cannot be paid.")
    if transaction.type != direction:
        document = "An invoice" if direction == "Income" else "A credit memo"
        verb = "paid" if direction == "Income" else "paid back"
        raise PaymentMismatch(f"{document} is {verb} by an {direction} transaction.")
    if transaction.excluded:
        raise PaymentMismatch("The transaction is excluded.")
    if transaction.currency != invoice.content.currency:
        raise PaymentMismatch("The transaction has another currency.")


def remove(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Remove a payment from a document. Documented: the transaction becomes unassigned."""
    invoice = find(backend.invoices, invoice_id)
    transaction = resolve(backend, backend.transactions, "transactionId", body["transactionId"])
    payments = tuple(payment for payment in invoice.payments if payment.other_id != transaction.id)
    if len(payments) == len(invoice.payments):
        raise TransactionNotApplied
    check_reconciled(transaction, body)
    assignments = tuple(
        payment for payment in transaction.assignments if payment.other_id != invoice.id
    )
    posting.update(backend, replace(transaction, assignments=assignments))
    return _set_payments(backend, invoice, payments, "payment_removed", actor)


def check_reconciled(transaction: Transaction, body: Body) -> None:
    """Reject a change of a reconciled transaction unless ``withCaution`` is sent. Documented."""
    if transaction.reconciled and not body.get("withCaution", False):
        raise ReconciledPeriod


def _set_payments(
    backend: CountBackend,
    invoice: Invoice,
    payments: tuple[Payment, ...],
    action: str,
    actor: str,
) -> Invoice:
    paid: Decimal = total(payment.amount for payment in payments)
    change = Change("paidAmount", format_amount(invoice.paid), format_amount(paid))
    after = replace(invoice, paid=paid, payments=payments)
    return record_change(backend, invoice, after, action, actor, [change])
