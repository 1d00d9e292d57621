"""The small tables: made, read, changed and deleted; and those that are only read."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory

TABLES = [
    ("cost_centres", "costCentreId"),
    ("budget_type", "budgetTypeId"),
    ("tax", "taxId"),
    ("currency", "currencyId"),
    ("client", "clientId"),
    ("item", "itemId"),
]


@pytest.mark.parametrize(("resource", "path"), TABLES)
def test_a_record_is_made_renamed_read_and_deleted(
    api: Api, make: Factory, resource: str, path: str
) -> None:
    body = {"name": make.name("Old"), **({"conversion_rate": 3} if resource == "currency" else {})}
    made = make.save(resource, body)
    where = {path: made["id"]}

    renamed = make.save(resource, {"id": made["id"], "name": "New"})
    read = api.call(f"{resource}.get", expect=200, **where)
    api.call(f"{resource}.delete", expect=200, **where)

    assert renamed["id"] == made["id"]
    assert read == renamed
    api.call(f"{resource}.get", expect=404, **where)
    api.call(f"{resource}.delete", expect=404, **where)
    make.refused(f"{resource}.save", {"id": NO_RECORD, "name": "x"}, status=404)


def test_a_renamed_client_has_its_new_name_on_its_invoices(make: Factory) -> None:
    made = make.invoice()
    name = make.name("Renamed")

    make.save("client", {"id": made["client_id"], "name": name})

    assert make.read(made)["client_name"] == name
    assert make.listed(made["client_id"], search=name) == [made["id"]]


def test_the_home_currency_stays(api: Api, make: Factory) -> None:
    home = next(
        each for each in api.call("currency.search", expect=200) if each["conversion_rate"] == 1
    )

    assert isinstance(make.refused("currency.delete", currencyId=home["id"]), str)


def test_charge_rates_are_read_by_client_contract_and_day(api: Api) -> None:
    rates = api.call("charge_rate.search", expect=200)
    if not rates:
        pytest.skip("the account has no charge rates, which no API can make")

    one = api.call("charge_rate.get", expect=200, chargeRateId=rates[0]["id"])
    assert one == rates[0]
    for query, fits in (
        ({"chargerate_id": one["id"]}, lambda rate: rate["id"] == one["id"]),
        ({"client_id": rates[-1]["area"]}, lambda rate: rate["area"] == rates[-1]["area"]),
        ({"contract_id": 0}, lambda rate: rate["contract_id"] == 0),
        ({"currentonly": "true"}, lambda rate: rate["current"]),
        ({"globalonly": "true"}, lambda rate: rate["area"] == rate["contract_id"] == 0),
    ):
        assert api.call("charge_rate.search", expect=200, query=query) == [
            r for r in rates if fits(r)
        ], query
    api.call("charge_rate.get", expect=404, chargeRateId=NO_RECORD)


def test_statuses_and_pick_lists_are_there(api: Api) -> None:
    statuses = api.call("invoice_status.search", expect=200)
    kinds = api.call("lookup.search", expect=200, query={"lookupid": 35})

    assert statuses["record_count"] == len(statuses["data"]) >= 8
    assert {row["lookupid"] for row in kinds} == {35}
    assert api.call("lookup.search", expect=200, query={"lookupid": NO_RECORD}) == []


def test_budget_types_ignore_the_ticket(api: Api) -> None:
    every = api.call("budget_type.search", expect=200)

    assert api.call("budget_type.search", expect=200, query={"ticket_id": 1}) == every


def test_an_expense_is_added_now_and_changed_by_its_id(make: Factory) -> None:
    made = make.save("expense", {"amount": 5, "lookup_id": 1, "ihid": 99})
    changed = make.save("expense", {"id": made["id"], "description": "Taxi"})

    assert (made["ihid"], made["type_name"]) == (0, "Travel")
    assert changed == made | {"description": "Taxi"}
