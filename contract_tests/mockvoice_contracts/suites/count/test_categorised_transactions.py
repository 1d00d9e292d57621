"""Transactions that pay, are categorised, split, merged or reconciled: what changes and what stays."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import Factory, Record


def change(
    api: Api, operation: str, transaction: Record, expect: int = 200, **body: object
) -> Record:
    """Send a request about a transaction; return its data, or the error."""
    path = {"transactionId": transaction["id"]}
    response: Record = api.call(f"transactions.{operation}", expect=expect, body=body, **path)
    return response["data"] if expect == 200 else response


@rule(
    "payments of an invoice have the current postedDate of the transaction, also after PATCH.",
    source="Assumed: the vendor's client has the record, not its properties",
)
@pytest.mark.assumed
def test_a_payment_has_the_current_date_of_the_transaction(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit = factory.transaction(postedDate=factory.day(-2))
    other = factory.transaction(postedDate=factory.day(-4))
    factory.pay(deposit, (approved, 40))
    factory.pay(other, (approved, 30))
    change(api, "update", deposit, postedDate=factory.day(-9))

    payments = factory.get_invoice(approved)["payments"]
    dates = {row["transactionId"]: row["date"] for row in payments}
    assert dates == {deposit["id"]: factory.day(-9), other["id"]: factory.day(-4)}


@rule(
    "change-category sets taxes and reviewed if they are sent; autoReview false and omitted notes and taxes keep the values.",
    source="Assumed: the vendor's client has the options, not their effect",
)
@pytest.mark.assumed
def test_omitted_options_of_change_category_keep_their_values(api: Api, factory: Factory) -> None:
    taxes = [factory.taxes[0]["id"]]
    transaction = factory.transaction(
        notes="Kept", description="Text", tagUuids=[factory.tag()["id"]]
    )
    category, other = factory.income_account_id, factory.account("Income")["id"]
    first = change(
        api,
        "change_category",
        transaction,
        categoryAccountUuid=category,
        autoReview=False,
        taxes=taxes,
    )
    assert (first["categoryAccountUuid"], first["reviewed"]) == (category, False)
    assert first["taxes"] == taxes
    change(api, "change_category", transaction, categoryAccountUuid=category, autoReview=True)
    change(api, "change_category", transaction, categoryAccountUuid=other)
    after = factory.get_transaction(transaction)

    assert (after["categoryAccountUuid"], after["reviewed"]) == (other, True)
    assert (after["notes"], after["taxes"]) == ("Kept", taxes)
    for name in ("description", "tagUuids", "amount", "postedDate", "type", "accUuid"):
        assert after[name] == transaction[name], name
    cleared = change(api, "change_category", transaction, categoryAccountUuid=other, taxes=[])
    assert cleared["taxes"] == []


@rule(
    "A partly assigned transaction can be categorised, its rest is posted to the category, and it keeps its payments.",
    source="Assumed: the vendor states that a rest is categorised, not by which request",
)
@pytest.mark.assumed
@pytest.mark.parametrize("in_bulk", [False, True])
def test_the_rest_of_a_transaction_is_categorised(
    api: Api, factory: Factory, approved: Record, *, in_bulk: bool
) -> None:
    bank, category = factory.account("Assets")["id"], factory.account("Income")["id"]
    deposit = factory.transaction(150, accUuid=bank)
    factory.pay(deposit, (approved, 100))
    before = factory.get_transaction(deposit)
    body: Record = {"categoryAccountUuid": category}
    if in_bulk:
        body["transactionUuids"] = [deposit["id"]]
        api.call("transactions.change_category_bulk", expect=200, body=body)
    else:
        change(api, "change_category", deposit, **body)
    after = factory.get_transaction(deposit)

    assert after["categoryAccountUuid"] == category
    assert factory.balances(bank, category) == [150, 50]
    for name in ("assignments", "assignedAmount", "unassignedAmount", "amount", "split"):
        assert shared_members(after[name], before[name]) == shared_members(
            before[name], after[name]
        ), name
    assert factory.get_invoice(approved)["status"] == "paid"


@rule(
    "split, exclude-bulk, DELETE and a transfer link reject a partly assigned transaction too, and change nothing.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_partly_assigned_transaction_is_protected(
    api: Api, factory: Factory, approved: Record
) -> None:
    deposit, other = factory.transaction(150), factory.transaction(20, type="Expense")
    factory.pay(deposit, (approved, 10))
    before = factory.get_transaction(deposit), factory.get_transaction(other)
    link = {"categoryAccountUuid": None, "linkedTransferTransactionUuid": other["id"]}
    reverse = {**link, "linkedTransferTransactionUuid": deposit["id"]}
    for operation, transaction, body in (
        ("split", deposit, {"splits": [{"amount": 20}]}),
        ("change_category", deposit, link),
        ("change_category", other, reverse),
    ):
        error = change(api, operation, transaction, 400, **body)
        assert error["code"] == "transaction_assigned", operation
    path = {"transactionId": deposit["id"]}
    assert api.call("transactions.delete", expect=400, **path)["code"] == "transaction_assigned"
    body = {"transactionUuids": [deposit["id"]], "excluded": True}
    result = api.call("transactions.exclude_bulk", expect=200, body=body)["data"]
    assert [row["transactionUuid"] for row in result["failures"]] == [deposit["id"]]

    after = factory.get_transaction(deposit), factory.get_transaction(other)
    for now, then in zip(after, before, strict=True):
        assert shared_members(now, then) == shared_members(then, now)


@rule(
    "A transaction that was split can pay up to its rest, and its part up to its own amount.",
    source="Assumed: the vendor's client has the route, not its details",
)
@pytest.mark.assumed
def test_a_part_and_the_rest_pay_on_their_own(api: Api, factory: Factory, approved: Record) -> None:
    transaction = factory.transaction(50)
    part = change(api, "split", transaction, splits=[{"amount": 20}])["splits"][0]
    for row, amount in ((transaction, 30), (part, 20)):
        error = factory.pay(row, (approved, amount + 0.01), expect=400)
        assert error["code"] == "payment_exceeds_balance"
        factory.pay(row, (approved, amount))

    invoice = factory.get_invoice(approved)
    assert (invoice["paidAmount"], invoice["amountDue"]) == (50, 50)
    assert {row["transactionId"] for row in invoice["payments"]} == {transaction["id"], part["id"]}
    error = change(api, "split", transaction, 400, splits=[])
    assert error["code"] == "transaction_assigned"
    path = {"transactionId": transaction["id"]}
    assert api.call("transactions.delete", expect=400, **path)["code"] == "transaction_assigned"


@rule(
    "Balances follow a changed and cleared category, another split, a merge and a changed account category of the parent.",
    source="Assumed: the vendor's client has the routes, not what they post",
)
@pytest.mark.assumed
def test_balances_follow_categories_and_merges(api: Api, factory: Factory) -> None:
    bank, first, second = (factory.account(kind)["id"] for kind in ("Assets", "Income", "Income"))
    transaction = factory.transaction(100, accUuid=bank, categoryAccountUuid=first)
    seen = []
    for operation, body in (
        ("change_category", {"categoryAccountUuid": second}),
        ("split", {"parent": {"categoryAccountUuid": first},
                   "splits": [{"amount": 30, "categoryAccountUuid": second}]}),
        ("split", {"splits": [{"amount": 10, "categoryAccountUuid": second}]}),
        ("split", {"splits": []}),
        ("change_category", {"categoryAccountUuid": None}),
    ):  # fmt: skip
        change(api, operation, transaction, **body)
        seen.append(factory.balances(bank, first, second))

    assert seen == [[100, 0, 100], [100, 70, 30], [100, 90, 10], [100, 100, 0], [100, 0, 0]]


@rule(
    "exclude-bulk and change-category-bulk leave a reconciled transaction unchanged and list it in failures.",
    source="Assumed: the vendor states that reconciled transactions are guarded, not in bulk",
)
@pytest.mark.assumed
def test_bulk_changes_leave_a_reconciled_transaction(api: Api, factory: Factory) -> None:
    """The API cannot reconcile transactions; the demo data has some."""
    query = {"reconciled": True, "limit": 1}
    rows = api.call("transactions.search", expect=200, query=query)["data"]["transactions"]
    if not rows:
        pytest.skip("the workspace has no reconciled transaction")
    other = factory.transaction()
    uuids = [rows[0]["id"], other["id"]]
    category = factory.income_account_id
    for operation, fields in (
        ("change_category_bulk", {"categoryAccountUuid": category}),
        ("exclude_bulk", {"excluded": True}),
    ):
        body = {"transactionUuids": uuids, **fields}
        result = api.call(f"transactions.{operation}", expect=200, body=body)["data"]
        assert [row["transactionUuid"] for row in result["failures"]] == [rows[0]["id"]]
        assert [row["id"] for row in result["updatedTransactions"]] == [other["id"]]

    after = factory.get_transaction(rows[0])
    assert shared_members(after, rows[0]) == shared_members(rows[0], after)
    changed = factory.get_transaction(other)
    assert (changed["categoryAccountUuid"], changed["excluded"]) == (category, True)


@rule(
    "change-category of a transaction changes neither its parts nor its parent.",
    source="Assumed: the vendor's client has the route, not its details",
)
@pytest.mark.assumed
def test_parts_and_parent_are_categorised_on_their_own(api: Api, factory: Factory) -> None:
    first, second = factory.income_account_id, factory.account("Income")["id"]
    transaction = factory.transaction(50)
    part = change(api, "split", transaction, splits=[{"amount": 20}])["splits"][0]
    change(api, "change_category", transaction, categoryAccountUuid=first)
    assert factory.get_transaction(part)["categoryAccountUuid"] is None
    change(api, "change_category", part, categoryAccountUuid=second)

    parent = factory.get_transaction(transaction)
    assert parent["categoryAccountUuid"] == first
    assert [row["categoryAccountUuid"] for row in parent["splits"]] == [second]
    assert factory.get_transaction(part)["amount"] == -20
