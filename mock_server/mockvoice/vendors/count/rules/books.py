"""Keeping transactions: what they post follows them, and listeners are told."""

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Transaction
from mockvoice.vendors.count.rules import ledger


def enter(backend: CountBackend, transaction: Transaction) -> Transaction:
    """Keep a new transaction."""
    ledger.repost(backend, None, transaction)
    kept = backend.transactions.put(transaction)
    backend.announce("transaction.created", kept)
    return kept


def keep(backend: CountBackend, transaction: Transaction) -> Transaction:
    """Keep a transaction as it is from now on."""
    before = backend.transactions.get(transaction.id)
    ledger.repost(backend, before, transaction)
    kept = backend.transactions.put(replace(transaction, updated=backend.now()))
    backend.announce("transaction.updated", kept, before)
    return kept


def remove(backend: CountBackend, transaction: Transaction) -> None:
    """Forget a transaction. Documented: listeners see an update, since the real service keeps it."""
    ledger.repost(backend, transaction, None)
    backend.transactions.delete(transaction.id)
    backend.announce("transaction.updated", None, transaction)
