"""Bills that are copied with their project, and values that a creation shares with an action."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line, required_header


def bills_of(api: Api, kind: str, project: Record) -> list[Record]:
    query = {"project_id": project["id"], "limit": 100}
    rows: list[Record] = api.call(f"{kind}.search", expect=200, query=query)["data"]
    return rows


@rule(
    "A clone of a project for another client copies all its invoices and estimates to this client, and no bill of another project.",
    source="Assumed: the page does not say which client copied bills have",
)
@pytest.mark.assumed
def test_copied_bills_belong_to_the_client_of_the_new_project(api: Api, factory: Factory) -> None:
    client, other = factory.client(), factory.client()
    source, untouched = factory.project(client), factory.project(client)
    in_source = {"bill_projectid": source["id"]}
    for rate in (10, 20):
        factory.invoice(client, items=[line(rate=rate)], **in_source)
        factory.estimate(client, items=[line(rate=rate)], **in_source)
    factory.invoice(client, bill_projectid=untouched["id"])
    factory.invoice(client)
    before = {kind: bills_of(api, kind, source) for kind in ("invoices", "estimates")}
    body = {
        "project_title": factory.unique_name("Copy"),
        "project_clientid": other["id"],
        "copy_invoices": "on",
        "copy_estimates": "on",
    }
    copy = api.call("projects.clone", expect=201, projectId=source["id"], body=body)["data"]

    for kind, rows in before.items():
        copies = bills_of(api, kind, copy)
        amounts = sorted(row["totals"]["final_amount"] for row in copies)
        assert amounts == ["10.00", "20.00"]
        assert {row["client"]["id"] for row in copies} == {other["id"]}
        assert bills_of(api, kind, source) == rows
    assert bills_of(api, "invoices", untouched) != []


@rule(
    "`tags` of POST /clients are stored as PUT tags stores them: lower case, hyphens for spaces, each once.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_tags_of_a_new_client_are_stored_like_later_ones(factory: Factory) -> None:
    client = factory.client(tags=["Q3 Plan", "vip", "q3 plan"])

    assert client["tags"] == ["q3-plan", "vip"]
    assert factory.read("clients", client) == client


@rule(
    "`bill_date` of {kind} may move, also past or before the present day; dates that are not sent, amounts and `dates.created` stay.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize(
    ("kind", "end"), [("invoices", "due_date"), ("estimates", "expiry_date")], ids=["due", "expiry"]
)
def test_a_moved_date_keeps_the_end_date(api: Api, factory: Factory, kind: str, end: str) -> None:
    create = getattr(factory, kind[:-1])
    bill = create(items=[line()], rates=["10"], **{f"bill_{end}": factory.day(60)})
    path = {f"{kind[:-1]}Id": bill["id"]}
    for day in (factory.day(-90), factory.day(60)):
        body = {**required_header(bill), "bill_date": day}
        moved = api.call(f"{kind}.update", expect=200, body=body, **path)["data"]

        assert (moved["dates"]["date"], moved["dates"][end]) == (day, factory.day(60))
        assert moved["dates"]["created"] == bill["dates"]["created"]
        assert (moved["totals"], moved["line_items"]) == (bill["totals"], bill["line_items"])


@rule(
    "After its client's `invoice_due_days` change, an invoice keeps its due date, and the next one follows the new days.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_changed_due_days_apply_to_later_invoices_only(api: Api, factory: Factory) -> None:
    client = factory.client(client_billing_invoice_due_days=10)
    first = factory.invoice(client, bill_date="2028-02-10")
    body = {
        "client_company_name": client["company_name"],
        "client_billing_invoice_due_days": 20,
    }
    api.call("clients.update", expect=200, clientId=client["id"], body=body)
    second = factory.invoice(client, bill_date="2028-02-10")

    assert factory.read("invoices", first)["dates"]["due_date"] == "2028-02-20"
    assert second["dates"]["due_date"] == "2028-03-01"
