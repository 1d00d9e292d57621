"""Bank transactions: creation, lists, updates, categories, splits and exclusion."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record, to_decimal


@rule(
    "amount is sent positive and returned negative for Income, positive for Expense and Transfer.",
    source="Assumed: the vendor's client says that the server applies the sign, not which",
)
@pytest.mark.assumed
def test_the_server_sets_the_sign_of_the_amount(factory: Factory) -> None:
    assert factory.transaction(12.5, type="Income")["amount"] == -12.5
    assert factory.transaction(12.5, type="Expense")["amount"] == 12.5
    assert factory.transaction("12.50", type="Transfer")["amount"] == 12.5


@rule(
    'type "{sent}" is accepted as "{expected}".',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("income", "Income"), ("EXPENSE", "Expense"), ("transfer", "Transfer"),
        ("journal", "Journal Entry"), ("JOURNAL_ENTRY", "Journal Entry"),
    ],
)  # fmt: skip
def test_types_are_accepted_in_every_spelling(factory: Factory, sent: str, expected: str) -> None:
    assert factory.transaction(type=sent)["type"] == expected


@rule(
    "A transaction without type is Income or Expense by its category; date is an alias of postedDate.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_type_is_derived_from_the_category(api: Api, factory: Factory) -> None:
    for kind, expected in (("Income", "Income"), ("Expenses", "Expense")):
        body = {
            "accUuid": factory.bank_account_id,
            "amount": 1,
            "date": factory.day(),
            "categoryAccountUuid": factory.account(kind)["id"],
        }
        created = api.call("transactions.create", expect=201, body=body)["data"]
        assert (created["type"], created["postedDate"]) == (expected, factory.day())


@rule(
    "POST /partners/transactions stores every sent field, warns of unknown ones, and GET returns the same transaction.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_created_transaction_has_the_sent_values(factory: Factory) -> None:
    tag, customer = factory.tag(), factory.untaxed_customer
    created = factory.transaction(
        description="Deposit",
        notes="By hand",
        authorizedDate=factory.day(-1),
        customerUuid=customer["id"],
        tagUuids=[tag["id"]],
        taxes=[factory.taxes[0]["id"]],
        colour="red",
    )

    assert created.pop("_partnerWarnings")[0]["field"] == "colour"
    assert (created["description"], created["notes"]) == ("Deposit", "By hand")
    assert [(row["id"], row["name"]) for row in created["tags"]] == [(tag["id"], tag["name"])]
    assert created["taxes"] == [factory.taxes[0]["id"]]
    read = factory.get_transaction(created)
    assert shared_members(read, created) == shared_members(created, read)


@rule(
    "A transaction with an invalid or unknown {field} returns {status} with an error that names the field.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"amount": 0}, 400, "amount"),
        ({"amount": -5}, 400, "amount"),
        ({"postedDate": "today"}, 400, "postedDate"),
        ({"type": "gift"}, 400, "type"),
        ({"accUuid": UNKNOWN_ID}, 404, "accUuid"),
        ({"categoryAccountUuid": UNKNOWN_ID}, 404, "categoryAccountUuid"),
        ({"customerUuid": UNKNOWN_ID}, 404, "customerUuid"),
        ({"vendorUuid": UNKNOWN_ID}, 404, "vendorUuid"),
        ({"projectUuid": UNKNOWN_ID}, 404, "projectUuid"),
        ({"taxes": [2147483647]}, 404, "taxes.0"),
    ],
)
def test_an_invalid_value_is_rejected_with_its_field(
    api: Api, factory: Factory, fields: Record, status: int, field: str
) -> None:
    body = {"accUuid": factory.bank_account_id, "amount": 1, "postedDate": factory.day(), **fields}
    error = api.call("transactions.create", expect=status, body=body)

    error_field = error["details"]["field"] if status == 404 else error["errors"][0]["field"]
    assert error_field == field


@rule(
    "A transaction without postedDate and date returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_one_of_the_two_dates_is_required(api: Api, factory: Factory) -> None:
    body = {"accUuid": factory.bank_account_id, "amount": 1}
    error = api.call("transactions.create", expect=400, body=body)

    assert error["code"] == "validation_error"


@rule(
    "PATCH of a transaction changes amount, dates and texts; categoryAccountUuid, invoiceId and type are ignored as internal_only.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_changes_everything_but_the_category(api: Api, factory: Factory) -> None:
    created = factory.transaction()
    path = {"transactionId": created["id"]}
    body = {
        "amount": "70.10", "postedDate": factory.day(-3), "notes": "New", "description": None,
        "categoryAccountUuid": factory.income_account_id, "invoiceId": UNKNOWN_ID, "type": "Expense", "x": 1,
    }  # fmt: skip
    changed = api.call("transactions.update", expect=200, body=body, **path)["data"]

    assert (to_decimal(changed["amount"]), changed["postedDate"], changed["notes"]) == (
        Decimal("-70.10"),
        factory.day(-3),
        "New",
    )
    assert (changed["categoryAccountUuid"], changed["type"]) == (None, "Income")
    assert {row["field"]: row["reason"] for row in changed["_partnerWarnings"]} == {
        "categoryAccountUuid": "internal_only",
        "invoiceId": "internal_only",
        "type": "internal_only",
        "x": "unknown_field",
    }


@rule(
    "change-category sets the category, notes and reviewed, and null clears it; without categoryAccountUuid it returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_category_is_set_and_cleared(api: Api, factory: Factory) -> None:
    created = factory.transaction()
    path = {"transactionId": created["id"]}
    body = {"categoryAccountUuid": factory.income_account_id, "notes": "Sales", "autoReview": True}
    changed = api.call("transactions.change_category", expect=200, body=body, **path)["data"]
    assert (changed["categoryAccountUuid"], changed["notes"]) == (
        factory.income_account_id,
        "Sales",
    )
    assert changed["reviewed"] is True

    body = {"categoryAccountUuid": None}
    changed = api.call("transactions.change_category", expect=200, body=body, **path)["data"]
    assert changed["categoryAccountUuid"] is None
    api.call("transactions.change_category", expect=400, body={}, **path)


@rule(
    "linkedTransferTransactionUuid makes both transactions Transfers that refer to each other.",
    source="Assumed: the vendor's client has the field, not its effect",
)
@pytest.mark.assumed
def test_linked_transfers_refer_to_each_other(api: Api, factory: Factory) -> None:
    first, second = factory.transaction(), factory.transaction(type="Expense")
    body = {"categoryAccountUuid": None, "linkedTransferTransactionUuid": second["id"]}
    changed = api.call(
        "transactions.change_category", expect=200, body=body, transactionId=first["id"]
    )["data"]

    assert (changed["type"], changed["linkedTransferTransactionUuid"]) == ("Transfer", second["id"])
    assert factory.get_transaction(second)["linkedTransferTransactionUuid"] == first["id"]


@rule(
    "split makes each part a transaction of its own and lowers the parent; an empty splits merges them again.",
    source="Assumed: the vendor's client has the route, not its details",
)
@pytest.mark.assumed
def test_parts_of_a_split_are_transactions_and_can_be_merged(api: Api, factory: Factory) -> None:
    transaction = factory.transaction("64.92", description="Mixed")
    path = {"transactionId": transaction["id"]}
    other_account_id = factory.account("Income")["id"]
    body = {
        "parent": {"amount": "44.92", "categoryAccountUuid": factory.income_account_id},
        "splits": [{"amount": "15.00", "categoryAccountUuid": other_account_id}, {"amount": 5}],
    }
    parent = api.call("transactions.split", expect=200, body=body, **path)["data"]
    assert (to_decimal(parent["amount"]), parent["split"]) == (Decimal("-44.92"), True)
    assert [to_decimal(row["amount"]) for row in parent["splits"]] == [-15, -5]

    part = factory.get_transaction(parent["splits"][0])
    assert (part["parentTransactionId"], part["categoryAccountUuid"]) == (
        transaction["id"],
        other_account_id,
    )
    assert (part["description"], part["type"]) == ("Mixed", "Income")
    merged = api.call("transactions.split", expect=200, body={"splits": []}, **path)["data"]
    assert to_decimal(merged["amount"]) == Decimal("-64.92")
    assert (merged["splits"], merged["split"]) == ([], False)
    api.call("transactions.get", expect=404, transactionId=part["id"])


@rule(
    "Parts of a split add up to less than the amount, and the parent keeps the rest; else 400.",
    source="Assumed: the vendor's client has the route, not its bounds",
)
@pytest.mark.assumed
def test_parts_of_a_split_must_add_up(api: Api, factory: Factory) -> None:
    transaction = factory.transaction(50)
    path = {"transactionId": transaction["id"]}
    for body in (
        {"parent": {"amount": 30}, "splits": [{"amount": 10}]},
        {"splits": [{"amount": 50}]},
        {"splits": [{"amount": 60}]},
    ):
        error = api.call("transactions.split", expect=400, body=body, **path)
        assert error["code"] == "split_mismatch"
    error = api.call("transactions.split", expect=400, body={"splits": [{}]}, **path)
    assert error["errors"][0]["field"] == "splits.0.amount"
    part = api.call("transactions.split", expect=200, body={"splits": [{"amount": 20}]}, **path)[
        "data"
    ]["splits"][0]
    splits = {"splits": [{"amount": 5}]}
    part_path = {"transactionId": part["id"]}
    api.call("transactions.split", expect=400, body=splits, **part_path)
    body = {**splits, "splitASplit": True}
    api.call("transactions.split", expect=200, body=body, **part_path)
    assert factory.get_transaction(transaction)["amount"] == -30


@rule(
    "DELETE of a split transaction also deletes its parts.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_deleting_a_transaction_deletes_its_parts(api: Api, factory: Factory) -> None:
    transaction = factory.transaction(50)
    path = {"transactionId": transaction["id"]}
    response = api.call("transactions.split", expect=200, body={"splits": [{"amount": 20}]}, **path)
    part = response["data"]["splits"][0]
    deleted = api.call("transactions.delete", expect=200, **path)["data"]
    assert deleted["id"] == transaction["id"]

    for row in (transaction, part):
        api.call("transactions.get", expect=404, transactionId=row["id"])


@rule(
    "transactions/bulk returns 201 with success or error for each row, in order; one bad row does not affect the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_a_bulk_creation_are_independent(api: Api, factory: Factory) -> None:
    valid_row = {"accUuid": factory.bank_account_id, "amount": 7, "date": factory.day()}
    rows = [
        valid_row,
        {"accUuid": factory.bank_account_id, "amount": 7},
        {**valid_row, "accUuid": UNKNOWN_ID},
        "nonsense",
    ]
    result = api.call("transactions.bulk_create", expect=201, body={"transactions": rows})["data"]

    assert (result["successCount"], result["errorCount"]) == (1, 3)
    assert [row["success"] for row in result["results"]] == [True, False, False, False]
    assert [row["index"] for row in result["results"]] == [0, 1, 2, 3]
    assert "accUuid" in result["results"][2]["error"]
    factory.get_transaction(result["results"][0]["transaction"])


@rule(
    "exclude-bulk and change-category-bulk change the known transactions and list the unknown ones in failures with reasons.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_transactions_are_excluded_and_categorised_in_bulk(api: Api, factory: Factory) -> None:
    first, second = factory.transaction(), factory.transaction()
    uuids = [first["id"], UNKNOWN_ID, second["id"].upper()]
    body: Record = {"transactionUuids": uuids, "excluded": True}
    result = api.call("transactions.exclude_bulk", expect=200, body=body)["data"]
    assert (result["successCount"], result["failedCount"]) == (2, 1)
    assert [row["transactionUuid"] for row in result["failures"]] == [UNKNOWN_ID]
    assert result["failures"][0]["reasons"]
    assert factory.get_transaction(first)["excluded"] is True

    body = {"transactionUuids": uuids, "categoryAccountUuid": factory.income_account_id}
    result = api.call("transactions.change_category_bulk", expect=200, body=body)["data"]
    assert [row["categoryAccountUuid"] for row in result["updatedTransactions"]] == [
        factory.income_account_id,
        factory.income_account_id,
    ]
    body["categoryAccountUuid"] = UNKNOWN_ID
    api.call("transactions.change_category_bulk", expect=404, body=body)


@rule(
    "An excluded transaction has no postings, so its account can be deleted; included again, it cannot.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_excluded_transaction_has_no_postings_until_it_is_included(
    api: Api, factory: Factory
) -> None:
    bank = factory.account("Assets")
    body = {"transactionUuids": [factory.transaction(accUuid=bank["id"])["id"]]}

    for excluded in (True, False):
        api.call("transactions.exclude_bulk", expect=200, body={**body, "excluded": excluded})
        query = {"includeDeleteMeta": True, "search": bank["name"]}
        rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        account = next(row for row in rows if row["id"] == bank["id"])
        assert account["canDelete"] is excluded, "only included transactions have postings"


@rule(
    'A bulk request with no rows or more than 100 returns 400 with "Bulk requests are capped at 100" in its message.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize("rows", [[], None, [{}] * 101])
def test_bulk_requests_are_limited(api: Api, rows: object) -> None:
    for operation, name in (
        ("transactions.bulk_create", "transactions"),
        ("customers.bulk_create", "customers"),
        ("customers.bulk_update", "customers"),
        ("accounts.bulk_create", "accounts"),
    ):
        body = {} if rows is None else {name: rows}
        error = api.call(operation, expect=400, body=body)
        assert error["code"] == "bulk_limit_exceeded"
        assert "Bulk requests are capped at 100" in error["message"]


@rule(
    "Transactions are filtered by account, type, category, customer, tags, search, dates (inclusive) and flags.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_every_filter_finds_the_matching_rows(api: Api, factory: Factory) -> None:
    bank, category, customer = (
        factory.account("Assets"),
        factory.income_account_id,
        factory.customer(),
    )
    tags = [factory.tag(), factory.tag()]
    uncategorised = factory.transaction(1, accUuid=bank["id"], postedDate=factory.day(-5))
    expense = factory.transaction(2, accUuid=bank["id"], type="expense", postedDate=factory.day(-4))
    categorised = factory.transaction(
        3, accUuid=bank["id"], categoryAccountUuid=category, postedDate=factory.day(-3)
    )
    of_customer = factory.transaction(
        4, accUuid=bank["id"], customerUuid=customer["id"], tagUuids=[tags[0]["id"]]
    )
    described = factory.transaction(
        5,
        accUuid=bank["id"],
        description="Needle in Hay",
        tagUuids=[tag["id"] for tag in tags],
    )
    everything = [described, of_customer, categorised, expense, uncategorised]
    by_id = {row["id"]: row for row in everything}

    def search(**query: object) -> list[Record]:
        full_query = {"accUuid": bank["id"], "limit": 100} | query
        page = api.call("transactions.search", expect=200, query=full_query)["data"]
        assert page["records"] == page["transactions"]
        assert page["totalRecords"] == len(page["records"])
        return [by_id[row["id"]] for row in page["records"]]

    assert search() == everything
    assert search(type="Expense") == [expense] == search(transactionTypes="EXPENSE")
    assert search(categoryAccountUuid=category) == [categorised]
    assert search(customerUuid=customer["id"].upper()) == [of_customer]
    assert search(tagUuids=tags[1]["id"]) == [described]
    assert search(tagUuids=[tags[0]["id"], tags[1]["id"]]) == [described, of_customer]
    assert search(search="needle IN") == [described]
    assert search(startDate=factory.day(-4), endDate=factory.day(-3)) == [categorised, expense]
    assert search(reviewed=False, reconciled=False) == everything
    assert search(reviewed=True) == []
    assert search(vendorUuid=UNKNOWN_ID) == [] == search(projectUuid=UNKNOWN_ID)
    page = api.call("transactions.search", expect=200, query={"accountUuid": bank["id"]})["data"]
    assert page["totalRecords"] == len(everything)


@rule(
    "If a filter is sent under both of its names, accUuid and transactionTypes are used.",
    source="Assumed: the reference does not say which of two names is used",
)
@pytest.mark.assumed
def test_the_first_name_of_a_filter_is_used(api: Api, factory: Factory) -> None:
    bank, other = factory.account("Assets"), factory.account("Assets")
    income = factory.transaction(1, accUuid=bank["id"], type="Income")
    factory.transaction(2, accUuid=bank["id"], type="Expense")
    factory.transaction(3, accUuid=other["id"], type="Income")
    query = {
        "accUuid": bank["id"],
        "accountUuid": other["id"],
        "transactionTypes": "Income",
        "type": "Expense",
    }
    page = api.call("transactions.search", expect=200, query=query)["data"]

    assert [row["id"] for row in page["records"]] == [income["id"]]
