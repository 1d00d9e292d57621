"""Changes to transactions, with their postings and webhook events."""

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Transaction
from mockvoice.vendors.count.rules import ledger


def create(backend: CountBackend, transaction: Transaction) -> Transaction:
    """Store a new transaction, post it and publish its event."""
    ledger.repost(backend, None, transaction)
    row = backend.transactions.put(transaction)
    backend.publish_event("transaction.created", row)
    return row


def update(backend: CountBackend, transaction: Transaction) -> Transaction:
    """Store a changed transaction, post it again and publish its event."""
    before = backend.transactions.get(transaction.id)
    ledger.repost(backend, before, transaction)
    row = backend.transactions.put(replace(transaction, updated=backend.now()))
    backend.publish_event("transaction.updated", row, before)
    return row


def delete(backend: CountBackend, transaction: Transaction) -> None:
    """Delete a transaction and its postings.

    Documented: subscribers receive an update, since the real service keeps the row.
    """
    ledger.repost(backend, transaction, None)
    backend.transactions.delete(transaction.id)
    backend.publish_event("transaction.updated", None, transaction)
