"""The chart of accounts."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import AccountNotDeletable, Invalid, ProtectedField
from mockvoice.vendors.count.models import Account, AccountSubType
from mockvoice.vendors.count.rules import ledger
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import Listed, Query, found_by, given, listed
from mockvoice.vendors.count.rules.records import (
    Body,
    changes,
    find,
    resolve,
    resolve_tax_ids,
    unresolved,
)

_COLUMNS = {
    "name": "name",
    "accountNumber": "number",
    "description": "description",
    "color": "color",
    "status": "status",
}
# What stays as it is on an account that the system relies on. Assumed: which.
_PROTECTED = ("name", "subTypeId", "parentAccountId", "taxes", "status", "isChildAccount")


def search(backend: CountBackend, query: Query) -> Listed[Account]:
    """A page of accounts by number and name. Assumed: the effect of some filters."""
    inactive = query["inactive"]
    where = given(
        type=query["type"],
        sub_type=query["sub_type_id"],
        status=None if inactive is None else "inactive" if inactive else "active",
        category=True if query["only_category_accounts"] else None,
    )
    among = found_by(backend.accounts, query["search"])
    return listed(backend.accounts, query, where=where, among=among, order="number")


def search_sub_types(backend: CountBackend, query: Query) -> Listed[AccountSubType]:
    """A page of the catalogue by id."""
    return listed(backend.sub_types, query, where=given(type=query["type"]))


def create(backend: CountBackend, body: Body) -> Account:
    """A new account. Documented: its type follows from the sub-type."""
    kind = _sub_type(backend, body["subTypeId"])
    parent = _parent(backend, body, kind.type, None)
    now = backend.now()
    written = changes(body, _COLUMNS)
    if parent is not None:
        written["status"] = parent.status
    return backend.accounts.put(
        Account(
            id=backend.new_id("account"),
            type=kind.type,
            sub_type_id=kind.id,
            currency=parent.currency if parent else body.get("currency") or backend.team.currency,
            created=now,
            updated=now,
            parent_id=parent.id if parent else None,
            institution_id=body.get("institutionId"),
            taxes=resolve_tax_ids(backend, body),
            **written,
        )
    )


def update(backend: CountBackend, account_id: str, body: Body) -> Account:
    """An account, changed. Documented: some properties of the system's accounts are protected."""
    before = find(backend.accounts, account_id)
    if not takes_anything("AccountUpdate", body):
        return before
    written = _rewritten(backend, before, body)
    if before.role is not None:
        for field in _PROTECTED:
            if field in body:
                raise ProtectedField(field)
    return backend.accounts.put(replace(before, updated=backend.now(), **written))


def _rewritten(backend: CountBackend, before: Account, body: Body) -> dict[str, Any]:
    written = changes(body, _COLUMNS)
    if "subTypeId" in body:
        kind = _sub_type(backend, body["subTypeId"])
        if kind.type != before.type:
            raise Invalid("subTypeId", f"must be of type {before.type}")
        written["sub_type_id"] = kind.id
    if "parentAccountId" in body:
        parent = _parent(backend, body, before.type, before)
        written["parent_id"] = parent.id if parent else None
        if parent is not None:
            written |= {"currency": parent.currency, "status": parent.status}
    if body.get("isChildAccount") is False:
        written["parent_id"] = None
    if "taxes" in body:
        written["taxes"] = resolve_tax_ids(backend, body)
    return written


def delete(backend: CountBackend, account_id: str) -> Account:
    """Remove an account that nothing hangs on."""
    account = find(backend.accounts, account_id)
    reason = delete_blocked(backend, account)
    if reason is not None:
        raise AccountNotDeletable(reason)
    backend.accounts.delete(account.id)
    return account


def delete_blocked(backend: CountBackend, account: Account) -> str | None:
    """Why an account cannot be deleted. Documented: the reasons. Assumed: their order."""
    if account.role is not None:
        return "NOT_EDITABLE"
    if ledger.is_posted_on(backend, account):
        return "HAS_JOURNAL_ENTRIES"
    if backend.accounts.count("parent", account.id):
        return "HAS_SUB_ACCOUNTS"
    if backend.products.count("account", account.id):
        return "HAS_INVOICE_PRODUCTS"
    return None


def _sub_type(backend: CountBackend, sent: int) -> AccountSubType:
    found = backend.sub_types.get(int(sent))
    if found is None:
        raise unresolved(backend, "subTypeId", str(sent))
    return found


def _parent(backend: CountBackend, body: Body, kind: str, child: Account | None) -> Account | None:
    """The account above. Documented: two levels at most, and what is inherited."""
    sent = body.get("parentAccountId")
    if sent is None:
        return None
    parent = resolve(backend, backend.accounts, "parentAccountId", sent)
    if parent.parent_id is not None or (child is not None and parent.id == child.id):
        raise Invalid("parentAccountId", "must be another account of the top level")
    if child is not None and backend.accounts.count("parent", child.id):
        raise Invalid("parentAccountId", "cannot be given to an account that has sub-accounts")
    if parent.type != kind:
        raise Invalid("parentAccountId", f"must be of type {kind}")
    return parent
