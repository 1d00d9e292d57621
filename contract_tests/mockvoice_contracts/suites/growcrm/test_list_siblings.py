"""Rules of all lists, asked of the lists that other tests leave out: equal rows, pages, filters, rows."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line
from mockvoice_contracts.suites.growcrm.lists import ids, search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS, record_set

# Resource and a sort field that all records of a set have the same value of.
EQUAL = [
    ("clients", "client_status"),
    ("projects", "project_date_start"),
    ("projects", "project_date_due"),
    ("projects", "project_status"),
    ("categories", "category_type"),
    ("payments", "payment_date"),
    ("payments", "payment_amount"),
    ("refunds", "refund_date"),
    ("refunds", "refund_amount"),
    ("items", "item_rate"),
    ("estimates", "bill_expiry_date"),
]


@rule(
    "Of {kind} with an equal `{sort}`, the one with the higher id comes first, in both directions.",
    source="Assumed: the reference gives no source for the order of equal rows",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "sort"), EQUAL)
def test_the_newer_of_equal_records_comes_first(
    api: Api, factory: Factory, kind: str, sort: str
) -> None:
    records, query = record_set(factory, kind, 3)
    newest_first = sorted((record["id"] for record in records), reverse=True)

    for order in ("asc", "desc"):
        assert ids(search(api, kind, query, sort=sort, order=order)) == newest_first, order


SORTS = {
    "invoices": "bill_date",
    "estimates": "bill_final_amount",
    "clients": "client_company_name",
    "contacts": "last_name",
    "projects": "project_title",
    "categories": "category_name",
    "payments": "payment_created",
    "refunds": "refund_created",
    "items": "item_description",
}


@rule(
    "The pages of GET /{kind} with a filter, `sort` and `order` are parts of one sorted list, and `meta` counts its records.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_a_sorted_list_continue_each_other(api: Api, factory: Factory, kind: str) -> None:
    _, query = record_set(factory, kind, 3)
    for order in ("asc", "desc"):
        sort = {"sort": SORTS[kind], "order": order}
        whole = ids(search(api, kind, query, **sort))
        pages = [search(api, kind, query, **sort, limit=2, page=number) for number in (1, 2)]

        assert [ids(page) for page in pages] == [whole[:2], whole[2:]]
        assert [
            (page["meta"]["current_page"], page["meta"]["total"], page["meta"]["last_page"])
            for page in pages
        ] == [(1, 3, 2), (2, 3, 2)]


Found = tuple[Record, Record]


def estimate(api: Api, factory: Factory) -> Found:
    client, category = factory.client(), factory.category("estimate")
    match = factory.estimate(client, bill_categoryid=category["id"])
    factory.estimate(client)
    factory.estimate(bill_categoryid=category["id"])
    accepted = factory.estimate(client, bill_categoryid=category["id"])
    path = {"estimateId": accepted["id"]}
    api.call("estimates.set_status", expect=200, body={"status": "accepted"}, **path)
    return match, {"client_id": client["id"], "category_id": category["id"], "status": "draft"}


def project(api: Api, factory: Factory) -> Found:
    client, category = factory.client(), factory.category("project")
    match = factory.project(client, project_categoryid=category["id"])
    factory.project(client)
    factory.project(project_categoryid=category["id"])
    done = factory.project(client, project_categoryid=category["id"])
    path = {"projectId": done["id"]}
    api.call("projects.set_status", expect=200, body={"status": "completed"}, **path)
    query = {"client_id": client["id"], "category_id": category["id"], "status": "not_started"}
    return match, query


def client(api: Api, factory: Factory) -> Found:
    category = factory.category("client")
    match = factory.client(client_categoryid=category["id"])
    suspended = factory.client(client_categoryid=category["id"])
    path = {"clientId": suspended["id"]}
    api.call("clients.set_status", expect=200, body={"status": "suspended"}, **path)
    return match, {"category_id": category["id"], "status": "active"}


def contact(api: Api, factory: Factory) -> Found:
    client = factory.client()
    match = factory.contact(client, first_name="Wilma")
    factory.contact(client, first_name="Paula")
    factory.contact(factory.client(), first_name="Wilma")
    return match, {"client_id": client["id"], "account_owner": "no", "search": "wilma"}


def payment(api: Api, factory: Factory) -> Found:
    client = factory.client()
    invoice, other = factory.published_invoice(client), factory.published_invoice(client)
    cash = {"payment_gateway": "cash"}
    match = factory.payment(invoice, 20, **cash)
    factory.payment(invoice, 20)
    factory.payment(invoice, 30, **cash)
    factory.payment(invoice, 10, **cash)
    factory.payment(other, 20, **cash)
    query = {"client_id": client["id"], "invoice_id": invoice["id"], "gateway": "cash"}
    return match, {**query, "amount_min": 20, "amount_max": 20}


def refund(api: Api, factory: Factory) -> Found:
    client = factory.client()
    invoice, other = factory.published_invoice(client), factory.published_invoice(client)
    days = (factory.day(-2), factory.day(-1), factory.day())
    rows = [factory.refund(factory.payment(invoice, 1), refund_date=day) for day in days]
    factory.refund(factory.payment(other, 1), refund_date=days[1])
    query = {"client_id": client["id"], "invoice_id": invoice["id"]}
    return rows[1], {**query, "date_start": days[1], "date_end": days[1]}


def category(api: Api, factory: Factory) -> Found:
    name = factory.unique_name("Both")
    match = factory.category("invoice", category_name=name, category_visibility="team")
    factory.category("estimate", category_name=name, category_visibility="team")
    factory.category("invoice", category_name=f"{name} too")
    return match, {"type": "invoice", "visibility": "team", "search": name}


COMBINED: dict[str, Callable[[Api, Factory], Found]] = {
    "estimates": estimate,
    "projects": project,
    "clients": client,
    "contacts": contact,
    "payments": payment,
    "refunds": refund,
    "categories": category,
}


@rule(
    "Several filters of GET /{kind} return only the records that match all of them, and `total` counts these.",
    source="Assumed: the page does not say how filters are combined",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", COMBINED)
def test_all_filters_of_a_list_must_match(api: Api, factory: Factory, kind: str) -> None:
    match, query = COMBINED[kind](api, factory)
    page = search(api, kind, query)

    assert ids(page) == [match["id"]]
    assert page["meta"]["total"] == 1


def full_records(api: Api, factory: Factory) -> dict[str, tuple[Record, dict[str, Any]]]:
    """Return records that related records change, each with a query that finds it."""
    client, category = factory.client(), factory.category()
    owner = factory.contact(client)
    api.call("contacts.set_account_owner", expect=200, contactId=owner["id"])
    api.call("clients.set_tags", expect=200, clientId=client["id"], body={"tags": ["vip"]})
    path = {"categoryId": category["id"]}
    api.call("categories.set_team", expect=200, body={"users": [1]}, **path)
    project = factory.project(client, project_date_due=factory.day(3))
    path = {"projectId": project["id"]}
    api.call("projects.assign", expect=200, body={"assigned": [1]}, **path)
    api.call("projects.set_manager", expect=200, body={"manager": 1}, **path)
    api.call("projects.set_progress", expect=200, body={"progress": 40}, **path)
    api.call("projects.archive", expect=200, **path)
    estimate = factory.estimate(client, items=[line()])
    api.call("estimates.convert_to_invoice", expect=201, estimateId=estimate["id"])
    invoice = factory.published_invoice(client, bill_categoryid=category["id"])
    payment = factory.payment(invoice, 100)
    factory.refund(payment, refund_notes="Back")
    api.call("payments.set_tags", expect=200, paymentId=payment["id"], body={"tags": ["late"]})
    of_client = {"client_id": client["id"]}
    return {
        "clients": (client, {"search": client["company_name"]}),
        "contacts": (owner, of_client),
        "categories": (category, {"search": category["name"]}),
        "projects": (project, of_client),
        "estimates": (estimate, of_client),
        "payments": (payment, of_client),
    }


@rule(
    "A row of a list equals the record that GET by its id returns, also what other records say of it: count, owner, refund, converted, people.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
def test_rows_show_what_related_records_say(api: Api, factory: Factory) -> None:
    records = full_records(api, factory)
    single = {kind: factory.read(kind, record) for kind, (record, _) in records.items()}
    rows = {
        kind: next(row for row in search(api, kind, query)["data"] if row["id"] == record["id"])
        for kind, (record, query) in records.items()
    }

    assert rows == single
    assert (single["categories"]["count"], single["categories"]["users_count"]) == (1, 1)
    assert single["clients"]["owner"]["id"] == single["contacts"]["id"]
    assert single["contacts"]["account_owner"] == "yes"
    assert [user["id"] for user in single["projects"]["assigned"]] == [1]
    assert single["estimates"]["converted"]["is_converted"] is True
    assert single["payments"]["refund"]["notes"] == "Back"
