"""Rows of bulk requests follow the rules of the single requests."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record


def send(api: Api, operation: str, *rows: Record) -> list[Record]:
    """Send a bulk request and return the results of its rows."""
    resource = operation.partition(".")[0]
    data = api.call(operation, expect=201, body={resource: list(rows)})["data"]
    results: list[Record] = data["results"]
    assert data["successCount"] == sum(row["success"] for row in results)
    assert data["errorCount"] == len(results) - data["successCount"]
    assert [row["index"] for row in results] == list(range(len(rows)))
    return results


def get_customer(api: Api, customer: Record) -> Record:
    result: Record = api.call("customers.get", expect=200, customerId=customer["id"])["data"]
    return result


@rule(
    "A row of customers/bulk POST stores every field, and its result is the customer as in GET by id.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_bulk_customer_has_all_its_fields(api: Api, factory: Factory) -> None:
    fields: Record = {
        "customer": factory.unique_name("Bulk"), "email": factory.email(), "mainPhone": "1",
        "website": "w.example", "status": "inactive", "notes": "Text", "paymentTerm": "30",
        "taxNumber": "T1", "taxExcluded": True, "taxes": [factory.taxes[0]["id"]],
    }  # fmt: skip
    address = {"street": "1 Quay", "city": "Bath"}
    contacts = [{"name": "Mara", "isPrimary": True}, {"name": "Jo"}]
    row = {**fields, "billingAddress": address, "shippingAddress": address, "contacts": contacts}
    (result,) = send(api, "customers.bulk_create", row)
    customer = get_customer(api, result["customer"])

    assert {name: customer[name] for name in fields} == fields
    for name in ("billingAddress", "shippingAddress"):
        assert {key: customer[name][key] for key in address} == address
    assert [(row["name"], row["isPrimary"]) for row in customer["contacts"]] == [
        ("Mara", True), ("Jo", False),
    ]  # fmt: skip
    assert shared_members(result["customer"], customer) == shared_members(
        customer, result["customer"]
    )


@rule(
    "Rows of customers/bulk POST with the email of an earlier row or customer, two primary contacts or a text that is too long are rejected alone.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_new_customers_are_checked_like_customers(api: Api, factory: Factory) -> None:
    email, taken = factory.email(), factory.customer(email=factory.email())["email"]
    name = factory.unique_name("Checked")
    primary = {"name": "A", "isPrimary": True}
    results = send(
        api,
        "customers.bulk_create",
        {"customer": name, "email": email},
        {"customer": name, "email": email.upper()},
        {"customer": name, "email": taken},
        {"customer": name, "contacts": [primary, primary]},
        {"customer": name, "mainPhone": "1" * 51},
        {"customer": name, "taxes": [2147483647]},
        {"customer": name, "status": "gone"},
        {"customer": name},
    )
    query = {"search": name, "limit": 100}
    rows = api.call("customers.search", expect=200, query=query)["data"]["records"]

    assert [row["success"] for row in results] == [True, *[False] * 6, True]
    created = {row["customer"]["id"] for row in results if row["success"]}
    assert {row["id"] for row in rows} == created
    assert all(isinstance(row["error"], str) for row in results if not row["success"])


@rule(
    "A row of customers/bulk PATCH replaces an address as a whole, clears by null, replaces contacts, and frees an email for a later row.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_bulk_update_follows_the_rules_of_an_update(api: Api, factory: Factory) -> None:
    old, new = factory.email(), factory.email()
    first = factory.customer(
        email=old, website="w.example", billingAddress={"street": "1 Quay", "city": "Bath"},
        shippingAddress={"city": "Bath"}, contacts=[{"name": "Old"}],
    )  # fmt: skip
    second = factory.customer()
    results = send(
        api,
        "customers.bulk_update",
        {"uuid": first["id"], "email": new, "website": None, "billingAddress": {"city": "Wells"},
         "shippingAddress": None, "contacts": [{"name": "New"}]},
        {"uuid": second["id"].upper(), "email": old},
    )  # fmt: skip

    assert [row["success"] for row in results] == [True, True]
    after = get_customer(api, first)
    assert (after["email"], after["website"], after["shippingAddress"]) == (new, None, None)
    assert (after["billingAddress"]["city"], after["billingAddress"]["street"]) == ("Wells", None)
    assert [row["name"] for row in after["contacts"]] == ["New"]
    assert get_customer(api, second)["email"] == old


@rule(
    "A rejected row of customers/bulk PATCH changes no field of its customer.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    "fields",
    [
        {"contacts": [{"name": "A", "isPrimary": True}, {"name": "B", "isPrimary": True}]},
        {"taxes": [2147483647]}, {"mainPhone": "1" * 51}, {"customer": ""},
    ],
)  # fmt: skip
def test_a_rejected_row_changes_nothing(api: Api, factory: Factory, fields: Record) -> None:
    customer = factory.customer(notes="Kept", contacts=[{"name": "Kept"}])
    row = {"uuid": customer["id"], "notes": "Lost", **fields}
    (result,) = send(api, "customers.bulk_update", row)
    after = get_customer(api, customer)

    assert result["success"] is False
    assert shared_members(after, customer) == shared_members(customer, after)


@rule(
    "Rows of transactions/bulk have the sign, type, category and tags of single transactions, and are posted; rejected rows are not.",
    source="Assumed: the vendor states that rows are independent, not the sign and the postings",
)
@pytest.mark.assumed
def test_bulk_transactions_are_like_single_ones(api: Api, factory: Factory) -> None:
    bank, income = factory.account("Assets")["id"], factory.account("Income")["id"]
    tag = factory.tag()["id"]
    row = {"accUuid": bank, "amount": "12.50", "date": factory.day(-1)}
    results = send(
        api,
        "transactions.bulk_create",
        {**row, "categoryAccountUuid": income, "tagUuids": [tag], "notes": "Sale"},
        {**row, "type": "EXPENSE"},
        {**row, "categoryAccountUuid": UNKNOWN_ID},
        {**row, "amount": -1},
        {**row, "type": "gift"},
    )
    sale, expense = (factory.get_transaction(result["transaction"]) for result in results[:2])

    assert [result["success"] for result in results] == [True, True, False, False, False]
    assert (sale["amount"], sale["type"], sale["postedDate"]) == (-12.5, "Income", factory.day(-1))
    assert (sale["categoryAccountUuid"], sale["tagUuids"], sale["notes"]) == (income, [tag], "Sale")
    assert (expense["amount"], expense["type"]) == (12.5, "Expense")
    assert shared_members(results[0]["transaction"], sale) == shared_members(
        sale, results[0]["transaction"]
    )
    assert factory.balances(bank, income) == [0, 12.5]
    query = {"accUuid": bank, "limit": 100}
    rows = api.call("transactions.search", expect=200, query=query)["data"]["records"]
    assert {row["id"] for row in rows} == {sale["id"], expense["id"]}


@rule(
    "Rows of chart-of-accounts/bulk inherit from their parent, and are rejected alone for a parent of another type or an unknown sub-type.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_bulk_accounts_are_like_single_ones(api: Api, factory: Factory) -> None:
    parent = factory.account("Income", currency="EUR", status="inactive")
    asset = factory.account("Assets")
    name = factory.unique_name("Bulk")
    row = {"name": name, "subTypeId": parent["subTypeId"], "parentAccountId": parent["id"]}
    results = send(
        api,
        "accounts.bulk_create",
        row,
        {**row, "parentAccountId": asset["id"]},
        {**row, "parentAccountId": UNKNOWN_ID},
        {**row, "subTypeId": 2147483647},
    )
    query = {"search": name, "limit": 100}
    (account,) = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]

    assert [result["success"] for result in results] == [True, False, False, False]
    assert (account["currency"], account["status"]) == ("EUR", "inactive")
    assert (account["type"], account["parentAccountId"]) == ("Income", parent["id"])
    assert account["id"] == results[0]["account"]["id"]
