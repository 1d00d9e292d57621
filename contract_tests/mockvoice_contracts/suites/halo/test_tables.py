"""The small tables: create, read, update and delete records; and read-only tables."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    assert_holds,
    assert_same,
    line,
)

TABLES = [
    ("cost_centres", "costCentreId"),
    ("budget_type", "budgetTypeId"),
    ("tax", "taxId"),
    ("currency", "currencyId"),
    ("client", "clientId"),
    ("item", "itemId"),
]


@rule(
    "{resource}: POST creates a record and, with its id, changes its name; GET by id returns it; DELETE removes it, and GET by id is then 404.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
@pytest.mark.parametrize(("resource", "parameter"), TABLES)
def test_a_record_is_created_renamed_read_and_deleted(
    api: Api, factory: Factory, resource: str, parameter: str
) -> None:
    body = {
        "name": factory.unique_name("Old"),
        **({"conversion_rate": 3} if resource == "currency" else {}),
    }
    record = factory.save(resource, body)
    path = {parameter: record["id"]}

    name = factory.unique_name("New")
    renamed = factory.save(resource, {"id": record["id"], "name": name})
    read = api.call(f"{resource}.get", expect=200, **path)
    api.call(f"{resource}.delete", expect=200, **path)

    assert (renamed["id"], renamed["name"], read["name"]) == (record["id"], name, name)
    assert_same(read, renamed)
    api.call(f"{resource}.get", expect=404, **path)


@rule(
    "client_name of an invoice is the current name of its client, also for search.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_renaming_a_client_updates_its_invoices(factory: Factory) -> None:
    invoice = factory.invoice()
    name = factory.unique_name("Renamed")

    factory.save("client", {"id": invoice["client_id"], "name": name})

    assert factory.read(invoice)["client_name"] == name
    assert factory.list_ids(invoice["client_id"], search=name) == [invoice["id"]]


@rule(
    "The home currency, whose conversion_rate is 1, cannot be deleted: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_home_currency_cannot_be_deleted(api: Api, factory: Factory) -> None:
    home = next(
        row for row in api.call("currency.search", expect=200) if row["conversion_rate"] == 1
    )

    assert isinstance(factory.assert_rejected("currency.delete", currencyId=home["id"]), str)


@rule(
    "GET /ChargeRate is filtered by chargerate_id, client_id and contract_id.",
    source="Documented: usehalo.com/swagger, GET /ChargeRate",
)
def test_charge_rates_are_filtered_by_client_contract_and_date(api: Api) -> None:
    rates = api.call("charge_rate.search", expect=200)
    if not rates:
        pytest.skip("the account has no charge rates, and the API cannot create any")

    first = api.call("charge_rate.get", expect=200, chargeRateId=rates[0]["id"])
    assert_holds(first, rates[0])
    for query, matches in (
        ({"chargerate_id": first["id"]}, lambda rate: rate["id"] == first["id"]),
        ({"client_id": rates[-1]["area"]}, lambda rate: rate["area"] == rates[-1]["area"]),
        ({"contract_id": 0}, lambda rate: rate["contract_id"] == 0),
    ):
        assert charge_rate_ids(api, **query) == [rate["id"] for rate in rates if matches(rate)], (
            query
        )
    api.call("charge_rate.get", expect=404, chargeRateId=UNKNOWN_ID)


def charge_rate_ids(api: Api, **query: Any) -> list[int]:
    return [rate["id"] for rate in api.call("charge_rate.search", expect=200, query=query)]


@rule(
    "currentonly=true lists the charge rates that are current today, globalonly=true those without client and contract.",
    source="Assumed: the parameters are documented, the rule is not",
)
@pytest.mark.assumed
def test_charge_rates_are_limited_to_current_and_to_global_ones(api: Api) -> None:
    rates = api.call("charge_rate.search", expect=200)
    current_ids = [rate["id"] for rate in rates if is_current(api, rate)]
    global_ids = [rate["id"] for rate in rates if rate["area"] == rate["contract_id"] == 0]

    assert charge_rate_ids(api, currentonly="true") == current_ids
    assert charge_rate_ids(api, globalonly="true") == global_ids


def is_current(api: Api, rate: Record) -> bool:
    """Return whether a rate is valid today, which only the single record says."""
    return bool(api.call("charge_rate.get", expect=200, chargeRateId=rate["id"])["current"])


@rule(
    "GET /InvoiceStatus returns its rows as data, with status_name and type; GET /Lookup returns a bare array of id and name.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, sweep_results.json",
)
def test_statuses_and_pick_lists_exist(api: Api) -> None:
    statuses = api.call("invoice_status.search", expect=200)["data"]
    types = api.call("lookup.search", expect=200, query={"lookupid": 35})

    assert all(row["status_name"] for row in statuses)
    assert {"status_name", "type", "is_system"} <= statuses[0].keys()
    assert {"id", "name"} <= types[0].keys()


@rule(
    "GET /Lookup with lookupid lists the rows of this list only, and GET /InvoiceStatus has record_count.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_pick_list_has_only_its_own_rows(api: Api) -> None:
    types = api.call("lookup.search", expect=200, query={"lookupid": 35})
    statuses = api.call("invoice_status.search", expect=200)

    assert {row["lookupid"] for row in types} == {35}
    assert api.call("lookup.search", expect=200, query={"lookupid": UNKNOWN_ID}) == []
    assert statuses["record_count"] == len(statuses["data"])


@rule(
    "GET of a single InvoiceStatus or Template returns one row of its list, and 404 for an unknown id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_status_and_a_timer_are_read_by_id(api: Api, factory: Factory) -> None:
    status = api.call("invoice_status.search", expect=200)["data"][-1]
    template = factory.template(period=2, nextcreationdate="2026-01-31")

    timer = api.call("template.get", expect=200, templateId=template["schedule_id"])

    assert_same(timer, template["schedule"])
    assert_same(api.call("invoice_status.get", expect=200, invoiceStatusId=status["id"]), status)
    api.call("template.get", expect=404, templateId=UNKNOWN_ID)
    api.call("invoice_status.get", expect=404, invoiceStatusId=UNKNOWN_ID)


@rule(
    "GET /BudgetType with ticket_id lists the rows of this ticket and those without one.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_budget_types_are_those_of_the_ticket_and_those_of_none(api: Api, factory: Factory) -> None:
    own, general, other = (
        factory.save("budget_type", {"name": factory.unique_name("Budget"), "ticket_id": ticket})[
            "id"
        ]
        for ticket in (71, None, 72)
    )

    def ids(**query: int) -> set[int]:
        return {row["id"] for row in api.call("budget_type.search", expect=200, query=query)}

    assert ids(ticket_id=71) & {own, general, other} == {own, general}
    assert ids() >= {own, general, other}


SAVES: dict[str, Callable[[Factory], Record]] = {
    "invoice_change": lambda factory: {"invoice_id": factory.invoice()["id"]},
    "invoice_payment": lambda factory: {"invoice_id": factory.invoice(line())["id"], "amount": 1},
    "tax": lambda factory: {"name": factory.unique_name("Tax")},
    "tax_rule": lambda factory: {"name": factory.unique_name("Rule"), "taxid": factory.tax()["id"], **NO_LINE},
    "currency": lambda factory: {"name": factory.unique_name("Currency"), "conversion_rate": 3},
    "cost_centres": lambda factory: {"name": factory.unique_name("Centre")},
    "budget_type": lambda factory: {"name": factory.unique_name("Budget")},
    "expense": lambda factory: {"amount": 5},
}  # fmt: skip
NO_LINE = {"tax_conditions": [{"value_type": 4, "value": str(UNKNOWN_ID)}]}


@rule(
    "POST of {resource} answers 200, as documented, or 201, as observed for other resources.",
    source="Documented: usehalo.com/swagger, POST operations",
)
@pytest.mark.parametrize("resource", SAVES)
def test_a_record_other_than_an_invoice_is_saved_with_200(
    api: Api, factory: Factory, target: Target, resource: str
) -> None:
    body = SAVES[resource](factory)

    expect = target.expected_status(strict=200, observed=201)
    saved = api.call(f"{resource}.save", expect=expect, body=[body])

    assert saved["id"]


@rule(
    "POST /Expense creates an expense with ihid 0 and the type_name of its lookup_id, and updates it by id.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_expense_is_created_and_updated(api: Api, factory: Factory) -> None:
    kind = api.call("lookup.search", expect=200, query={"lookupid": 35})[0]
    expense = factory.save("expense", {"amount": 5, "lookup_id": kind["id"], "ihid": 99})
    changed = factory.save("expense", {"id": expense["id"], "description": "Taxi"})

    assert (expense["ihid"], expense["type_name"]) == (0, kind["name"])
    assert_same(changed, expense | {"description": "Taxi"})
