"""Lists after changes: filters, searches, sort orders and pages use the current values."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record


def listed(api: Api, resource: str, **query: Any) -> list[str]:
    """Return the ids of a list, in its order."""
    page = api.call(f"{resource}.search", expect=200, query={"limit": 100, **query})["data"]
    assert page["totalRecords"] == len(page["records"])
    return [row["id"] for row in page["records"]]


@rule(
    "The status filter of invoices uses the current status after approve, send, payments, credit and their removal.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_the_status_filter_follows_every_change(api: Api, factory: Factory) -> None:
    customer = factory.customer(email=factory.email())["id"]
    invoice = factory.invoice(customerUuid=customer)
    memo = factory.memo(70, customerUuid=customer)
    deposit, path = factory.transaction(30), {"invoiceId": invoice["id"]}
    credit = {"creditMemos": [{"id": memo["id"], "amount": 70}]}
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("approved", lambda: api.call("invoices.approve", expect=200, **path)),
        ("sent", lambda: api.call("invoices.send", expect=200, body={}, **path)),
        ("partial", lambda: factory.pay(deposit, (invoice, 30))),
        ("paid", lambda: api.call(
            "invoices.apply_multiple_credit_to_invoice", expect=200, body=credit, **path)),
        ("partial", lambda: api.call(
            "invoices.remove_transaction", expect=200, body={"transactionId": deposit["id"]}, **path)),
        ("sent", lambda: api.call(
            "invoices.remove_credit", expect=200, body={"memoId": memo["id"]}, **path)),
    ]  # fmt: skip
    status = "draft"
    query = {"customerUuid": customer, "invoiceType": "invoice"}
    for new_status, step in steps:
        assert listed(api, "invoices", status=status, **query) == [invoice["id"]]
        step()
        assert listed(api, "invoices", status=status, **query) == []
        assert listed(api, "invoices", status=new_status, **query) == [invoice["id"]]
        status = new_status


@rule(
    "Filters of invoices use the current customer, date and type of a changed draft.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_filters_of_invoices_follow_an_update(api: Api, factory: Factory) -> None:
    old, new = factory.customer()["id"], factory.customer()["id"]
    draft = factory.invoice(customerUuid=old)
    before = [
        {"customerUuid": old},
        {"customerUuids": old, "startDate": factory.day(-1), "endDate": factory.day(1)},
        {"customerUuid": old, "invoiceType": "invoice"},
    ]
    after = [
        {"customerUuid": new},
        {"customerUuids": new, "startDate": factory.day(-8), "endDate": factory.day(-6)},
        {"customerUuid": new, "invoiceType": "estimate"},
    ]
    found = [draft["id"]]
    assert [listed(api, "invoices", **query) for query in before] == [found, found, found]
    body = {"customerUuid": new, "date": factory.day(-7), "invoiceType": "estimate"}
    api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])

    assert [listed(api, "invoices", **query) for query in before] == [[], [], []]
    assert [listed(api, "invoices", **query) for query in after] == [found, found, found]


@rule(
    "search finds the current invoiceNumber, notes and customer name of an invoice, and not the old ones.",
    source="Assumed: the vendor's client has the filter, not the searched fields",
)
@pytest.mark.assumed
def test_the_search_of_invoices_follows_changes(api: Api, factory: Factory) -> None:
    customer = factory.customer()
    old_notes = factory.unique_name("Old notes")
    draft = factory.invoice(customerUuid=customer["id"], notes=old_notes)
    notes, number, name = (factory.unique_name(word) for word in ("Noted", "Number", "Renamed"))
    body = {"notes": notes, "invoiceNumber": number}
    api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])
    path = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={"customer": name}, **path)

    for term in (notes, number, name):
        assert listed(api, "invoices", search=term) == [draft["id"]], term
    for term in (old_notes, draft["invoiceNumber"], customer["customer"]):
        assert listed(api, "invoices", search=term) == [], term
    assert factory.get_invoice(draft)["customer"]["customer"] == name


@rule(
    "The list of invoices is sorted by the current date.",
    source="Assumed: the vendor states no order",
)
@pytest.mark.assumed
def test_the_order_of_invoices_follows_an_update(api: Api, factory: Factory) -> None:
    customer = factory.customer()["id"]
    first, second = (
        factory.invoice(customerUuid=customer, date=factory.day(-day))["id"] for day in (1, 2)
    )
    assert listed(api, "invoices", customerUuid=customer) == [first, second]
    body = {"date": factory.day()}
    api.call("invoices.update", expect=200, body=body, invoiceId=second)

    assert listed(api, "invoices", customerUuid=customer) == [second, first]


@rule(
    "Filters and search of transactions use the current date, category, customer, tags, texts and reviewed flag.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_filters_of_transactions_follow_an_update(api: Api, factory: Factory) -> None:
    bank, customer = factory.account("Assets"), factory.customer()
    categories = [factory.account("Income")["id"] for _ in range(2)]
    tags = [factory.tag()["id"] for _ in range(2)]
    transaction = factory.transaction(
        accUuid=bank["id"], categoryAccountUuid=categories[0], tagUuids=[tags[0]], description="Old"
    )
    path, account = {"transactionId": transaction["id"]}, {"accUuid": bank["id"]}
    before: list[Record] = [
        {"categoryAccountUuid": categories[0]}, {"tagUuids": tags[0]}, {"reviewed": False},
        {"startDate": factory.day()}, {"search": "old"},
    ]  # fmt: skip
    after: list[Record] = [
        {"categoryAccountUuid": categories[1]}, {"tagUuids": tags[1]}, {"reviewed": True},
        {"endDate": factory.day(-4), "startDate": factory.day(-4)}, {"search": "new"},
        {"customerUuid": customer["id"]},
    ]  # fmt: skip
    found = [transaction["id"]]
    assert [listed(api, "transactions", **account, **query) for query in before] == [found] * 5
    body: Record = {
        "tagUuids": [tags[1]], "postedDate": factory.day(-4), "description": "New",
        "customerUuid": customer["id"],
    }  # fmt: skip
    api.call("transactions.update", expect=200, body=body, **path)
    body = {"categoryAccountUuid": categories[1], "autoReview": True}
    api.call("transactions.change_category", expect=200, body=body, **path)

    assert [listed(api, "transactions", **account, **query) for query in before] == [[]] * 5
    assert [listed(api, "transactions", **account, **query) for query in after] == [found] * 6


@rule(
    "search, find-by-email and orderBy of customers use the current name, email, phone and time of the last change.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
def test_the_list_of_customers_follows_an_update(api: Api, factory: Factory) -> None:
    word, email = factory.unique_name("follows").split()[1], factory.email()
    old_email = factory.email()
    first = factory.customer(customer=f"a {word}", email=old_email)
    second = factory.customer(customer=f"b {word}", email=factory.email())
    body = {"customer": f"c {word}", "email": email, "mainPhone": f"+1 {word}"}
    api.call("customers.update", expect=200, body=body, customerId=first["id"])

    assert listed(api, "customers", search=word) == [second["id"], first["id"]]
    assert listed(api, "customers", search=f"a {word}") == []
    assert listed(api, "customers", search=f"+1 {word}") == [first["id"]]
    assert listed(api, "customers", search=old_email) == []
    by_change = listed(api, "customers", search=word, orderBy="updatedAt", orderDirection="DESC")
    assert by_change == [first["id"], second["id"]]
    by_creation = listed(api, "customers", search=word, orderBy="createdAt")
    assert by_creation == [first["id"], second["id"]]
    api.call("customers.find_by_email", expect=404, query={"email": old_email})
    found = api.call("customers.find_by_email", expect=200, query={"email": email})["data"]
    assert found["id"] == first["id"]


@rule(
    "search in the list of {resource} finds the current name after an update, and not the old one.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("resource", "parameter"),
    [("products", "productId"), ("tags", "tagId"), ("tag_groups", "tagGroupId"),
     ("accounts", "accountId")],
)  # fmt: skip
def test_a_search_follows_a_new_name(
    api: Api, factory: Factory, resource: str, parameter: str
) -> None:
    record = getattr(factory, resource.removesuffix("s"))()
    name = factory.unique_name("Renamed")
    path = {parameter: record["id"]}
    assert listed(api, resource, search=record["name"]) == [record["id"]]
    api.call(f"{resource}.update", expect=200, body={"name": name}, **path)

    assert listed(api, resource, search=record["name"]) == []
    assert listed(api, resource, search=name.upper()) == [record["id"]]
    if resource in ("products", "tags"):
        status = 404 if resource == "products" else 200
        query = {"name": record["name"]}
        old = api.call(f"{resource}.find_by_name", expect=status, query=query)
        assert status == 404 or old["data"]["records"] == []
        new = api.call(f"{resource}.find_by_name", expect=200, query={"name": name})["data"]
        assert record["id"] in [row["id"] for row in new.get("records", [new])]


@rule(
    "The filter inactive of chart-of-accounts and the filter isDraft of templates use the current status.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_status_filters_follow_a_change(api: Api, factory: Factory) -> None:
    account, template = factory.account(), factory.template(notes=factory.unique_name("Paused"))
    body = {"status": "inactive"}
    api.call("accounts.update", expect=200, body=body, accountId=account["id"])
    path = {"templateId": template["id"]}
    templates = {"search": template["notes"]}
    api.call("recurring_invoice_templates.resume", expect=200, body={}, **path)
    active = listed(api, "recurring_invoice_templates", **templates)
    api.call("recurring_invoice_templates.pause", expect=200, body={}, **path)

    assert listed(api, "accounts", search=account["name"], inactive=True) == [account["id"]]
    assert listed(api, "accounts", search=account["name"], inactive=False) == []
    assert active == [template["id"]]
    assert listed(api, "recurring_invoice_templates", **templates) == []
    paused = listed(api, "recurring_invoice_templates", isDraft="true", **templates)
    assert paused == [template["id"]]


@rule(
    "page and limit divide the list of {resource} without gaps or duplicates; totalRecords counts all matches.",
    source="Documented: developers.getcount.com/api-reference/customers/list-customers",
)
@pytest.mark.parametrize(
    "resource",
    ["customers", "products", "tags", "tag_groups", "accounts", "transactions",
     "recurring_invoice_templates"],
)  # fmt: skip
def test_the_pages_of_every_list_have_no_gaps(api: Api, factory: Factory, resource: str) -> None:
    word = factory.unique_name("paged")
    create: Callable[[], Record] = {
        "customers": lambda: factory.customer(customer=factory.unique_name(word)),
        "transactions": lambda: factory.transaction(description=word),
        "recurring_invoice_templates": lambda: factory.template(notes=word),
        "accounts": lambda: factory.account(name=factory.unique_name(word)),
        "products": lambda: factory.product(name=factory.unique_name(word)),
        "tags": lambda: factory.tag(name=factory.unique_name(word)),
        "tag_groups": lambda: factory.tag_group(name=factory.unique_name(word)),
    }[resource]
    created = [create()["id"] for _ in range(3)]
    query: Record = {"search": word, "limit": 2}
    if resource == "recurring_invoice_templates":
        query["isDraft"] = "all"

    rows: list[str] = []
    for number in (1, 2, 3):
        query["page"] = number
        page = api.call(f"{resource}.search", expect=200, query=query)["data"]
        assert (page["totalRecords"], page["totalPages"], page["page"]) == (3, 2, number)
        rows += [row["id"] for row in page["records"]]
    assert sorted(rows) == sorted(created)


@rule(
    "The list of {resource} has the newest record first.",
    source="Assumed: the vendor states no order",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["transactions", "recurring_invoice_templates"])
def test_the_newest_record_comes_first(api: Api, factory: Factory, resource: str) -> None:
    word = factory.unique_name("newest")
    query: Record = {"search": word}
    if resource == "transactions":
        days = (0, -2, 0, -1)
        created = [
            factory.transaction(description=word, postedDate=factory.day(day))["id"] for day in days
        ]
        expected = [created[2], created[0], created[3], created[1]]
    else:
        created = [factory.template(notes=word)["id"] for _ in range(3)]
        expected, query["isDraft"] = created[::-1], "all"

    assert listed(api, resource, **query) == expected
