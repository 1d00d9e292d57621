"""Bank transactions: create, categorise, split, exclude and delete them."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.kernel.store import Key
from mockvoice.vendors.count.backend import CountBackend, position_range
from mockvoice.vendors.count.errors import (
    Invalid,
    NotFound,
    ReconciledPeriod,
    SplitMismatch,
    TransactionAssigned,
)
from mockvoice.vendors.count.models import Account, Transaction
from mockvoice.vendors.count.rules import posting
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import (
    PageResult,
    Query,
    date_range,
    paginate,
    parse_uuids,
    search_keys,
    without_none,
)
from mockvoice.vendors.count.rules.payments import check_reconciled
from mockvoice.vendors.count.rules.records import (
    Body,
    attributes_from,
    find,
    get_undeleted,
    parse_date,
    reference_not_found,
    resolve,
    resolve_tags,
    resolve_tax_ids,
    to_amount,
    unique_uuids,
)

_TYPES = {"expense": "Expense", "income": "Income", "transfer": "Transfer"}
_TEXTS = {"description": "description", "notes": "notes"}
# References to resources that this mock does not have.
_UNSUPPORTED = ("vendorUuid", "projectUuid")


def canonical_type(name: str) -> str:
    """Return the canonical name of a type. Documented: case is ignored, and aliases exist."""
    return _TYPES.get(name.lower(), "Journal Entry")


def search(backend: CountBackend, query: Query) -> PageResult[Transaction]:
    """Return a page of transactions, newest first. Documented: the filters, joined by AND."""
    requested_type = query["transaction_types"] or query["type"]
    account = query["acc_uuid"] or query["account_uuid"]
    where = without_none(
        account=account and account.lower(),
        category=_lower(query["category_account_uuid"]),
        customer=_lower(query["customer_uuid"]),
        type=canonical_type(requested_type) if requested_type else None,
        reviewed=query["reviewed"],
        reconciled=query["reconciled"],
    )
    keys = search_keys(backend.transactions, query["search"])
    tags = parse_uuids(query["tag_uuids"])
    if len(tags) == 1:
        where["tag"] = tags[0]
    elif tags:
        tagged = {key for tag in tags for key in backend.transactions.keys_by("tag", tag)}
        keys = tagged if keys is None else keys & tagged
    if query["vendor_uuid"] or query["project_uuid"]:
        keys = set[Key]()
    first, last = date_range(query)
    return paginate(
        backend.transactions,
        query,
        where=where,
        keys=keys,
        between={"posted": position_range(first, last)} if first or last else None,
        order="posted",
        descending=True,
    )


def create(backend: CountBackend, body: Body) -> Transaction:
    """Create a transaction. Documented: a positive amount; the category sets the default type."""
    account = resolve(backend, backend.accounts, "accUuid", body["accUuid"])
    category = _category(backend, body)
    is_income = category is not None and category.type == "Income"
    now = backend.now()
    return posting.create(
        backend,
        Transaction(
            id=backend.new_id("transaction"),
            serial=backend.ids.next("transaction.serial"),
            account_id=account.id,
            amount=to_amount(body["amount"]),
            posted=parse_date(body["postedDate"] if "postedDate" in body else body["date"]),
            type=canonical_type(body["type"])
            if "type" in body
            else "Income"
            if is_income
            else "Expense",
            currency=body.get("currency") or backend.team.currency,
            created=now,
            updated=now,
            category_id=category.id if category else None,
            **_attributes(backend, body),
        ),
    )


def update(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """Update a transaction. Documented: not its category or its assignments."""
    before = find(backend.transactions, transaction_id)
    if not changes_anything("TransactionUpdate", body):
        return before
    after = replace(before, **_attributes(backend, body))
    if "postedDate" in body:
        after = replace(after, posted=parse_date(body["postedDate"]))
    if "amount" in body:
        after = replace(after, amount=to_amount(body["amount"]))
        if after.unassigned < 0:
            raise TransactionAssigned
    return posting.update(backend, after)


def _attributes(backend: CountBackend, body: Body) -> dict[str, Any]:
    """Return the attributes of a new or changed transaction."""
    for field in _UNSUPPORTED:
        if body.get(field) is not None:
            raise reference_not_found(backend, field, body[field])
    attributes = attributes_from(body, _TEXTS)
    if "customerUuid" in body:
        customer_id = body["customerUuid"]
        attributes["customer_id"] = (
            None
            if customer_id is None
            else resolve(backend, backend.customers, "customerUuid", customer_id).id
        )
    if "tagUuids" in body:
        attributes["tags"] = resolve_tags(backend, body)
    if "taxes" in body:
        attributes["taxes"] = resolve_tax_ids(backend, body)
    if "authorizedDate" in body:
        attributes["authorized"] = body["authorizedDate"] and parse_date(body["authorizedDate"])
    return attributes


def delete(backend: CountBackend, transaction_id: str) -> Transaction:
    """Delete a transaction and its parts. Documented: not if it pays a document."""
    transaction = find(backend.transactions, transaction_id)
    affected = [transaction, *_descendants(backend, transaction)]
    if any(row.assignments for row in affected):
        raise TransactionAssigned
    if any(row.reconciled for row in affected):
        raise ReconciledPeriod
    for row in affected:
        _unlink(backend, row)
        posting.delete(backend, row)
    return transaction


def _unlink(backend: CountBackend, transaction: Transaction) -> None:
    """Clear the link of the other half of a transfer. Assumed: it remains a transfer."""
    other = get_undeleted(backend.transactions, transaction.linked_id or "")
    if other is not None and other.linked_id == transaction.id:
        posting.update(backend, replace(other, linked_id=None))


def change_category(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """Set or clear the category of a transaction. Assumed: the effect of the options."""
    transaction = find(backend.transactions, transaction_id)
    category = _category(backend, body)
    attributes = attributes_from(body, {"notes": "notes"})
    if "taxes" in body:
        attributes["taxes"] = resolve_tax_ids(backend, body)
    if body.get("autoReview"):
        attributes["reviewed"] = True
    linked = body.get("linkedTransferTransactionUuid")
    if linked is not None:
        other = resolve(backend, backend.transactions, "linkedTransferTransactionUuid", linked)
        if other.id == transaction.id:
            raise Invalid("linkedTransferTransactionUuid", "must be another transaction")
        if other.assignments or transaction.assignments:
            raise TransactionAssigned
        for row, half in ((transaction, other), (other, transaction)):
            if row.linked_id != half.id:
                _unlink(backend, row)
        posting.update(backend, replace(other, type="Transfer", linked_id=transaction.id))
        attributes |= {"type": "Transfer", "linked_id": other.id}
    if transaction.unassigned <= 0:
        raise TransactionAssigned
    changed = replace(transaction, category_id=category.id if category else None, **attributes)
    return posting.update(backend, changed)


def split(backend: CountBackend, transaction_id: str, body: Body) -> Transaction:
    """Split a transaction into parts, which are separate rows, or merge them again.

    Documented: linked transactions cannot be split. Assumed: the details, and that the remaining
    amount is above zero.
    """
    transaction = find(backend.transactions, transaction_id)
    rows: list[Body] = list(body.get("splits") or ())
    parent: Body = body.get("parent") or {}
    categories = [_category(backend, row, f"splits.{index}.") for index, row in enumerate(rows)]
    parent_category = _category(backend, parent, "parent.")
    old_parts = _descendants(backend, transaction)
    if any(row.assignments for row in (transaction, *old_parts)):
        raise TransactionAssigned
    for affected in (transaction, *old_parts):
        check_reconciled(affected, body)
    if transaction.parent_id is not None and not body.get("splitASplit", False):
        raise SplitMismatch("A part of a split can only be split again with splitASplit.")
    for index, row in enumerate(rows):
        if "amount" not in row:
            raise Invalid(f"splits.{index}.amount", "is required")
    amounts = [to_amount(row["amount"]) for row in rows]
    total_amount = transaction.amount + total(part.amount for part in old_parts)
    remaining = total_amount - total(amounts)
    if remaining <= 0:
        raise SplitMismatch(
            f"The parts add up to {total(amounts):.2f}; they must add up to less than the amount of "
            f"the transaction, {total_amount:.2f}, which keeps the rest."
        )
    if rows and "amount" in parent and to_amount(parent["amount"]) != remaining:
        raise SplitMismatch(
            f"parent.amount must be {remaining:.2f}: the transaction's {total_amount:.2f} minus the "
            f"sum of its parts, {total(amounts):.2f}."
        )
    for part in old_parts:
        posting.delete(backend, part)
    changes: dict[str, Any] = {}
    if "categoryAccountUuid" in parent:
        changes["category_id"] = parent_category.id if parent_category else None
    parent_row = posting.update(backend, replace(transaction, amount=remaining, **changes))
    now = backend.now()
    for amount, category in zip(amounts, categories, strict=True):
        posting.create(
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
    return parent_row


def exclude(
    backend: CountBackend, body: Body
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    """Exclude or include transactions; return the changed ones, and ids and reasons of failures."""

    def excluded(transaction: Transaction) -> Transaction:
        return replace(transaction, excluded=body["excluded"])

    return _change_each(backend, body, excluded, lambda row: bool(row.assignments))


def change_categories(
    backend: CountBackend, body: Body
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    """Set the category of transactions; return the changed ones, and ids and reasons of failures."""
    category = _category(backend, body)

    def categorised(transaction: Transaction) -> Transaction:
        return replace(transaction, category_id=category.id if category else None)

    return _change_each(backend, body, categorised, lambda row: row.unassigned <= 0)


def _change_each(
    backend: CountBackend,
    body: Body,
    change: Callable[[Transaction], Transaction],
    is_assigned: Callable[[Transaction], bool],
) -> tuple[list[Transaction], list[tuple[str, list[str]]]]:
    changed: list[Transaction] = []
    failures: list[tuple[str, list[str]]] = []
    for transaction_id in unique_uuids(body["transactionUuids"]):
        try:
            transaction = find(backend.transactions, transaction_id)
        except NotFound:
            failures.append((transaction_id, ["Transaction not found."]))
            continue
        reasons = []
        if transaction.reconciled:
            reasons.append("Transaction is reconciled.")
        if is_assigned(transaction):
            reasons.append("Transaction pays a document.")
        if reasons:
            failures.append((transaction_id, reasons))
        else:
            changed.append(posting.update(backend, change(transaction)))
    return changed, failures


def reconcile(backend: CountBackend, transaction_id: str) -> Transaction:
    """Mark a transaction as reconciled, which users do in COUNT's user interface."""
    transaction = find(backend.transactions, transaction_id)
    return posting.update(backend, replace(transaction, reconciled=True, reviewed=True))


def parts_of(backend: CountBackend, transaction: Transaction) -> list[Transaction]:
    """Return the parts of a split transaction, in their order of creation."""
    parts = backend.transactions.find_by("parent", transaction.id)
    return sorted(parts, key=lambda part: part.serial)


def _descendants(backend: CountBackend, transaction: Transaction) -> list[Transaction]:
    descendants: list[Transaction] = []
    for part in parts_of(backend, transaction):
        descendants += [part, *_descendants(backend, part)]
    return descendants


def _category(backend: CountBackend, body: Body, prefix: str = "") -> Account | None:
    account_id = body.get("categoryAccountUuid")
    if account_id is None:
        return None
    return resolve(backend, backend.accounts, f"{prefix}categoryAccountUuid", account_id)


def _lower(value: str | None) -> str | None:
    return value and value.lower()
