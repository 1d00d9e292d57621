"""Filters of lists: only matching records are returned."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    DUE,
    ITEM_CATEGORY,
    PROJECT_CATEGORY,
    Factory,
    Record,
    id_parameter,
    line,
)
from mockvoice_contracts.suites.growcrm.lists import ids, search

# For each filter: a matching record, a record that does not match, and the filter's value.
Pair = tuple[Record, Record, Any]
Case = tuple[str, str, Callable[[Api, Factory], Pair]]


def bill_pair(kind: str, field: str) -> Callable[[Api, Factory], Pair]:
    """Return a function that creates two bills; only the first matches the filter."""

    def pair(api: Api, factory: Factory) -> Pair:
        client = factory.client()
        create = factory.invoice if kind == "invoices" else factory.estimate
        match field:
            case "client_id":
                return create(client), create(), client["id"]
            case "project_id":
                project = factory.project(client)
                return create(client, bill_projectid=project["id"]), create(client), project["id"]
            case _:
                category = factory.category(kind[:-1])
                return (
                    create(client, bill_categoryid=category["id"]),
                    create(client),
                    category["id"],
                )

    return pair


def payment_pair(field: str, *, refunded: bool = False) -> Callable[[Api, Factory], Pair]:
    """Return a function that creates two payments or refunds; only the first matches the filter."""

    def pair(api: Api, factory: Factory) -> Pair:
        client = factory.client()
        project = factory.project(client)
        invoice = factory.published_invoice(client, bill_projectid=project["id"])
        payments = factory.payment(invoice), factory.payment(factory.published_invoice())
        values = {
            "client_id": client["id"],
            "project_id": project["id"],
            "invoice_id": invoice["id"],
            "payment_id": payments[0]["id"],
        }
        first, second = (factory.refund(payment) for payment in payments) if refunded else payments
        return first, second, values[field]

    return pair


def date_pair(kind: str, field: str) -> Callable[[Api, Factory], Pair]:
    """Return a function that creates two payments or refunds; only the first is in the range."""

    def pair(api: Api, factory: Factory) -> Pair:
        invoice = factory.published_invoice()
        outside = "2026-03-01" if field == "date_start" else "2026-03-03"
        payments = factory.payment(invoice), factory.payment(invoice)
        if kind == "refunds":
            matching = factory.refund(payments[0], refund_date="2026-03-02")
            return matching, factory.refund(payments[1], refund_date=outside), "2026-03-02"
        body = {"payment_amount": 1, "payment_date": "2026-03-02"}
        for payment, day in zip(payments, ("2026-03-02", outside), strict=True):
            api.call(
                "payments.update",
                expect=200,
                body={**body, "payment_date": day},
                **id_parameter(kind, payment),
            )
        return (*payments, "2026-03-02")

    return pair


def amount_pair(matching: float, other: float) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, factory: Factory) -> Pair:
        invoice = factory.published_invoice()
        return factory.payment(invoice, matching), factory.payment(invoice, other), "50.25"

    return pair


def rate_pair(matching: float, other: float) -> Callable[[Api, Factory], Pair]:
    return lambda api, factory: (
        factory.item(item_rate=matching),
        factory.item(item_rate=other),
        "50.25",
    )


def tag_pair(kind: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, factory: Factory) -> Pair:
        first, second = factory.record(kind), factory.record(kind)
        tag = factory.unique_name("tag").replace(" ", "-")
        api.call(
            f"{kind}.set_tags",
            expect=200,
            body={"tags": ["other", tag]},
            **id_parameter(kind, first),
        )
        api.call(
            f"{kind}.set_tags", expect=200, body={"tags": ["other"]}, **id_parameter(kind, second)
        )
        return first, second, [tag, factory.unique_name("unused")]

    return pair


def status_pair(kind: str, status: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, factory: Factory) -> Pair:
        first, second = factory.record(kind), factory.record(kind)
        api.call(
            f"{kind}.set_status", expect=200, body={"status": status}, **id_parameter(kind, first)
        )
        return first, second, status

    return pair


def account_owner_pair(api: Api, factory: Factory, value: str) -> Pair:
    client = factory.client()
    owner, other = client["owner"], factory.contact(client)
    return (owner, other, "yes") if value == "yes" else (other, owner, "no")


def category_pair(kind: str, field: str, default: int) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, factory: Factory) -> Pair:
        category = factory.category(kind[:-1])
        create = getattr(factory, kind[:-1])
        return create(**{field: category["id"]}), create(**{field: default}), category["id"]

    return pair


def gateway_pair(api: Api, factory: Factory) -> Pair:
    invoice, gateway = factory.published_invoice(), factory.unique_name("Gate")
    return (
        factory.payment(invoice, payment_gateway=gateway),
        factory.payment(invoice),
        gateway.upper(),
    )


def unit_pair(api: Api, factory: Factory) -> Pair:
    first = factory.item(item_unit=factory.unique_name("unit"))
    return first, factory.item(), first["unit"]["id"]


def client_pair(kind: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, factory: Factory) -> Pair:
        client = factory.client()
        create = factory.contact if kind == "contacts" else factory.project
        return create(client), create(factory.client()), client["id"]

    return pair


CASES: list[Case] = [
    ("invoices", "status", lambda _, factory: (factory.published_invoice(), factory.invoice(items=[line()]), DUE)),
    *(("invoices", field, bill_pair("invoices", field)) for field in ("client_id", "project_id", "category_id")),
    ("estimates", "status", status_pair("estimates", "declined")),
    *(("estimates", field, bill_pair("estimates", field)) for field in ("client_id", "project_id", "category_id")),
    ("clients", "status", status_pair("clients", "suspended")),
    ("clients", "category_id", category_pair("clients", "client_categoryid", 2)),
    ("contacts", "client_id", client_pair("contacts")),
    ("contacts", "account_owner", lambda api, factory: account_owner_pair(api, factory, "yes")),
    ("contacts", "account_owner", lambda api, factory: account_owner_pair(api, factory, "no")),
    ("projects", "status", status_pair("projects", "cancelled")),
    ("projects", "client_id", client_pair("projects")),
    ("projects", "category_id", category_pair("projects", "project_categoryid", PROJECT_CATEGORY)),
    ("categories", "type", lambda _, factory: (factory.category("lead"), factory.category("expense"), "lead")),
    ("categories", "visibility",
     lambda _, factory: (factory.category(category_visibility="team"), factory.category(), "team")),
    *(("payments", field, payment_pair(field)) for field in ("client_id", "project_id", "invoice_id")),
    ("payments", "gateway", gateway_pair),
    ("payments", "amount_min", amount_pair(50.25, 50.24)),
    ("payments", "amount_max", amount_pair(50.25, 50.26)),
    ("payments", "date_start", date_pair("payments", "date_start")),
    ("payments", "date_end", date_pair("payments", "date_end")),
    ("payments", "tags[]", tag_pair("payments")),
    *(("refunds", field, payment_pair(field, refunded=True)) for field in ("payment_id", "client_id", "invoice_id")),
    ("refunds", "date_start", date_pair("refunds", "date_start")),
    ("refunds", "date_end", date_pair("refunds", "date_end")),
    ("refunds", "tags[]", tag_pair("refunds")),
    ("items", "category_id", category_pair("items", "item_categoryid", ITEM_CATEGORY)),
    ("items", "unit_id", unit_pair),
    ("items", "tax_rate_id",
     lambda _, factory: (factory.item(item_default_tax=factory.tax_rate_id("20")), factory.item(), factory.tax_rate_id("20"))),
    ("items", "rate_min", rate_pair(50.25, 50.24)),
    ("items", "rate_max", rate_pair(50.25, 50.26)),
]  # fmt: skip


# The sort by creation of each list.
CREATED = {
    "invoices": "bill_created", "estimates": "bill_created", "clients": "client_created",
    "contacts": "created", "projects": "project_created", "categories": "category_created",
    "payments": "payment_created", "refunds": "refund_created", "items": "item_created",
}  # fmt: skip


@rule(
    "GET /{kind} with the filter `{name}` returns the matching records and no others.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(
    ("kind", "name", "create_pair"), CASES, ids=[f"{kind}-{name}" for kind, name, _ in CASES]
)
def test_a_filter_returns_only_matching_records(
    api: Api, factory: Factory, kind: str, name: str, create_pair: Callable[[Api, Factory], Pair]
) -> None:
    matching, other, value = create_pair(api, factory)
    newest_first = {"limit": 100, "sort": CREATED[kind], "order": "desc"}
    unfiltered = ids(search(api, kind, newest_first))
    filtered = ids(search(api, kind, {**newest_first, name: value}))

    # Both records are among the newest hundred, so only the filter can exclude one of them.
    assert {matching["id"], other["id"]} <= set(unfiltered)
    assert matching["id"] in filtered
    assert other["id"] not in filtered


@rule(
    "Several filters of GET /invoices return only the invoices that match all of them.",
    source="Assumed: the page does not say how filters are combined",
)
@pytest.mark.assumed
def test_filters_are_combined_with_and(api: Api, factory: Factory) -> None:
    client, category = factory.client(), factory.category()
    matching = factory.published_invoice(client, bill_categoryid=category["id"])
    factory.published_invoice(client)
    factory.published_invoice(bill_categoryid=category["id"])
    factory.invoice(client, bill_categoryid=category["id"])
    query = {"client_id": client["id"], "category_id": category["id"], "status": DUE}

    assert ids(search(api, "invoices", query)) == [matching["id"]]


@rule(
    "`amount_min`, `amount_max`, `date_start` and `date_end` of GET /payments include their own value and are combined.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_range_of_amounts_and_days_includes_both_ends(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice()
    for amount, day in ((10, "01"), (20, "02"), (30, "03"), (40, "04")):
        factory.payment(invoice, amount, payment_date=f"2026-03-{day}")
    query = {"invoice_id": invoice["id"], "sort": "payment_date", "order": "asc"}
    by_amount = search(api, "payments", query, amount_min=20, amount_max=30)
    by_day = search(api, "payments", query, date_start="2026-03-02", date_end="2026-03-03")
    by_both = search(api, "payments", query, amount_min=30, date_end="2026-03-03")

    assert [row["amount"] for row in by_amount["data"]] == ["20.00", "30.00"]
    assert [row["date"] for row in by_day["data"]] == ["2026-03-02", "2026-03-03"]
    assert [row["amount"] for row in by_both["data"]] == ["30.00"]


@rule(
    "GET /{kind} with `{name}={value}` returns an empty list with `total` 0.",
    source="Assumed: the page does not say what unknown values do",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("invoices", "status", 99), ("invoices", "status", "due"), ("invoices", "status", 0),
        ("invoices", "client_id", "x"), ("invoices", "project_id", -1), ("estimates", "status", "sent"),
        ("clients", "status", "closed"), ("contacts", "status", "gone"), ("contacts", "account_owner", "maybe"),
        ("projects", "category_id", "9" * 30), ("categories", "type", "unknown"),
        ("payments", "gateway", "no such gateway"), ("refunds", "payment_id", "1.5"), ("items", "unit_id", 0),
    ],
)  # fmt: skip
def test_a_filter_value_without_matches_returns_an_empty_list(
    api: Api, factory: Factory, kind: str, name: str, value: object
) -> None:
    factory.record(kind)

    assert search(api, kind, {name: value})["meta"]["total"] == 0


@rule(
    "GET /{kind} with `{name}={value}` returns the same as without the filter.",
    source="Assumed: the page does not say what invalid values do",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("payments", "amount_min", "much"), ("payments", "amount_max", "1e400"), ("payments", "amount_min", "NaN"),
        ("payments", "date_start", "yesterday"), ("payments", "date_end", "2026-02-30"),
        ("items", "rate_min", "x"), ("items", "rate_max", ""), ("refunds", "date_start", "x"),
        ("invoices", "status", ""), ("contacts", "account_owner", ""),
    ],
)  # fmt: skip
def test_invalid_range_limits_and_empty_filters_are_ignored(
    api: Api, factory: Factory, kind: str, name: str, value: object
) -> None:
    factory.record(kind)
    total = search(api, kind, {})["meta"]["total"]

    assert total > 0
    assert search(api, kind, {name: value})["meta"]["total"] == total
