"""List filters: matching records are in the list, others are not."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import (
    DUE,
    ITEM_CATEGORY,
    PROJECT_CATEGORY,
    Factory,
    Record,
    id_parameter,
    line,
)
from mockvoice_contracts.suites.growcrm.test_paging import ids, search

# For each filter: a matching record, a record that does not match, and the filter's value.
Pair = tuple[Record, Record, Any]
Case = tuple[str, str, Callable[[Api, Factory], Pair]]


def bill_of(kind: str, field: str) -> Callable[[Api, Factory], Pair]:
    """Two bills that differ in client, project or category."""

    def pair(api: Api, make: Factory) -> Pair:
        client = make.client()
        create = make.invoice if kind == "invoices" else make.estimate
        match field:
            case "client_id":
                return create(client), create(), client["id"]
            case "project_id":
                project = make.project(client)
                return create(client, bill_projectid=project["id"]), create(client), project["id"]
            case _:
                category = make.category(kind[:-1])
                return (
                    create(client, bill_categoryid=category["id"]),
                    create(client),
                    category["id"],
                )

    return pair


def payments_of(field: str, *, refunded: bool = False) -> Callable[[Api, Factory], Pair]:
    """Two payments, or their refunds, of different clients, projects and invoices."""

    def pair(api: Api, make: Factory) -> Pair:
        client = make.client()
        project = make.project(client)
        invoice = make.published_invoice(client, bill_projectid=project["id"])
        paid = make.payment(invoice), make.payment(make.published_invoice())
        values = {
            "client_id": client["id"],
            "project_id": project["id"],
            "invoice_id": invoice["id"],
            "payment_id": paid[0]["id"],
        }
        first, second = (make.refund(payment) for payment in paid) if refunded else paid
        return first, second, values[field]

    return pair


def dated(kind: str, field: str) -> Callable[[Api, Factory], Pair]:
    """A payment or refund on the filter's day, and one just outside the range."""

    def pair(api: Api, make: Factory) -> Pair:
        invoice = make.published_invoice()
        outside = "2026-03-01" if field == "date_start" else "2026-03-03"
        paid = make.payment(invoice), make.payment(invoice)
        if kind == "refunds":
            matching = make.refund(paid[0], refund_date="2026-03-02")
            return matching, make.refund(paid[1], refund_date=outside), "2026-03-02"
        body = {"payment_amount": 1, "payment_date": "2026-03-02"}
        for payment, day in zip(paid, ("2026-03-02", outside), strict=True):
            api.call(
                "payments.update",
                expect=200,
                body={**body, "payment_date": day},
                **id_parameter(kind, payment),
            )
        return (*paid, "2026-03-02")

    return pair


def amounts(matching: float, other: float) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, make: Factory) -> Pair:
        invoice = make.published_invoice()
        return make.payment(invoice, matching), make.payment(invoice, other), "50.25"

    return pair


def rates(matching: float, other: float) -> Callable[[Api, Factory], Pair]:
    return lambda api, make: (make.item(item_rate=matching), make.item(item_rate=other), "50.25")


def tagged(kind: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, make: Factory) -> Pair:
        first, second = make.record(kind), make.record(kind)
        tag = make.name("tag").replace(" ", "-")
        api.call(
            f"{kind}.set_tags",
            expect=200,
            body={"tags": ["other", tag]},
            **id_parameter(kind, first),
        )
        api.call(
            f"{kind}.set_tags", expect=200, body={"tags": ["other"]}, **id_parameter(kind, second)
        )
        return first, second, [tag, make.name("unused")]

    return pair


def with_status(kind: str, status: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, make: Factory) -> Pair:
        first, second = make.record(kind), make.record(kind)
        api.call(
            f"{kind}.set_status", expect=200, body={"status": status}, **id_parameter(kind, first)
        )
        return first, second, status

    return pair


def account_owners(api: Api, make: Factory, value: str) -> Pair:
    client = make.client()
    owner, other = client["owner"], make.contact(client)
    return (owner, other, "yes") if value == "yes" else (other, owner, "no")


def in_category(kind: str, field: str, default: int) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, make: Factory) -> Pair:
        category = make.category(kind[:-1])
        create = getattr(make, kind[:-1])
        return create(**{field: category["id"]}), create(**{field: default}), category["id"]

    return pair


def gateways(api: Api, make: Factory) -> Pair:
    invoice, word = make.published_invoice(), make.name("Gate")
    return make.payment(invoice, payment_gateway=word), make.payment(invoice), word.upper()


def units(api: Api, make: Factory) -> Pair:
    first = make.item(item_unit=make.name("unit"))
    return first, make.item(), first["unit"]["id"]


def of_client(kind: str) -> Callable[[Api, Factory], Pair]:
    def pair(api: Api, make: Factory) -> Pair:
        client = make.client()
        create = make.contact if kind == "contacts" else make.project
        return create(client), create(make.client()), client["id"]

    return pair


CASES: list[Case] = [
    ("invoices", "status", lambda _, make: (make.published_invoice(), make.invoice(items=[line()]), DUE)),
    *(("invoices", field, bill_of("invoices", field)) for field in ("client_id", "project_id", "category_id")),
    ("estimates", "status", with_status("estimates", "declined")),
    *(("estimates", field, bill_of("estimates", field)) for field in ("client_id", "project_id", "category_id")),
    ("clients", "status", with_status("clients", "suspended")),
    ("clients", "category_id", in_category("clients", "client_categoryid", 2)),
    ("contacts", "client_id", of_client("contacts")),
    ("contacts", "account_owner", lambda api, make: account_owners(api, make, "yes")),
    ("contacts", "account_owner", lambda api, make: account_owners(api, make, "no")),
    ("projects", "status", with_status("projects", "cancelled")),
    ("projects", "client_id", of_client("projects")),
    ("projects", "category_id", in_category("projects", "project_categoryid", PROJECT_CATEGORY)),
    ("categories", "type", lambda _, make: (make.category("lead"), make.category("expense"), "lead")),
    ("categories", "visibility",
     lambda _, make: (make.category(category_visibility="team"), make.category(), "team")),
    *(("payments", field, payments_of(field)) for field in ("client_id", "project_id", "invoice_id")),
    ("payments", "gateway", gateways),
    ("payments", "amount_min", amounts(50.25, 50.24)),
    ("payments", "amount_max", amounts(50.25, 50.26)),
    ("payments", "date_start", dated("payments", "date_start")),
    ("payments", "date_end", dated("payments", "date_end")),
    ("payments", "tags[]", tagged("payments")),
    *(("refunds", field, payments_of(field, refunded=True)) for field in ("payment_id", "client_id", "invoice_id")),
    ("refunds", "date_start", dated("refunds", "date_start")),
    ("refunds", "date_end", dated("refunds", "date_end")),
    ("refunds", "tags[]", tagged("refunds")),
    ("items", "category_id", in_category("items", "item_categoryid", ITEM_CATEGORY)),
    ("items", "unit_id", units),
    ("items", "tax_rate_id",
     lambda _, make: (make.item(item_default_tax=make.tax_rate_id("20")), make.item(), make.tax_rate_id("20"))),
    ("items", "rate_min", rates(50.25, 50.24)),
    ("items", "rate_max", rates(50.25, 50.26)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "create_pair"), CASES, ids=[f"{k}-{n}" for k, n, _ in CASES]
)
def test_a_filter_returns_only_matching_records(
    api: Api, make: Factory, kind: str, name: str, create_pair: Callable[[Api, Factory], Pair]
) -> None:
    matching, other, value = create_pair(api, make)
    newest_first = {
        "limit": 100,
        "order": "desc",
        **({"sort": "created"} if kind == "contacts" else {}),
    }
    unfiltered = ids(search(api, kind, newest_first))
    filtered = ids(search(api, kind, {**newest_first, name: value}))

    # Both are among the newest hundred, so only the filter can leave one out.
    assert {matching["id"], other["id"]} <= set(unfiltered)
    assert matching["id"] in filtered
    assert other["id"] not in filtered


def test_every_filter_of_the_contract_has_a_case(api: Api) -> None:
    others = {"search", "sort", "order", "limit", "page"}
    filters = {
        (operation.id.partition(".")[0], name)
        for operation in api.contract.operations.values()
        for location, name in operation.parameters
        if location == "query" and name not in others
    }
    # No operation changes the status of a contact, so its filter is tested below without a match.
    assert filters == {(kind, name) for kind, name, _ in CASES} | {("contacts", "status")}


def test_filters_are_joined_by_and(api: Api, make: Factory) -> None:
    client, category = make.client(), make.category()
    both = make.published_invoice(client, bill_categoryid=category["id"])
    make.published_invoice(client)
    make.published_invoice(bill_categoryid=category["id"])
    make.invoice(client, bill_categoryid=category["id"])
    query = {"client_id": client["id"], "category_id": category["id"], "status": DUE}

    assert ids(search(api, "invoices", query)) == [both["id"]]


def test_a_range_of_amounts_and_days_includes_both_ends(api: Api, make: Factory) -> None:
    invoice = make.published_invoice()
    for amount, day in ((10, "01"), (20, "02"), (30, "03"), (40, "04")):
        make.payment(invoice, amount, payment_date=f"2026-03-{day}")
    query = {"invoice_id": invoice["id"]}
    by_amount = search(api, "payments", query, amount_min=20, amount_max=30)
    by_day = search(api, "payments", query, date_start="2026-03-02", date_end="2026-03-03")
    by_both = search(api, "payments", query, amount_min=30, date_end="2026-03-03")

    assert [row["amount"] for row in by_amount["data"]] == ["30.00", "20.00"]
    assert [row["date"] for row in by_day["data"]] == ["2026-03-03", "2026-03-02"]
    assert [row["amount"] for row in by_both["data"]] == ["30.00"]


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
    api: Api, make: Factory, kind: str, name: str, value: object
) -> None:
    make.record(kind)

    assert search(api, kind, {name: value})["meta"]["total"] == 0


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
def test_an_invalid_bound_and_a_blank_filter_are_ignored(
    api: Api, make: Factory, kind: str, name: str, value: object
) -> None:
    make.record(kind)
    total = search(api, kind, {})["meta"]["total"]

    assert total > 0
    assert search(api, kind, {name: value})["meta"]["total"] == total
