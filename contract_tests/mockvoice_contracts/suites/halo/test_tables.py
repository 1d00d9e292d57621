"""The small tables: create, read, update and delete records; and read-only tables."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line

TABLES = [
    ("cost_centres", "costCentreId"),
    ("budget_type", "budgetTypeId"),
    ("tax", "taxId"),
    ("currency", "currencyId"),
    ("client", "clientId"),
    ("item", "itemId"),
]


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

    renamed = factory.save(resource, {"id": record["id"], "name": "New"})
    read = api.call(f"{resource}.get", expect=200, **path)
    api.call(f"{resource}.delete", expect=200, **path)

    assert renamed["id"] == record["id"]
    assert read == renamed
    api.call(f"{resource}.get", expect=404, **path)
    api.call(f"{resource}.delete", expect=404, **path)
    factory.assert_rejected(f"{resource}.save", {"id": UNKNOWN_ID, "name": "x"}, status=404)


def test_renaming_a_client_updates_its_invoices(factory: Factory) -> None:
    invoice = factory.invoice()
    name = factory.unique_name("Renamed")

    factory.save("client", {"id": invoice["client_id"], "name": name})

    assert factory.read(invoice)["client_name"] == name
    assert factory.list_ids(invoice["client_id"], search=name) == [invoice["id"]]


def test_the_home_currency_cannot_be_deleted(api: Api, factory: Factory) -> None:
    home = next(
        row for row in api.call("currency.search", expect=200) if row["conversion_rate"] == 1
    )

    assert isinstance(factory.assert_rejected("currency.delete", currencyId=home["id"]), str)


def test_charge_rates_are_filtered_by_client_contract_and_date(api: Api) -> None:
    rates = api.call("charge_rate.search", expect=200)
    if not rates:
        pytest.skip("the account has no charge rates, and the API cannot create any")

    first = api.call("charge_rate.get", expect=200, chargeRateId=rates[0]["id"])
    assert rates[0].items() <= first.items()
    current = [rate["id"] for rate in rates if is_current(api, rate)]
    for query, matches in (
        ({"chargerate_id": first["id"]}, lambda rate: rate["id"] == first["id"]),
        ({"client_id": rates[-1]["area"]}, lambda rate: rate["area"] == rates[-1]["area"]),
        ({"contract_id": 0}, lambda rate: rate["contract_id"] == 0),
        ({"currentonly": "true"}, lambda rate: rate["id"] in current),
        ({"globalonly": "true"}, lambda rate: rate["area"] == rate["contract_id"] == 0),
    ):
        assert api.call("charge_rate.search", expect=200, query=query) == [
            rate for rate in rates if matches(rate)
        ], query
    api.call("charge_rate.get", expect=404, chargeRateId=UNKNOWN_ID)


def is_current(api: Api, rate: Record) -> bool:
    """Return whether a rate is valid today, which only the single record says."""
    return bool(api.call("charge_rate.get", expect=200, chargeRateId=rate["id"])["current"])


def test_statuses_and_pick_lists_exist(api: Api) -> None:
    statuses = api.call("invoice_status.search", expect=200)
    types = api.call("lookup.search", expect=200, query={"lookupid": 35})

    assert statuses["record_count"] == len(statuses["data"]) >= 8
    assert {row["lookupid"] for row in types} == {35}
    assert api.call("lookup.search", expect=200, query={"lookupid": UNKNOWN_ID}) == []


def test_a_status_and_a_timer_are_read_by_id(api: Api, factory: Factory) -> None:
    status = api.call("invoice_status.search", expect=200)["data"][-1]
    template = factory.template(period=2, nextcreationdate="2026-01-31")

    timer = api.call("template.get", expect=200, templateId=template["schedule_id"])

    assert timer == template["schedule"]
    assert api.call("invoice_status.get", expect=200, invoiceStatusId=status["id"]) == status
    api.call("template.get", expect=404, templateId=UNKNOWN_ID)
    api.call("invoice_status.get", expect=404, invoiceStatusId=UNKNOWN_ID)


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


@pytest.mark.parametrize("resource", SAVES)
def test_a_record_other_than_an_invoice_is_saved_with_200(
    api: Api, factory: Factory, target: Target, resource: str
) -> None:
    body = SAVES[resource](factory)

    api.call(f"{resource}.save", expect=200 if target.is_mock else (200, 201), body=[body])


def test_an_expense_is_created_and_updated(factory: Factory) -> None:
    expense = factory.save("expense", {"amount": 5, "lookup_id": 1, "ihid": 99})
    changed = factory.save("expense", {"id": expense["id"], "description": "Taxi"})

    assert (expense["ihid"], expense["type_name"]) == (0, "Travel")
    assert changed == expense | {"description": "Taxi"}
