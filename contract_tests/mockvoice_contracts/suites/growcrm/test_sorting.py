"""Sort orders of lists."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
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
    records = [factory.client(client_company_name=f"{letter} {suffix}") for letter in "bda"]
    return records, {"search": suffix}


def contacts(factory: Factory) -> RecordSet:
    client = factory.client(first_name="Mia", last_name="Berg", email=f"c{factory.email()}")
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
    rows = [("Beta", 3, 9), ("Alpha", 5, 7), ("Gamma", 4, 8)]
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
    rows = [("b", "invoice"), ("c", "client"), ("a", "project")]
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
    rows = [("pear", 20), ("apple", 9.5), ("fig", 100)]
    records = [
        factory.item(item_description=text, item_rate=rate, item_categoryid=category["id"])
        for text, rate in rows
    ]
    return records, {"category_id": category["id"]}


# Resource, sort field, function that creates records, and the sorted value of a row.
CASES: list[tuple[str, str, Callable[[Factory], RecordSet], Callable[[Record], Any]]] = [
    *(
        case
        for kind, bill, end in (("invoices", "invoice", "due"), ("estimates", "estimate", "expiry"))
        for case in (
            (kind, "bill_date", partial(bills, bill), lambda row: row["dates"]["date"]),
            (kind, f"bill_{end}_date", partial(bills, bill), lambda row, end=end: row["dates"][f"{end}_date"]),
            (kind, "bill_final_amount", partial(bills, bill), lambda row: Decimal(row["totals"]["final_amount"])),
            (kind, "bill_created", partial(bills, bill), lambda row: row["dates"]["created"]),
        )
    ),
    ("clients", "client_company_name", clients, lambda row: row["company_name"]),
    ("clients", "client_created", clients, lambda row: row["dates"]["created"]),
    ("clients", "client_updated", clients, lambda row: row["dates"]["updated"]),
    ("contacts", "first_name", contacts, lambda row: row["first_name"]),
    ("contacts", "last_name", contacts, lambda row: row["last_name"]),
    ("contacts", "email", contacts, lambda row: row["email"]),
    ("contacts", "created", contacts, lambda row: row["dates"]["created"]),
    ("contacts", "updated", contacts, lambda row: row["dates"]["updated"]),
    ("projects", "project_title", projects, lambda row: row["title"]),
    ("projects", "project_date_start", projects, lambda row: row["dates"]["start"]),
    ("projects", "project_date_due", projects, lambda row: row["dates"]["due"]),
    ("projects", "project_created", projects, lambda row: row["dates"]["created"]),
    ("categories", "category_name", categories, lambda row: row["name"]),
    ("categories", "category_type", categories, lambda row: row["type"]),
    ("categories", "category_created", categories, lambda row: row["dates"]["created"]),
    ("payments", "payment_date", payments, lambda row: row["date"]),
    ("payments", "payment_amount", payments, lambda row: Decimal(row["amount"])),
    ("payments", "payment_created", payments, lambda row: row["dates"]["created"]),
    ("refunds", "refund_date", refunds, lambda row: row["date"]),
    ("refunds", "refund_amount", refunds, lambda row: Decimal(row["amount"])),
    ("refunds", "refund_created", refunds, lambda row: row["dates"]["created"]),
    ("items", "item_description", items, lambda row: row["description"]),
    ("items", "item_rate", items, lambda row: Decimal(row["rate"])),
    ("items", "item_created", items, lambda row: row["dates"]["created"]),
]  # fmt: skip


@rule(
    "GET /{kind} with `sort={sort}` is sorted by that field, ascending with `order=asc` and descending with `order=desc`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("kind", "sort", "create", "value"), CASES, ids=[f"{kind}-{sort}" for kind, sort, *_ in CASES]
)
def test_a_list_is_sorted_in_both_directions(
    api: Api,
    factory: Factory,
    kind: str,
    sort: str,
    create: Callable[[Factory], RecordSet],
    value: Callable[[Record], Any],
) -> None:
    records, query = create(factory)
    rising, falling = (
        [value(row) for row in search(api, kind, query, sort=sort, order=order)["data"]]
        for order in ("asc", "desc")
    )

    assert len(rising) == len(falling) == len(records)
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


@rule(
    "Of {kind} with an equal `{sort}`, the one with the higher id comes first, in both directions.",
    source="Assumed: the reference gives no source for the order of equal rows",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("sort", "rising", "falling"),
    [("bill_date", [1, 3, 2, 0], [2, 0, 3, 1]), ("bill_final_amount", [1, 3, 0, 2], [2, 3, 0, 1])],
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_the_newer_of_equal_rows_comes_first(
    api: Api, factory: Factory, kind: str, sort: str, rising: list[int], falling: list[int]
) -> None:
    records, query = bills(kind[:-1], factory)
    positions = {record["id"]: position for position, record in enumerate(records)}
    actual = [
        [positions[row_id] for row_id in ids(search(api, kind, query, sort=sort, order=order))]
        for order in ("asc", "desc")
    ]

    assert actual == [rising, falling]


@rule(
    "GET /{kind} with `sort={sort}` does not distinguish letter case: Alpha comes before beta.",
    source="Assumed: the reference gives no source; MySQL's collation ignores case",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "sort", "field"),
    [
        ("clients", "client_company_name", "client_company_name"),
        ("projects", "project_title", "project_title"),
        ("categories", "category_name", "category_name"),
        ("items", "item_description", "item_description"),
    ],
)
def test_a_sort_by_name_ignores_letter_case(
    api: Api, factory: Factory, kind: str, sort: str, field: str
) -> None:
    suffix = factory.unique_name("Order").replace("-", "x")
    create = factory.category if kind == "categories" else getattr(factory, kind[:-1])
    records = [create(**{field: f"{letter} {suffix}"}) for letter in "bDa"]
    rising = ids(search(api, kind, {"search": suffix}, sort=sort, order="asc"))

    assert rising == [records[position]["id"] for position in (2, 0, 1)]


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
    "GET /projects with `sort=project_status` is sorted by that field: cancelled before on_hold.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_projects_are_sorted_by_status(api: Api, factory: Factory) -> None:
    records, query = projects(factory)
    for record, status in zip(records, ("on_hold", "cancelled", "on_hold"), strict=True):
        api.call("projects.set_status", expect=200, projectId=record["id"], body={"status": status})
    page = search(api, "projects", query, sort="project_status", order="asc")

    assert ids(page)[0] == records[1]["id"]


@rule(
    "GET /projects with `sort=project_progress` is sorted by the number: 5, 20, 100.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_projects_are_sorted_by_progress(api: Api, factory: Factory) -> None:
    records, query = projects(factory)
    for record, progress in zip(records, (100, 5, 20), strict=True):
        body = {"progress": progress}
        api.call("projects.set_progress", expect=200, projectId=record["id"], body=body)
    rising, falling = (
        ids(search(api, "projects", query, sort="project_progress", order=order))
        for order in ("asc", "desc")
    )

    assert rising == [records[position]["id"] for position in (1, 2, 0)]
    assert falling == rising[::-1]


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
    assert names == ["Ann", "Mia", "Zoe"]
    assert z_to_a == ["Zoe", "Mia", "Ann"]


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
