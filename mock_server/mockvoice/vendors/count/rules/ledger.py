"""What documents and transactions post on accounts.

Documented: approving posts a journal entry. Assumed: which accounts, and that amounts in foreign
currencies are posted as they are. Postings are worked out from a record and kept as balances only.
"""

from collections.abc import Mapping
from decimal import Decimal

from mockvoice.kernel.money import ZERO, total
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    DEBIT_TYPES,
    Account,
    Balance,
    Invoice,
    Transaction,
)

RECEIVABLE = "receivable"
TAX = "tax"
DISCOUNTS = "discounts"
UNCATEGORISED_INCOME = "uncategorised_income"
UNCATEGORISED_EXPENSE = "uncategorised_expense"

Postings = Mapping[str, Decimal]  # by account: a debit is positive, a credit negative


def post_invoice(backend: CountBackend, invoice: Invoice) -> None:
    """Post a document that was just approved: receivable against income and tax; a memo turns it."""
    if invoice.is_offer:
        return
    content = invoice.content
    postings: dict[str, Decimal] = {}
    for line in content.lines:
        amount = Decimal(line.amount)
        if content.tax_setting == "inclusive":
            amount -= Decimal(line.tax_amount)
        _add(postings, line.category_id, -amount)
    _add(postings, system_account(backend, TAX), -Decimal(content.totals.tax))
    _add(postings, system_account(backend, DISCOUNTS), content.discount)
    _add(postings, system_account(backend, RECEIVABLE), invoice.total)
    turned = -1 if invoice.is_memo else 1
    _apply(backend, {account: turned * amount for account, amount in postings.items()}, 1)


def repost(backend: CountBackend, before: Transaction | None, after: Transaction | None) -> None:
    """Let a transaction's postings follow it."""
    old = postings_of(backend, before) if before else {}
    new = postings_of(backend, after) if after else {}
    if old != new:
        _apply(backend, {account: -amount for account, amount in old.items()}, -1)
        _apply(backend, new, 1)


def postings_of(backend: CountBackend, transaction: Transaction) -> dict[str, Decimal]:
    """The bank account against what was paid, and against the category of the rest."""
    if transaction.excluded:
        return {}
    into = Decimal(-transaction.sign)
    postings: dict[str, Decimal] = {}
    _add(postings, transaction.account_id, into * transaction.amount)
    _add(postings, system_account(backend, RECEIVABLE), -into * transaction.assigned)
    fallback = UNCATEGORISED_INCOME if into > 0 else UNCATEGORISED_EXPENSE
    category = transaction.category_id or system_account(backend, fallback)
    _add(postings, category, -into * transaction.unassigned)
    return postings


def system_account(backend: CountBackend, role: str) -> str:
    """The account that the system uses for something."""
    return next(iter(backend.accounts.keys_by("role", role)))  # type: ignore[return-value]


def balance(backend: CountBackend, account: Account) -> Decimal:
    """What is posted on an account, positive on its usual side."""
    found = backend.balances.get(account.id)
    amount = found.amount if found else ZERO
    return amount if account.type in DEBIT_TYPES else -amount


def is_posted_on(backend: CountBackend, account: Account) -> bool:
    """Whether anything is posted on an account."""
    found = backend.balances.get(account.id)
    return found is not None and found.entries > 0


def sum_of_all(backend: CountBackend) -> Decimal:
    """All debits less all credits: zero as long as the books are right."""
    return total(each.amount for each in backend.balances)


def _add(postings: dict[str, Decimal], account: str, amount: Decimal) -> None:
    if amount:
        postings[account] = postings.get(account, ZERO) + amount


def _apply(backend: CountBackend, postings: Postings, entries: int) -> None:
    for account, amount in postings.items():
        known = backend.balances.get(account) or Balance(account)
        backend.balances.put(Balance(account, known.amount + amount, known.entries + entries))
