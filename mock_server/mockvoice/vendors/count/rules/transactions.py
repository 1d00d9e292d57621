"""Bank transactions: entered, categorised, split and left out."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.kernel.store import Key
from mockvoice.vendors.count.backend import CountBackend, stretch
from mockvoice.vendors.count.errors import (
    Invalid,
    NotFound,
    ReconciledPeriod,
    SplitMismatch,
    TransactionAssigned,
)
from mockvoice.vendors.count.models import Account, Transaction
from mockvoice.vendors.count.rules import books
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import (
    Listed,
    Query,
    days,
    found_by,
    given,
    listed,
    uuids,
)
from mockvoice.vendors.count.rules.payments import check_reconciled
from mockvoice.vendors.count.rules.records import (
    Body,
    cents,
    changes,
    day,
    find,
    resolve,
    resolve_tags,
    resolve_tax_ids,
    unique,
    unresolved,
)

_TYPES = {"expense": "Expense", "income": "Income", "transfer": "Transfer"}
_TEXTS = {"description": "description", "notes": "notes"}
# What a transaction may name, but this mock does not have.
_OUTSIDE = ("vendorUuid", "projectUuid")


def kind(sent: str) -> str:
    """The type that a word means. Documented: case does not matter, and short forms."""
    return _TYPES.get(sent.lower(), "Journal Entry")


def search(backend: CountBackend, query: Query) -> Listed[Transaction]:
    """A page of transactions, the newest first. Documented: the filters, which add up."""
    wanted = query["type"] or query["transaction_types"]
    account = query["acc_uuid"] or query["account_uuid"]
    where = given(
        account=account and account.lower(),
        category=_lower(query["category_account_uuid"]),
        customer=_lower(query["customer_uuid"]),
        type=kind(wanted) if wanted else None,
        reviewed=query["reviewed"],
        reconciled=query["reconciled"],
    )
    among = found_by(backend.transactions, query["search"])
    tags = uuids(query["tag_uuids"])
    if len(tags) == 1:
        where["tag"] = tags[0]
    elif tags:
        tagged = {key for tag in tags for key in backend.transactions.keys_by("tag", tag)}
        among = tagged if among is None else among & tagged
    if query["vendor_uuid"] or query["project_uuid"]:
        among = set[Key]()
    first, last = days(query)
    return listed(
        backend.transactions,
        query,
        where=where,
        among=among,
        between={"posted": stretch(first, last)} if first or last else None,
        order="posted",
        descending=True,
    )


def create(backend: CountBackend, body: Body) -> Transaction:
    """A new transaction. Documented: a positive amount, and a type that follows from the category."""
    account = resolve(backend, backend.accounts, "accUuid", body["accUuid"])
    category = _category(backend, body)
    income = category is not None and category.type == "Income"
    now = backend.now()
    return books.enter(
        backend,
        Transaction(
            id=backend.new_id("transaction"),
            serial=backend.ids.next("transaction.serial"),
            account_id=account.id,
            amount=cents(body["amount"]),
            posted=day(body["postedDate"] if "postedDate" in body else body["date"]),
            type=kind(body["type"]) if "type" in body else "Income" if income else "Expense",
            currency=body.get("currency") or backend.team.currency,
            created=now,
            updated=now,
            category_id=category.id if category else None,
            **_named(backend, body),
        ),
    )


def update(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """A transaction, changed in anything but its category and what it pays. Documented."""
    before = find(backend.transactions, transaction_id)
    if not takes_anything("TransactionUpdate", body):
        return before
    after = replace(before, **_named(backend, body))
    if "postedDate" in body:
        after = replace(after, posted=day(body["postedDate"]))
    if "amount" in body:
        after = replace(after, amount=cents(body["amount"]))
        if after.unassigned < 0:
            raise TransactionAssigned
    return books.keep(backend, after)


def _named(backend: CountBackend, body: Body) -> dict[str, Any]:
    """What create and update have in common, by attribute."""
    for field in _OUTSIDE:
        if body.get(field) is not None:
            raise unresolved(backend, field, body[field])
    found = changes(body, _TEXTS)
    if "customerUuid" in body:
        sent = body["customerUuid"]
        found["customer_id"] = (
            None if sent is None else resolve(backend, backend.customers, "customerUuid", sent).id
        )
    if "tagUuids" in body:
        found["tags"] = resolve_tags(backend, body)
    if "taxes" in body:
        found["taxes"] = resolve_tax_ids(backend, body)
    if "authorizedDate" in body:
        found["authorized"] = body["authorizedDate"] and day(body["authorizedDate"])
    return found


def delete(backend: CountBackend, transaction_id: str) -> Transaction:
    """Remove a transaction, and the parts that were split off. Documented: not while it pays."""
    transaction = find(backend.transactions, transaction_id)
    everything = [transaction, *_parts_below(backend, transaction)]
    if any(each.assignments for each in everything):
        raise TransactionAssigned
    if any(each.reconciled for each in everything):
        raise ReconciledPeriod
    for each in everything:
        books.remove(backend, each)
    return transaction


def change_category(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """A transaction with another category, or none. Assumed: what the options do."""
    transaction = find(backend.transactions, transaction_id)
    category = _category(backend, body)
    found = changes(body, {"notes": "notes"})
    if "taxes" in body:
        found["taxes"] = resolve_tax_ids(backend, body)
    if body.get("autoReview"):
        found["reviewed"] = True
    linked = body.get("linkedTransferTransactionUuid")
    if linked is not None:
        other = resolve(backend, backend.transactions, "linkedTransferTransactionUuid", linked)
        if other.id == transaction.id:
            raise Invalid("linkedTransferTransactionUuid", "must be another transaction")
        if other.assignments or transaction.assignments:
            raise TransactionAssigned
        books.keep(backend, replace(other, type="Transfer", linked_id=transaction.id))
        found |= {"type": "Transfer", "linked_id": other.id}
    if transaction.unassigned <= 0:
        raise TransactionAssigned
    changed = replace(transaction, category_id=category.id if category else None, **found)
    return books.keep(backend, changed)


def split(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """A transaction whose parts are rows of their own, or which is put together again.

    Documented: linked transactions cannot be split. Assumed: how, and that the rest is not zero.
    """
    transaction = find(backend.transactions, transaction_id)
    rows: list[Body] = list(body.get("splits") or ())
    parent: Body = body.get("parent") or {}
    categories = [_category(backend, each, f"splits.{n}.") for n, each in enumerate(rows)]
    own = _category(backend, parent, "parent.")
    old_parts = _parts_below(backend, transaction)
    if any(each.assignments for each in (transaction, *old_parts)):
        raise TransactionAssigned
    for affected in (transaction, *old_parts):
        check_reconciled(affected, body)
    if transaction.parent_id is not None and not body.get("splitASplit", False):
        raise SplitMismatch("A part of a split is not split again without splitASplit.")
    for place, each in enumerate(rows):
        if "amount" not in each:
            raise Invalid(f"splits.{place}.amount", "is required")
    amounts = [cents(each["amount"]) for each in rows]
    whole = transaction.amount + total(each.amount for each in old_parts)
    rest = whole - total(amounts)
    if rest <= 0 or (rows and "amount" in parent and cents(parent["amount"]) != rest):
        raise SplitMismatch
    for part in old_parts:
        books.remove(backend, part)
    keeps = {"category_id": own.id if own else None} if "categoryAccountUuid" in parent else {}
    kept = books.keep(backend, replace(transaction, amount=rest, **keeps))
    now = backend.now()
    for amount, category in zip(amounts, categories, strict=True):
        books.enter(
            backend,
            replace(
                transaction,
                id=backend.new_id("transaction"),
                serial=backend.ids.next("transaction.serial"),
                amount=amount,
                category_id=category.id if category else None,
                parent_id=transaction.id,
                linked_id=None,
                created=now,
                updated=now,
            ),
        )
    return kept


def exclude(
    backend: CountBackend, body: Body
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    """Leave transactions out of the books, or take them in: those that changed, and why others not."""

    def excluded(transaction: Transaction) -> Transaction:
        return replace(transaction, excluded=body["excluded"])

    return _each(backend, body, excluded, lambda each: bool(each.assignments))


def change_categories(
    backend: CountBackend, body: Body
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    """Give transactions one category: those that changed, and why others not."""
    category = _category(backend, body)

    def categorised(transaction: Transaction) -> Transaction:
        return replace(transaction, category_id=category.id if category else None)

    return _each(backend, body, categorised, lambda each: each.unassigned <= 0)


def _each(
    backend: CountBackend,
    body: Body,
    next_of: Callable[[Transaction], Transaction],
    is_assigned: Callable[[Transaction], bool],
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    changed: list[Transaction] = []
    failures: list[tuple[str, list[str]]] = []
    for sent in unique(body["transactionUuids"]):
        try:
            transaction = find(backend.transactions, sent)
        except NotFound:
            failures.append((sent, ["Transaction not found."]))
            continue
        reasons = []
        if transaction.reconciled:
            reasons.append("Transaction is reconciled.")
        if is_assigned(transaction):
            reasons.append("Transaction pays a document.")
        if reasons:
            failures.append((sent, reasons))
        else:
            changed.append(books.keep(backend, next_of(transaction)))
    return changed, failures


def reconcile(backend: CountBackend, transaction_id: str) -> Transaction:
    """A transaction that was checked against the bank, which people do in the product."""
    transaction = find(backend.transactions, transaction_id)
    return books.keep(backend, replace(transaction, reconciled=True, reviewed=True))


def parts_of(backend: CountBackend, transaction: Transaction) -> list[Transaction]:
    """The parts that were split off, in the order in which they were."""
    parts = backend.transactions.find_by("parent", transaction.id)
    return sorted(parts, key=lambda each: each.serial)


def _parts_below(backend: CountBackend, transaction: Transaction) -> list[Transaction]:
    below: list[Transaction] = []
    for part in parts_of(backend, transaction):
        below += [part, *_parts_below(backend, part)]
    return below


def _category(backend: CountBackend, body: Body, prefix: str = "") -> Account | None:
    sent = body.get("categoryAccountUuid")
    if sent is None:
        return None
    return resolve(backend, backend.accounts, f"{prefix}categoryAccountUuid", sent)


def _lower(sent: str | None) -> str | None:
    return sent and sent.lower()
