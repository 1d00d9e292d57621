"""Values of query parameters: switches that are false or in capitals, and texts in place of numbers."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line

HEADERS = ["invoice", "recurring_invoice"]
SWITCHES = ["postedonly", "notpostedonly", "awaiting_approval", "my_approvals", "ready_for_invoicing",
            "stripeautopaymentrequired", "includelines", "idonly", "pageinate", "include_linked_item_details"]  # fmt: skip


@rule(
    "A switch of the list of {resource} that is {value} has no effect: rows are complete, and none is left out.",
    source="Observed: github.com/homotechsual/HaloAPI, issue 33, for undefined",
)
@pytest.mark.parametrize("value", ["false", "False", "undefined", ""])
@pytest.mark.parametrize("resource", HEADERS)
def test_a_switch_that_is_off_has_no_effect(
    api: Api, factory: Factory, resource: str, value: str
) -> None:
    client = factory.client()["id"]
    ids = {
        factory.header(resource, line(5), client_id=client, **body)["id"]
        for body in ({"posted": True, "approvalagent": 12}, {"requires_approval": True})
    }

    for switch in SWITCHES:
        query = {"client_id": client, switch: value}
        rows = api.call(f"{resource}.search", expect=200, query=query)["invoices"]
        assert {row["id"] for row in rows} == ids, switch
        assert all("total" in row and "lines" not in row for row in rows), switch


@rule(
    "A switch of the list of {resource} is on as {value} too.",
    source="Observed: github.com/homotechsual/HaloAPI, issue 33, and pypi.org/project/halopsa",
)
@pytest.mark.parametrize("value", ["true", "True", "TRUE"])
@pytest.mark.parametrize("resource", HEADERS)
def test_a_switch_is_on_in_any_case(api: Api, factory: Factory, resource: str, value: str) -> None:
    client = factory.client()["id"]
    ids = [
        factory.header(resource, line(price), client_id=client, posted=price == 1)["id"]
        for price in (1, 2, 3)
    ]

    def rows(**query: Any) -> list[dict[str, Any]]:
        query = {"client_id": client, "order": "total", **query}
        listed: list[dict[str, Any]] = api.call(f"{resource}.search", expect=200, query=query)[
            "invoices"
        ]
        return listed

    assert [row["id"] for row in rows(postedonly=value)] == ids[:1]
    assert [row["id"] for row in rows(notpostedonly=value)] == ids[1:]
    assert [row["id"] for row in rows(orderdesc=value)] == ids[::-1]
    assert [row["id"] for row in rows(pageinate=value, page_no=2, page_size=2)] == ids[2:]
    assert all("total" not in row for row in rows(idonly=value))
    assert [len(row["lines"]) for row in rows(includelines=value)] == [1, 1, 1]


_OF_HEADERS = ["asset_id", "client_id", "contract_id", "purchaseorder_id", "quickbooks_id", "recurringinvoice_id",
               "salesorder_id", "sent_status", "site_id", "ticket_id", "toplevel_id", "user_id", "page_no",
               "page_size"]  # fmt: skip
NUMBERS = {
    "invoice.search": _OF_HEADERS, "recurring_invoice.search": _OF_HEADERS, "invoice_payment.search": ["client_id", "invoice_id"],
    "invoice_change.search": ["invoice_id", "line_id", "type_id"], "charge_rate.search": ["chargerate_id", "client_id", "contract_id"],
    "tax.search": ["kashflowtenantid", "related_to"], "budget_type.search": ["ticket_id"],
}  # fmt: skip


@rule(
    "A text in place of a number in each numeric parameter of {operation} is 400 with an object whose key is the parameter.",
    source="Assumed: observed for ids in paths only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("operation", NUMBERS)
def test_a_text_is_no_number(api: Api, operation: str) -> None:
    for name in NUMBERS[operation]:
        error = api.call(operation, expect=400, query={name: "abc"})
        assert list(error) == [name]


@rule(
    "A text in place of a date in each date parameter of the list of {resource} is 400; as datesearch's limits too.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_text_is_no_date(api: Api, resource: str) -> None:
    for name in ("start_date", "end_date", "billing_date"):
        for query in (
            {name: "soon"},
            {name: "2026-02-30"},
            {name: "soon", "datesearch": "duedate"},
        ):
            api.call(f"{resource}.search", expect=400, query=query)
