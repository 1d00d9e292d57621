"""The values of the small tables: in rows of lists, after updates, and after null and zero are sent."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    assert_holds,
    assert_same,
    line,
)

NO_LINE = [{"value_type": 4, "value": str(UNKNOWN_ID)}]
# The values of each resource, and an update of one of them.
TABLES: dict[str, tuple[Record, Record]] = {
    "tax": ({"value": 17.5, "code": "K1", "third_party_desc": "Third"}, {"code": "K2"}),
    "currency": ({"symbol": "K", "code": "KKK", "conversion_rate": 1.25}, {"conversion_rate": 2.5}),
    "cost_centres": ({"chargeable": True, "addr1": "One", "addr2": "Two", "addr3": "Three", "addr4": "Four"}, {"addr4": "Five"}),
    "budget_type": ({"defaultrate": 5.5, "chargerate": 3}, {"defaultrate": 6.25}),
    "client": ({"accountsid": "K1", "tax_number": "T1", "invoiceduedaysextraclient": 3}, {"accountsid": "K2"}),
    "item": ({"baseprice": 5.25, "costprice": 3.5, "recurringprice": 4.75, "nominalcode": "4000"}, {"baseprice": 6.5}),
    "tax_rule": ({"sequence": 9001, "tax_conditions": NO_LINE}, {"sequence": 9002}),
}  # fmt: skip


def create(factory: Factory, resource: str, **body: Any) -> Record:
    """Create a record with a name, and with a rate if it is a tax rule."""
    named = {"name": factory.unique_name("Table"), **body}
    if resource == "tax_rule":
        named["taxid"] = factory.tax()["id"]
    stored: Record = factory.save(resource, named)
    return stored


def read_both(api: Api, resource: str, record: Record) -> tuple[Record, Record]:
    """Return the single record, and its row in the list."""
    (parameter,) = api.contract.find(f"{resource}.get").path_parameters
    single = api.call(f"{resource}.get", expect=200, **{parameter: record["id"]})
    query = {"search": record["name"]} if resource in ("client", "item") else {}
    body = api.call(f"{resource}.search", expect=200, query=query)
    rows = body if isinstance(body, list) else body[f"{resource}s"]
    return single, next(row for row in rows if row["id"] == record["id"])


@rule(
    "A record of {resource} has the values that were sent, in the response, in GET by id and in its list, also after an update of one of them.",
    source="Documented: usehalo.com/swagger, lists and single records",
)
@pytest.mark.parametrize("resource", TABLES)
def test_rows_equal_their_records(api: Api, factory: Factory, resource: str) -> None:
    body, update = TABLES[resource]
    created = create(factory, resource, **body)
    states = [(created, *read_both(api, resource, created))]
    updated = factory.save(resource, {"id": created["id"], **update})
    states.append((updated, *read_both(api, resource, created)))
    if resource == "tax_rule":
        api.call("tax_rule.delete", expect=200, taxRuleId=created["id"])

    for (response, single, row), sent in zip(states, (body, body | update), strict=True):
        assert_holds(single, {"name": created["name"], **sent})
        assert_same(response, single)
        assert_same(row, single)


# A property of each resource, the value that is sent first, and the default that null restores.
DEFAULTS: list[tuple[str, str, Any, Any]] = [
    ("tax", "code", "K1", None), ("tax", "value", 5, 0), ("currency", "symbol", "K", None),
    ("cost_centres", "chargeable", True, False), ("cost_centres", "addr2", "Two", ""),
    ("client", "tax_number", "T1", None), ("item", "nominalcode", "4000", None),
    ("item", "baseprice", 5, 0), ("item", "costprice", 5, 0),
]  # fmt: skip


@rule(
    "{name} of {resource} that is sent as null gets its default again, {default}, and the other properties stay.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("resource", "name", "value", "default"), DEFAULTS)
def test_null_restores_the_default_of_a_table(
    api: Api, factory: Factory, resource: str, name: str, value: Any, default: Any
) -> None:
    body = TABLES[resource][0] | {name: value}
    created = create(factory, resource, **body)

    factory.save(resource, {"id": created["id"], name: None})
    single, row = read_both(api, resource, created)

    assert created[name] == value
    # A property without a value is left out, or has an empty one.
    empty = (None, "", 0) if default is None else (default,)
    assert single.get(name) in empty
    assert row.get(name) in empty
    assert_holds(single, {key: body[key] for key in body.keys() - {name}})


@rule(
    "{name} of {resource} that is sent as 0 is 0, on create and on update.",
    source="Documented: usehalo.com/swagger, schemas",
)
@pytest.mark.parametrize(
    ("resource", "name"),
    [("tax", "value"), ("budget_type", "defaultrate"), ("item", "baseprice"), ("item", "costprice"),
     ("item", "recurringprice"), ("client", "invoiceduedaysextraclient"), ("tax_rule", "sequence")],
)  # fmt: skip
def test_zero_is_a_value(api: Api, factory: Factory, resource: str, name: str) -> None:
    conditions = {"tax_conditions": NO_LINE} if resource == "tax_rule" else {}
    zero = create(factory, resource, **{name: 0}, **conditions)
    other = create(factory, resource, **{name: 7}, **conditions)
    updated = factory.save(resource, {"id": other["id"], name: 0})
    singles = [read_both(api, resource, record)[0] for record in (zero, other)]
    if resource == "tax_rule":
        for record in (zero, other):
            api.call("tax_rule.delete", expect=200, taxRuleId=record["id"])

    assert other[name] == 7
    assert [row.get(name, 0) for row in (zero, updated, *singles)] == [0, 0, 0, 0]


@rule(
    "A cost centre is not chargeable and has empty addresses until they are sent.",
    source="Observed: github.com/redanthrax/halopsa-mcp, schema/catalog.json",
)
def test_a_cost_centre_has_defaults(factory: Factory) -> None:
    centre = factory.save("cost_centres", {"name": factory.unique_name("Centre")})

    assert not centre.get("chargeable")
    assert [centre.get(f"addr{number}") or "" for number in range(1, 5)] == [""] * 4


@rule(
    "An expense keeps ihid, date_added and the properties that an update does not name, before and after it is billed.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_expense_keeps_what_an_update_does_not_name(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    body = {"amount": 12.5, "description": "Taxi", "client_id": client, "agent_id": 12, "fault_id": 7,
            "invoiceable": True}  # fmt: skip
    expense = factory.save("expense", body)
    renamed = factory.save("expense", {"id": expense["id"], "description": "Train"})
    invoice = factory.invoice(line(5, expense_id=expense["id"]), client_id=client)
    cleared = factory.save("expense", {"id": expense["id"], "description": None, "amount": 0})
    (row,) = api.call("expense.search", expect=200, query={"client_id": client})["data"]

    assert_holds(expense, body)
    assert_same(renamed, expense | {"description": "Train"})
    for state in (cleared, row):
        assert state["ihid"] == invoice["id"]
        assert state["date_added"] == expense["date_added"]
        assert (state.get("description") or "", state.get("amount", 0)) == ("", 0)
        assert (state["agent_id"], state["fault_id"]) == (12, 7)
