"""Bank transactions: entered, listed, changed, categorised, split and left out."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, Record, exact


@pytest.mark.assumed
def test_the_server_gives_the_sign(make: Factory) -> None:
    assert make.transaction(12.5, type="Income")["amount"] == -12.5
    assert make.transaction(12.5, type="Expense")["amount"] == 12.5
    assert make.transaction("12.50", type="Transfer")["amount"] == 12.5


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("income", "Income"), ("EXPENSE", "Expense"), ("transfer", "Transfer"),
        ("journal", "Journal Entry"), ("JOURNAL_ENTRY", "Journal Entry"),
    ],
)  # fmt: skip
def test_types_are_taken_in_every_spelling(make: Factory, sent: str, shown: str) -> None:
    assert make.transaction(type=sent)["type"] == shown


def test_the_type_follows_from_the_category(api: Api, make: Factory) -> None:
    for kind, expected in (("Income", "Income"), ("Expenses", "Expense")):
        body = {
            "accUuid": make.bank,
            "amount": 1,
            "date": make.day(),
            "categoryAccountUuid": make.account(kind)["id"],
        }
        made = api.call("transactions.create", expect=201, body=body)["data"]
        assert (made["type"], made["postedDate"]) == (expected, make.day())


def test_a_transaction_shows_what_was_sent_and_reads_the_same(make: Factory) -> None:
    tag, customer = make.tag(), make.plain_customer
    made = make.transaction(
        description="Deposit",
        notes="By hand",
        authorizedDate=make.day(-1),
        customerUuid=customer["id"],
        tagUuids=[tag["id"]],
        taxes=[make.taxes[0]["id"]],
        colour="red",
    )

    assert made.pop("_partnerWarnings")[0]["field"] == "colour"
    assert (made["description"], made["notes"]) == ("Deposit", "By hand")
    assert made["tags"] == [{"id": tag["id"], "name": tag["name"]}]
    assert made["taxes"] == [make.taxes[0]["id"]]
    assert make.read_transaction(made) == made


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"amount": 0}, 400, "amount"),
        ({"amount": -5}, 400, "amount"),
        ({"postedDate": "today"}, 400, "postedDate"),
        ({"type": "gift"}, 400, "type"),
        ({"accUuid": NOBODY}, 404, "accUuid"),
        ({"categoryAccountUuid": NOBODY}, 404, "categoryAccountUuid"),
        ({"customerUuid": NOBODY}, 404, "customerUuid"),
        ({"vendorUuid": NOBODY}, 404, "vendorUuid"),
        ({"projectUuid": NOBODY}, 404, "projectUuid"),
        ({"taxes": [2147483647]}, 404, "taxes.0"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    api: Api, make: Factory, fields: Record, status: int, field: str
) -> None:
    body = {"accUuid": make.bank, "amount": 1, "postedDate": make.day(), **fields}
    refusal = api.call("transactions.create", expect=status, body=body)

    named = refusal["details"]["field"] if status == 404 else refusal["errors"][0]["field"]
    assert named == field


def test_one_of_the_two_dates_is_needed(api: Api, make: Factory) -> None:
    body = {"accUuid": make.bank, "amount": 1}
    refusal = api.call("transactions.create", expect=400, body=body)

    assert "postedDate or date" in refusal["message"]


def test_a_transaction_is_changed_in_anything_but_its_category(api: Api, make: Factory) -> None:
    made = make.transaction()
    where = {"transactionId": made["id"]}
    body = {
        "amount": "70.10", "postedDate": make.day(-3), "notes": "New", "description": None,
        "categoryAccountUuid": make.income, "invoiceId": NOBODY, "type": "Expense", "x": 1,
    }  # fmt: skip
    changed = api.call("transactions.update", expect=200, body=body, **where)["data"]

    assert (exact(changed["amount"]), changed["postedDate"], changed["notes"]) == (
        Decimal("-70.10"),
        make.day(-3),
        "New",
    )
    assert (changed["categoryAccountUuid"], changed["type"]) == (None, "Income")
    assert {each["field"]: each["reason"] for each in changed["_partnerWarnings"]} == {
        "categoryAccountUuid": "internal_only",
        "invoiceId": "internal_only",
        "type": "internal_only",
        "x": "unknown_field",
    }


def test_a_category_is_set_and_cleared(api: Api, make: Factory) -> None:
    made = make.transaction()
    where = {"transactionId": made["id"]}
    body = {"categoryAccountUuid": make.income, "notes": "Sales", "autoReview": True}
    changed = api.call("transactions.change_category", expect=200, body=body, **where)["data"]
    assert (changed["categoryAccountUuid"], changed["notes"]) == (make.income, "Sales")
    assert changed["reviewed"] is True

    body = {"categoryAccountUuid": None}
    changed = api.call("transactions.change_category", expect=200, body=body, **where)["data"]
    assert changed["categoryAccountUuid"] is None
    api.call("transactions.change_category", expect=400, body={}, **where)


@pytest.mark.assumed
def test_two_halves_of_a_transfer_name_each_other(api: Api, make: Factory) -> None:
    one, other = make.transaction(), make.transaction(type="Expense")
    body = {"categoryAccountUuid": None, "linkedTransferTransactionUuid": other["id"]}
    changed = api.call(
        "transactions.change_category", expect=200, body=body, transactionId=one["id"]
    )["data"]

    assert (changed["type"], changed["linkedTransferTransactionUuid"]) == ("Transfer", other["id"])
    assert make.read_transaction(other)["linkedTransferTransactionUuid"] == one["id"]


@pytest.mark.assumed
def test_parts_are_rows_of_their_own_and_come_together_again(api: Api, make: Factory) -> None:
    whole = make.transaction("64.92", description="Mixed")
    where = {"transactionId": whole["id"]}
    other = make.account("Income")["id"]
    body = {
        "parent": {"amount": "44.92", "categoryAccountUuid": make.income},
        "splits": [{"amount": "15.00", "categoryAccountUuid": other}, {"amount": 5}],
    }
    rest = api.call("transactions.split", expect=200, body=body, **where)["data"]
    assert (exact(rest["amount"]), rest["split"]) == (Decimal("-44.92"), True)
    assert [exact(each["amount"]) for each in rest["splits"]] == [-15, -5]

    part = make.read_transaction(rest["splits"][0])
    assert (part["parentTransactionId"], part["categoryAccountUuid"]) == (whole["id"], other)
    assert (part["description"], part["type"]) == ("Mixed", "Income")
    together = api.call("transactions.split", expect=200, body={"splits": []}, **where)["data"]
    assert exact(together["amount"]) == Decimal("-64.92")
    assert (together["splits"], together["split"]) == ([], False)
    api.call("transactions.get", expect=404, transactionId=part["id"])


@pytest.mark.assumed
def test_parts_have_to_add_up(api: Api, make: Factory) -> None:
    whole = make.transaction(50)
    where = {"transactionId": whole["id"]}
    for body in (
        {"parent": {"amount": 30}, "splits": [{"amount": 10}]},
        {"splits": [{"amount": 50}]},
        {"splits": [{"amount": 60}]},
    ):
        refusal = api.call("transactions.split", expect=400, body=body, **where)
        assert refusal["code"] == "split_mismatch"
    refusal = api.call("transactions.split", expect=400, body={"splits": [{}]}, **where)
    assert refusal["errors"][0]["field"] == "splits.0.amount"
    part = api.call("transactions.split", expect=200, body={"splits": [{"amount": 20}]}, **where)[
        "data"
    ]["splits"][0]
    again = {"splits": [{"amount": 5}]}
    inner = {"transactionId": part["id"]}
    api.call("transactions.split", expect=400, body=again, **inner)
    api.call("transactions.split", expect=200, body={**again, "splitASplit": True}, **inner)
    assert make.read_transaction(whole)["amount"] == -30


def test_deleting_takes_the_parts_along(api: Api, make: Factory) -> None:
    whole = make.transaction(50)
    where = {"transactionId": whole["id"]}
    rest = api.call("transactions.split", expect=200, body={"splits": [{"amount": 20}]}, **where)
    part = rest["data"]["splits"][0]
    assert api.call("transactions.delete", expect=200, **where)["data"] == {"id": whole["id"]}

    for each in (whole, part):
        api.call("transactions.get", expect=404, transactionId=each["id"])


def test_many_are_created_and_each_stands_alone(api: Api, make: Factory) -> None:
    good = {"accUuid": make.bank, "amount": 7, "date": make.day()}
    rows = [good, {"accUuid": make.bank, "amount": 7}, {**good, "accUuid": NOBODY}, "nonsense"]
    outcome = api.call("transactions.bulk_create", expect=201, body={"transactions": rows})["data"]

    assert (outcome["successCount"], outcome["errorCount"]) == (1, 3)
    assert [each["success"] for each in outcome["results"]] == [True, False, False, False]
    assert [each["index"] for each in outcome["results"]] == [0, 1, 2, 3]
    assert "accUuid" in outcome["results"][2]["error"]
    make.read_transaction(outcome["results"][0]["transaction"])


def test_many_are_excluded_or_categorised_at_once(api: Api, make: Factory) -> None:
    one, other = make.transaction(), make.transaction()
    uuids = [one["id"], NOBODY, other["id"].upper()]
    body: Record = {"transactionUuids": uuids, "excluded": True}
    outcome = api.call("transactions.exclude_bulk", expect=200, body=body)["data"]
    assert (outcome["successCount"], outcome["failedCount"]) == (2, 1)
    assert outcome["failures"] == [
        {"transactionUuid": NOBODY, "reasons": ["Transaction not found."]}
    ]
    assert make.read_transaction(one)["excluded"] is True

    body = {"transactionUuids": uuids, "categoryAccountUuid": make.income}
    outcome = api.call("transactions.change_category_bulk", expect=200, body=body)["data"]
    assert [each["categoryAccountUuid"] for each in outcome["updatedTransactions"]] == [
        make.income,
        make.income,
    ]
    body["categoryAccountUuid"] = NOBODY
    api.call("transactions.change_category_bulk", expect=404, body=body)


@pytest.mark.assumed
def test_what_is_excluded_is_posted_nowhere_until_it_is_taken_in_again(
    api: Api, make: Factory
) -> None:
    bank = make.account("Assets")
    body = {"transactionUuids": [make.transaction(accUuid=bank["id"])["id"]]}

    for excluded in (True, False):
        api.call("transactions.exclude_bulk", expect=200, body={**body, "excluded": excluded})
        query = {"includeDeleteMeta": True, "search": bank["name"]}
        rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        shown = next(each for each in rows if each["id"] == bank["id"])
        assert shown["canDelete"] is excluded, "the books hold what is not excluded"


@pytest.mark.parametrize("rows", [[], None, [{}] * 101])
def test_bulk_calls_are_capped(api: Api, rows: object) -> None:
    for operation, name in (
        ("transactions.bulk_create", "transactions"),
        ("customers.bulk_create", "customers"),
        ("customers.bulk_update", "customers"),
        ("accounts.bulk_create", "accounts"),
    ):
        body = {} if rows is None else {name: rows}
        refusal = api.call(operation, expect=400, body=body)
        assert refusal["code"] == "bulk_limit_exceeded"
        assert "Bulk requests are capped at 100" in refusal["message"]


def test_every_filter_finds_what_it_says(api: Api, make: Factory) -> None:
    bank, category, customer = make.account("Assets"), make.income, make.customer()
    tags = [make.tag(), make.tag()]
    plain = make.transaction(1, accUuid=bank["id"], postedDate=make.day(-5))
    spent = make.transaction(2, accUuid=bank["id"], type="expense", postedDate=make.day(-4))
    sold = make.transaction(
        3, accUuid=bank["id"], categoryAccountUuid=category, postedDate=make.day(-3)
    )
    theirs = make.transaction(
        4, accUuid=bank["id"], customerUuid=customer["id"], tagUuids=[tags[0]["id"]]
    )
    both = make.transaction(
        5,
        accUuid=bank["id"],
        description="Needle in Hay",
        tagUuids=[tag["id"] for tag in tags],
    )
    everything = [both, theirs, sold, spent, plain]

    def found(**query: object) -> list[Record]:
        given = {"accUuid": bank["id"], "limit": 100} | query
        page = api.call("transactions.search", expect=200, query=given)["data"]
        assert page["records"] == page["transactions"]
        assert page["totalRecords"] == len(page["records"])
        ids = [each["id"] for each in page["records"]]
        return [each for each in everything if each["id"] in ids and ids.pop(0) == each["id"]]

    assert found() == everything
    assert found(type="Expense") == [spent] == found(transactionTypes="EXPENSE")
    assert found(categoryAccountUuid=category) == [sold]
    assert found(customerUuid=customer["id"].upper()) == [theirs]
    assert found(tagUuids=tags[1]["id"]) == [both]
    assert found(tagUuids=[tags[0]["id"], tags[1]["id"]]) == [both, theirs]
    assert found(search="needle IN") == [both]
    assert found(startDate=make.day(-4), endDate=make.day(-3)) == [sold, spent]
    assert found(reviewed=False, reconciled=False) == everything
    assert found(reviewed=True) == []
    assert found(vendorUuid=NOBODY) == [] == found(projectUuid=NOBODY)
    page = api.call("transactions.search", expect=200, query={"accountUuid": bank["id"]})["data"]
    assert (page["limit"], page["totalRecords"]) == (50, 5)
