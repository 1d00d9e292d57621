"""Sort orders of lists."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set

RecordSet = tuple[list[Record], dict[str, Any]]


def bills(kind: str, factory: Factory) -> RecordSet:
    """Create four bills; dates, end dates and amounts have different orders and equal values."""
    client = factory.client()
    end_date_field = "bill_due_date" if kind == "invoice" else "bill_expiry_date"
    rows = [(-5, 9, 30), (-9, 7, 9.5), (-5, 8, 1200), (-7, 7, 30)]
    records = [
        getattr(factory, kind)(
            client,
            items=[line(rate=rate)],
            bill_date=factory.day(day),
            **{end_date_field: factory.day(end)},
        )
        for day, end, rate in rows
    ]
    return records, {"client_id": client["id"]}


def clients(factory: Factory) -> RecordSet:
    suffix = factory.unique_name("Order").replace("-", "x")
    records = [factory.client(client_company_name=f"{letter} {suffix}") for letter in "bDa"]
    return records, {"search": suffix}


def contacts(factory: Factory) -> RecordSet:
    client = factory.client(first_name="mia", last_name="Berg", email=f"c{factory.email()}")
    owner = factory.read("contacts", {"id": client["owner"]["id"]})
    others = [
        factory.contact(
            client, first_name=first, last_name=last, email=f"{letter}{factory.email()}"
        )
        for first, last, letter in (("Zoe", "Adler", "b"), ("Ann", "Czerny", "a"))
    ]
    return [owner, *others], {"client_id": client["id"]}


def projects(factory: Factory) -> RecordSet:
    client = factory.client()
    rows = [("beta", 3, 9), ("Alpha", 5, 7), ("gamma", 4, 8)]
    records = [
        factory.project(
            client,
            project_title=title,
            project_date_start=factory.day(start),
            project_date_due=factory.day(due),
        )
        for title, start, due in rows
    ]
    return records, {"client_id": client["id"]}


def categories(factory: Factory) -> RecordSet:
    suffix = factory.unique_name("Order").replace("-", "x")
    rows = [("b", "invoice"), ("C", "client"), ("a", "project")]
    records = [factory.category(kind, category_name=f"{name} {suffix}") for name, kind in rows]
    return records, {"search": suffix}


def payments(factory: Factory) -> RecordSet:
    client = factory.client()
    invoice = factory.published_invoice(client)
    rows = [(-3, 20), (-1, 9.5), (-2, 100)]
    records = [
        factory.payment(invoice, amount, payment_date=factory.day(day)) for day, amount in rows
    ]
    return records, {"client_id": client["id"]}


def refunds(factory: Factory) -> RecordSet:
    refunded, query = payments(factory)
    days = (-1, -3, -2)
    records = [
        factory.refund(payment, refund_date=factory.day(day))
        for payment, day in zip(refunded, days, strict=True)
    ]
    return records, query


def items(factory: Factory) -> RecordSet:
    category = factory.category("item")
    rows = [("pear", 20), ("Apple", 9.5), ("fig", 100)]
    records = [
        factory.item(item_description=text, item_rate=rate, item_categoryid=category["id"])
        for text, rate in rows
    ]
    return records, {"category_id": category["id"]}


# Resource, sort field, function that creates records, and their positions in ascending order.
# Among equal records the newer comes first.
CASES: list[tuple[str, str, Callable[[Factory], RecordSet], list[int]]] = [
    ("invoices", "bill_date", lambda factory: bills("invoice", factory), [1, 3, 2, 0]),
    ("invoices", "bill_due_date", lambda factory: bills("invoice", factory), [3, 1, 2, 0]),
    ("invoices", "bill_final_amount", lambda factory: bills("invoice", factory), [1, 3, 0, 2]),
    ("invoices", "bill_created", lambda factory: bills("invoice", factory), [0, 1, 2, 3]),
    ("estimates", "bill_date", lambda factory: bills("estimate", factory), [1, 3, 2, 0]),
    ("estimates", "bill_expiry_date", lambda factory: bills("estimate", factory), [3, 1, 2, 0]),
    ("estimates", "bill_final_amount", lambda factory: bills("estimate", factory), [1, 3, 0, 2]),
    ("estimates", "bill_created", lambda factory: bills("estimate", factory), [0, 1, 2, 3]),
    ("clients", "client_company_name", clients, [2, 0, 1]),
    ("clients", "client_created", clients, [0, 1, 2]),
    ("clients", "client_updated", clients, [0, 1, 2]),
    ("contacts", "first_name", contacts, [2, 0, 1]),
    ("contacts", "last_name", contacts, [1, 0, 2]),
    ("contacts", "email", contacts, [2, 1, 0]),
    ("contacts", "created", contacts, [0, 1, 2]),
    ("contacts", "updated", contacts, [0, 1, 2]),
    ("projects", "project_title", projects, [1, 0, 2]),
    ("projects", "project_date_start", projects, [0, 2, 1]),
    ("projects", "project_date_due", projects, [1, 2, 0]),
    ("projects", "project_created", projects, [0, 1, 2]),
    ("categories", "category_name", categories, [2, 0, 1]),
    ("categories", "category_type", categories, [1, 0, 2]),
    ("categories", "category_created", categories, [0, 1, 2]),
    ("payments", "payment_date", payments, [0, 2, 1]),
    ("payments", "payment_amount", payments, [1, 0, 2]),
    ("payments", "payment_created", payments, [0, 1, 2]),
    ("refunds", "refund_date", refunds, [1, 2, 0]),
    ("refunds", "refund_amount", refunds, [1, 0, 2]),
    ("refunds", "refund_created", refunds, [0, 1, 2]),
    ("items", "item_description", items, [1, 2, 0]),
    ("items", "item_rate", items, [1, 0, 2]),
    ("items", "item_created", items, [0, 1, 2]),
]


def descending(expected: list[int], records: list[Record], kind: str, sort: str) -> list[int]:
    """Return the positions in descending order; among equal records the newer comes first too."""
    values = [value_of(records[position], kind, sort) for position in expected]
    groups: list[list[int]] = []
    for position, value in zip(expected, values, strict=True):
        if groups and value_of(records[groups[-1][0]], kind, sort) == value:
            groups[-1].append(position)
        else:
            groups.append([position])
    return [position for group in reversed(groups) for position in group]


def value_of(record: Record, kind: str, sort: str) -> Any:
    if kind not in ("invoices", "estimates"):
        return record["id"]
    return {
        "bill_date": record["dates"]["date"],
        "bill_due_date": record["dates"].get("due_date"),
        "bill_expiry_date": record["dates"].get("expiry_date"),
        "bill_final_amount": record["totals"]["final_amount"],
        "bill_created": record["id"],
    }[sort]


@rule(
    "GET /{kind} with `sort={sort}` is sorted by that field, ascending with `order=asc` and descending with `order=desc`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("kind", "sort", "create", "expected"),
    CASES,
    ids=[f"{kind}-{sort}" for kind, sort, *_ in CASES],
)
def test_a_list_is_sorted_in_both_directions(
    api: Api,
    factory: Factory,
    kind: str,
    sort: str,
    create: Callable[[Factory], RecordSet],
    expected: list[int],
) -> None:
    records, query = create(factory)
    positions = {record["id"]: position for position, record in enumerate(records)}
    results = {
        order: [
            positions[record_id]
            for record_id in ids(search(api, kind, query, sort=sort, order=order))
        ]
        for order in ("asc", "desc")
    }

    assert results["asc"] == expected
    assert results["desc"] == descending(expected, records, kind, sort)


@rule(
    "GET /clients with `sort=client_status` and `order=desc` begins with suspended clients.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_clients_are_sorted_by_status(api: Api, factory: Factory) -> None:
    records, query = clients(factory)
    api.call(
        "clients.set_status", expect=200, clientId=records[1]["id"], body={"status": "suspended"}
    )
    page = search(api, "clients", query, sort="client_status", order="desc")

    assert ids(page)[0] == records[1]["id"]


@rule(
    "GET /projects with `sort={sort}` is sorted by that field.",
    source="Documented: docs-api.growcrm.io/projects",
)
@pytest.mark.parametrize(
    ("sort", "operation", "body"),
    [
        ("project_status", "projects.set_status", {"status": "cancelled"}),
        ("project_progress", "projects.set_progress", {"progress": 0}),
    ],
)
def test_projects_are_sorted_by_status_and_progress(
    api: Api, factory: Factory, sort: str, operation: str, body: Record
) -> None:
    records, query = projects(factory)
    other_body = {"status": "on_hold"} if "status" in body else {"progress": 50}
    for record in records:
        record_body = body if record is records[1] else other_body
        api.call(operation, expect=200, projectId=record["id"], body=record_body)
    page = search(api, "projects", query, sort=sort, order="asc")

    assert ids(page)[0] == records[1]["id"]


@rule(
    "Without `sort`, GET /{kind} is sorted by id, the newest first; `order=asc` reverses it.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "contacts"])
def test_the_newest_record_comes_first_by_default(api: Api, factory: Factory, kind: str) -> None:
    records, query = record_set(factory, kind, 3)

    rising = sorted(record["id"] for record in records)
    assert ids(search(api, kind, query)) == rising[::-1]
    assert ids(search(api, kind, query, order="asc")) == rising


@rule(
    "Without `sort`, GET /contacts is sorted by first name, ascending.",
    source="Assumed: the page documents only `asc` as the default order of contacts",
)
@pytest.mark.assumed
def test_contacts_are_sorted_by_first_name_ascending_by_default(api: Api, factory: Factory) -> None:
    records, query = contacts(factory)
    names = [row["first_name"] for row in search(api, "contacts", query)["data"]]
    z_to_a = [row["first_name"] for row in search(api, "contacts", query, order="desc")["data"]]

    assert len(records) == 3
    assert names == ["Ann", "mia", "Zoe"]
    assert z_to_a == ["Zoe", "mia", "Ann"]


@rule(
    "GET /{kind} with an unknown `sort` or `order` has the default order.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.assumed
def test_an_unknown_sort_or_order_is_ignored(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 3)
    default_order = ids(search(api, kind, query))

    assert ids(search(api, kind, query, sort="colour")) == default_order
    assert ids(search(api, kind, query, sort="", order="")) == default_order
    assert ids(search(api, kind, query, order="sideways")) == default_order
    assert ids(search(api, kind, query, sort="id; drop table", order="ASC")) == default_order
