"""Postings of documents and transactions on accounts.

Documented: approving posts a journal entry. Assumed: its accounts, and that amounts in foreign
currencies are not converted. Only balances are stored; postings are calculated from a record.
"""

from collections.abc import Mapping
from decimal import Decimal

from mockvoice.kernel.money import ZERO, total
from mockvoice.vendors.count.backend import (
    DISCOUNTS,
    RECEIVABLE,
    TAX,
    UNCATEGORISED_EXPENSE,
    UNCATEGORISED_INCOME,
    CountBackend,
)
from mockvoice.vendors.count.models import DEBIT_TYPES, Account, Balance, Invoice, Transaction

Postings = Mapping[str, Decimal]  # by account: a debit is positive, a credit negative


def post_invoice(backend: CountBackend, invoice: Invoice) -> None:
    """Post an approved document: receivable against income and tax; for a memo, the reverse."""
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
    sign = -1 if invoice.is_memo else 1
    _apply(backend, {account: sign * amount for account, amount in postings.items()}, 1)


def repost(backend: CountBackend, before: Transaction | None, after: Transaction | None) -> None:
    """Replace the postings of a transaction after it was created, changed or deleted."""
    old = postings_of(backend, before) if before else {}
    new = postings_of(backend, after) if after else {}
    if old != new:
        _apply(backend, {account: -amount for account, amount in old.items()}, -1)
        _apply(backend, new, 1)


def postings_of(backend: CountBackend, transaction: Transaction) -> dict[str, Decimal]:
    """Return the postings: bank against receivable, and a category for the unassigned part."""
    if transaction.excluded:
        return {}
    inflow = Decimal(-transaction.sign)
    postings: dict[str, Decimal] = {}
    _add(postings, transaction.account_id, inflow * transaction.amount)
    _add(postings, system_account(backend, RECEIVABLE), -inflow * transaction.assigned)
    fallback = UNCATEGORISED_INCOME if inflow > 0 else UNCATEGORISED_EXPENSE
    category = transaction.category_id or system_account(backend, fallback)
    _add(postings, category, -inflow * transaction.unassigned)
    return postings


def system_account(backend: CountBackend, role: str) -> str:
    """Return the id of the system account with this role."""
    return next(iter(backend.accounts.keys_by("role", role)))  # type: ignore[return-value]


def balance(backend: CountBackend, account: Account) -> Decimal:
    """Return the balance of an account, positive on its normal side."""
    posted = backend.balances.get(account.id)
    amount = posted.amount if posted else ZERO
    return amount if account.type in DEBIT_TYPES else -amount


def is_posted_on(backend: CountBackend, account: Account) -> bool:
    """Return whether the account has any postings."""
    posted = backend.balances.get(account.id)
    return posted is not None and posted.entries > 0


def sum_of_balances(backend: CountBackend) -> Decimal:
    """Return the sum of all balances: zero if the ledger is balanced."""
    return total(balance.amount for balance in backend.balances)


def _add(postings: dict[str, Decimal], account: str, amount: Decimal) -> None:
    if amount:
        postings[account] = postings.get(account, ZERO) + amount


def _apply(backend: CountBackend, postings: Postings, entries: int) -> None:
    for account, amount in postings.items():
        current = backend.balances.get(account) or Balance(account)
        backend.balances.put(Balance(account, current.amount + amount, current.entries + entries))
