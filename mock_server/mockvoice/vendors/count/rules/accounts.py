"""The chart of accounts."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import AccountNotDeletable, Invalid, ProtectedField
from mockvoice.vendors.count.models import Account, AccountSubType
from mockvoice.vendors.count.rules import ledger
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import (
    PageResult,
    Query,
    paginate,
    search_keys,
    without_none,
)
from mockvoice.vendors.count.rules.records import (
    Body,
    attributes_from,
    find,
    reference_not_found,
    resolve,
    resolve_tax_ids,
)

_COLUMNS = {
    "name": "name",
    "accountNumber": "number",
    "description": "description",
    "color": "color",
    "status": "status",
}
# Properties that cannot be changed on a system account. Assumed.
_PROTECTED = ("name", "subTypeId", "parentAccountId", "taxes", "status", "isChildAccount")


def search(backend: CountBackend, query: Query) -> PageResult[Account]:
    """Return a page of accounts, sorted by number and name. Assumed: the effect of some filters."""
    inactive = query["inactive"]
    where = without_none(
        type=query["type"],
        sub_type=query["sub_type_id"],
        status=None if inactive is None else "inactive" if inactive else "active",
        category=True if query["only_category_accounts"] else None,
    )
    keys = search_keys(backend.accounts, query["search"])
    return paginate(backend.accounts, query, where=where, keys=keys, order="number")


def search_sub_types(backend: CountBackend, query: Query) -> PageResult[AccountSubType]:
    """Return a page of account sub-types, sorted by id."""
    return paginate(backend.sub_types, query, where=without_none(type=query["type"]))


def create(backend: CountBackend, body: Body) -> Account:
    """Create an account. Documented: its sub-type determines its type."""
    sub_type = _sub_type(backend, body["subTypeId"])
    parent = _parent(backend, body, sub_type.type, None)
    now = backend.now()
    attributes = attributes_from(body, _COLUMNS)
    if parent is not None:
        attributes["status"] = parent.status
    return backend.accounts.put(
        Account(
            id=backend.new_id("account"),
            type=sub_type.type,
            sub_type_id=sub_type.id,
            currency=parent.currency if parent else body.get("currency") or backend.team.currency,
            created=now,
            updated=now,
            parent_id=parent.id if parent else None,
            institution_id=body.get("institutionId"),
            taxes=resolve_tax_ids(backend, body),
            **attributes,
        )
    )


def update(backend: CountBackend, account_id: str, body: Body) -> Account:
    """Update an account. Documented: some properties of system accounts are protected."""
    before = find(backend.accounts, account_id)
    if not changes_anything("AccountUpdate", body):
        return before
    attributes = _updated_attributes(backend, before, body)
    if before.role is not None:
        for field in _PROTECTED:
            if field in body:
                raise ProtectedField(field)
    return backend.accounts.put(replace(before, updated=backend.now(), **attributes))


def _updated_attributes(backend: CountBackend, before: Account, body: Body) -> dict[str, Any]:
    attributes = attributes_from(body, _COLUMNS)
    if "subTypeId" in body:
        sub_type = _sub_type(backend, body["subTypeId"])
        if sub_type.type != before.type:
            raise Invalid("subTypeId", f"must be of type {before.type}")
        attributes["sub_type_id"] = sub_type.id
    if "parentAccountId" in body:
        parent = _parent(backend, body, before.type, before)
        attributes["parent_id"] = parent.id if parent else None
        if parent is not None:
            attributes |= {"currency": parent.currency, "status": parent.status}
    if body.get("isChildAccount") is False:
        attributes["parent_id"] = None
    if "taxes" in body:
        attributes["taxes"] = resolve_tax_ids(backend, body)
    return attributes


def delete(backend: CountBackend, account_id: str) -> Account:
    """Delete an account that is not in use. Raises ``AccountNotDeletable``."""
    account = find(backend.accounts, account_id)
    reason = delete_blocked_reason(backend, account)
    if reason is not None:
        raise AccountNotDeletable(reason)
    backend.accounts.delete(account.id)
    return account


def delete_blocked_reason(backend: CountBackend, account: Account) -> str | None:
    """Return the reason why an account cannot be deleted, or ``None``.

    Documented: the reasons. Assumed: their order.
    """
    if account.role is not None:
        return "NOT_EDITABLE"
    if ledger.is_posted_on(backend, account):
        return "HAS_JOURNAL_ENTRIES"
    if backend.accounts.count("parent", account.id):
        return "HAS_SUB_ACCOUNTS"
    if backend.products.count("account", account.id):
        return "HAS_INVOICE_PRODUCTS"
    return None


def _sub_type(backend: CountBackend, sub_type_id: int) -> AccountSubType:
    sub_type = backend.sub_types.get(int(sub_type_id))
    if sub_type is None:
        raise reference_not_found(backend, "subTypeId", str(sub_type_id))
    return sub_type


def _parent(
    backend: CountBackend, body: Body, account_type: str, child: Account | None
) -> Account | None:
    """Return the parent account. Documented: at most two levels, and the inherited properties."""
    parent_id = body.get("parentAccountId")
    if parent_id is None:
        return None
    parent = resolve(backend, backend.accounts, "parentAccountId", parent_id)
    if parent.parent_id is not None or (child is not None and parent.id == child.id):
        raise Invalid("parentAccountId", "must be another top-level account")
    if child is not None and backend.accounts.count("parent", child.id):
        raise Invalid("parentAccountId", "must not be set on an account that has sub-accounts")
    if parent.type != account_type:
        raise Invalid("parentAccountId", f"must be of type {account_type}")
    return parent
