"""Accounts: what sub-accounts inherit, what an update keeps, what is protected or in use."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def listed(api: Api, account: Record, **query: object) -> list[Record]:
    """Return the rows of the list that are found by the name of an account."""
    full_query = {"search": account["name"], "limit": 100, **query}
    page = api.call("accounts.search", expect=200, query=full_query)["data"]
    assert page["records"] == page["accounts"]
    rows: list[Record] = page["records"]
    return rows


def update(api: Api, account: Record, expect: int = 200, **body: object) -> Record:
    path = {"accountId": account["id"]}
    response: Record = api.call("accounts.update", expect=expect, body=body, **path)
    return response["data"] if expect == 200 else response


@rule(
    "A sub-account has the type, currency and status of its parent, whether it is created or moved below it.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_sub_account_inherits_from_its_parent(api: Api, factory: Factory) -> None:
    parent = factory.account("Income", currency="EUR", status="inactive")
    created = factory.account(
        "Income", currency="GBP", status="active", parentAccountId=parent["id"]
    )
    moved = factory.account("Income", currency="GBP")
    update(api, moved, parentAccountId=parent["id"])

    for account in (created, moved):
        (row,) = listed(api, account)
        assert (row["currency"], row["status"], row["type"]) == ("EUR", "inactive", "Income")
        assert row["parentAccountId"] == parent["id"]
        assert [found["id"] for found in listed(api, account, inactive=True)] == [account["id"]]
    (row,) = listed(api, parent)
    assert (row["parentAccountId"], row["currency"]) == (None, "EUR")


@rule(
    "A new sub-account needs a top-level parent of its type; else 400, and 404 if the parent is unknown.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_new_sub_account_needs_a_suitable_parent(api: Api, factory: Factory) -> None:
    parent = factory.account("Income")
    child = factory.account("Income", parentAccountId=parent["id"])
    name = factory.unique_name("Third")
    for status, parent_id in (
        (400, child["id"]),
        (400, factory.account("Assets")["id"]),
        (404, UNKNOWN_ID),
    ):
        body = {"name": name, "subTypeId": parent["subTypeId"], "parentAccountId": parent_id}
        api.call("accounts.create", expect=status, body=body)
    update(api, parent, 400, parentAccountId=parent["id"])
    update(api, parent, 400, parentAccountId=factory.account("Income")["id"])

    assert listed(api, {"name": name}) == []
    assert listed(api, parent)[0]["parentAccountId"] is None


@rule(
    "PATCH of one field of an account keeps all others; null clears description, color and accountNumber.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_of_an_account_keeps_omitted_fields(api: Api, factory: Factory) -> None:
    parent = factory.account("Income", currency="EUR")
    account = factory.account(
        "Income", accountNumber=factory.unique_name("4"), description="Text", color="#112233",
        taxes=[factory.taxes[0]["id"]], parentAccountId=parent["id"],
    )  # fmt: skip
    (row,) = listed(api, account)
    assert shared_members(row, account) == shared_members(account, row)
    name = factory.unique_name("Renamed")
    changed = update(api, account, name=name)

    assert changed["name"] == name
    assert listed(api, account) == []
    (row,) = listed(api, {"name": name})
    kept = {key: account[key] for key in account if key not in ("name", "updatedAt")}
    for record in (changed, row):
        assert shared_members(record, kept) == shared_members(kept, record)
    cleared = update(api, changed, description=None, color=None, accountNumber=None, taxes=[])
    assert [cleared[key] for key in ("description", "color", "accountNumber", "taxes")] == [
        None, None, None, [],
    ]  # fmt: skip
    assert (cleared["name"], cleared["parentAccountId"]) == (name, parent["id"])


@rule(
    "On a system account, {field} cannot be changed and returns 403; other fields of the request stay too.",
    source="Assumed: the vendor states that fields are protected, not which",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "field", ["name", "subTypeId", "parentAccountId", "taxes", "status", "isChildAccount"]
)
def test_every_protected_field_is_rejected(api: Api, factory: Factory, field: str) -> None:
    query = {"limit": 5000}
    rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
    account = next((row for row in rows if not row["editable"]), None)
    if account is None:
        pytest.skip("the workspace has no system account")
    kind = account["type"]
    query = {"type": kind}
    sub_types = api.call("account_sub_types.search", expect=200, query=query)["data"]["records"]
    values: Record = {
        "name": factory.unique_name("Mine"),
        "subTypeId": sub_types[-1]["id"],
        "parentAccountId": factory.account(kind)["id"],
        "taxes": [factory.taxes[0]["id"]],
        "status": "inactive",
        "isChildAccount": False,
    }
    error = update(api, account, 403, description="Changed", **{field: values[field]})
    assert (error["code"], error["details"]["field"]) == ("protected_field", field)

    (row,) = [row for row in listed(api, account) if row["id"] == account["id"]]
    assert shared_members(row, account) == shared_members(account, row)


@rule(
    "An account with postings and sub-accounts is blocked by HAS_JOURNAL_ENTRIES, one with sub-accounts and products by HAS_SUB_ACCOUNTS.",
    source="Assumed: the vendor's client lists the reasons, not their order",
)
@pytest.mark.assumed
def test_the_first_reason_that_blocks_a_deletion_is_named(api: Api, factory: Factory) -> None:
    account = factory.account("Income")
    child = factory.account("Income", parentAccountId=account["id"])
    factory.product(categoryAccountUuid=account["id"])

    def reason() -> object:
        error = api.call("accounts.delete", expect=400, accountId=account["id"])
        (row,) = listed(api, account, includeDeleteMeta=True)
        assert row["deleteBlockedReason"] == error["details"]["deleteBlockedReason"]
        assert row["canDelete"] is False
        return row["deleteBlockedReason"]

    assert reason() == "HAS_SUB_ACCOUNTS"
    transaction = factory.transaction(categoryAccountUuid=account["id"])
    assert reason() == "HAS_JOURNAL_ENTRIES"
    api.call("transactions.delete", expect=200, transactionId=transaction["id"])
    update(api, child, isChildAccount=False)
    assert reason() == "HAS_INVOICE_PRODUCTS"


@rule(
    "The purchase account of a product cannot be deleted until the product has another one or none.",
    source="Assumed: the vendor's client lists the reason, not whether purchases count",
)
@pytest.mark.assumed
def test_the_purchase_account_of_a_product_cannot_be_deleted(api: Api, factory: Factory) -> None:
    account, other = factory.account("Expenses"), factory.account("Expenses")
    path = {"productId": factory.product(purchaseCategoryAccountUuid=account["id"])["id"]}
    for deletable, blocked in ((None, account), (account, other), (other, None)):
        if deletable is not None:
            used_id = blocked and blocked["id"]
            body = {"purchaseCategoryAccountUuid": used_id}
            api.call("products.update", expect=200, body=body, **path)
            api.call("accounts.delete", expect=200, accountId=deletable["id"])
        if blocked is not None:
            error = api.call("accounts.delete", expect=400, accountId=blocked["id"])
            assert error["details"]["deleteBlockedReason"] == "HAS_INVOICE_PRODUCTS"


@rule(
    "canDelete and balance are in the rows only if includeDeleteMeta or includeBalances ask for them; includeHidden changes nothing else.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_optional_properties_are_in_the_rows_on_request(api: Api, factory: Factory) -> None:
    account = factory.account("Income")
    factory.transaction(40, categoryAccountUuid=account["id"])
    (plain,) = listed(api, account)
    (with_meta,) = listed(api, account, includeDeleteMeta=True)
    (with_balance,) = listed(api, account, includeBalances=True)
    (both,) = listed(api, account, includeBalances=True, includeDeleteMeta=True)

    assert "canDelete" not in plain
    assert (with_meta["canDelete"], with_meta["deleteBlockedReason"]) == (
        False,
        "HAS_JOURNAL_ENTRIES",
    )
    assert with_balance["balance"] == 40 == both["balance"]
    assert both["canDelete"] is False
    for row in (with_meta, with_balance, both):
        assert shared_members(row, plain) == shared_members(plain, row)
    for name in ("includeHidden", "includeHiddenAccounts"):
        for value in (True, False):
            assert [row["id"] for row in listed(api, account, **{name: value})] == [account["id"]]


@rule(
    "Filters of accounts are joined: type, subTypeId, inactive, onlyCategoryAccounts and search.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_filters_of_accounts_are_joined(api: Api, factory: Factory) -> None:
    active = factory.account("Income")
    inactive = factory.account("Income", name=active["name"] + " b", status="inactive")
    asset = factory.account("Assets", name=active["name"] + " c", status="inactive")

    def found(**query: object) -> set[str]:
        return {row["id"] for row in listed(api, active, **query)}

    assert found(type="Income", inactive=True) == {inactive["id"]}
    assert found(onlyCategoryAccounts=True, inactive=True) == {inactive["id"]}
    assert found(onlyCategoryAccounts=False) == {active["id"], inactive["id"], asset["id"]}
    assert found(subTypeId=asset["subTypeId"], type="Income") == set()
    assert found(subTypeId=active["subTypeId"], inactive=False) == {active["id"]}
