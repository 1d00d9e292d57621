"""Tax rules, unknown tax codes and composite rates on every way by which a line is saved."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import (
    Factory,
    Record,
    assert_same,
    decimals,
    line,
    money,
)

HEADERS = ["invoice", "recurring_invoice"]
WAYS = ["lines", "changed line of lines", "add_lines", "updatelines", "new line of updatelines"]


def request(resource: str, record: Record, way: str, body: Record) -> tuple[str, Record]:
    """Return the operation and the element that save a line of a record, in one of the ways."""
    line_id = record["lines"][0]["id"]
    if way == "updatelines":
        return f"{resource}.update_lines", {"id": line_id, **body}
    if way == "new line of updatelines":
        return f"{resource}.update_lines", {"ihid": record["id"], **body}
    if way == "RecurringInvoice/Lines":
        return f"{resource}.add_lines", {"ihid": record["id"], **body}
    name = "add_lines" if way == "add_lines" else "lines"
    named = {"id": line_id} if way == "changed line of lines" else {}
    return f"{resource}.save", {"id": record["id"], name: [{**named, **body}]}


CASES = [(resource, way) for resource in HEADERS for way in WAYS]
CASES.append(("recurring_invoice", "RecurringInvoice/Lines"))


@pytest.fixture(scope="module")
def taxed_client(api: Api, factory: Factory) -> Any:
    """Create a client with a tax rule of its own; return its id and the rate of the rule."""
    client, tax = factory.client()["id"], factory.tax(20, code="WAYS")
    condition = {"value_type": 2, "value": str(client)}
    body = {"taxid": tax["id"], "sequence": -6, "tax_conditions": [condition]}
    rule_id = factory.save("tax_rule", {"name": factory.unique_name("Rule"), **body})["id"]
    yield client, tax
    api.call("tax_rule.delete", expect=200, taxRuleId=rule_id)


@rule(
    "A tax rule sets tax_code, tax_name, tax_rate, tax_amount and taxRuleResult of a line that is saved by {way} of a record of {resource}, and the header's totals.",
    source="Assumed: usehalo.com/guide/tax-rules documents that rules run on every save, the codes of value_type have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("resource", "way"), CASES)
def test_a_rule_applies_to_every_saved_line(
    api: Api, factory: Factory, taxed_client: tuple[int, Record], resource: str, way: str
) -> None:
    client, tax = taxed_client
    record = factory.header(resource, line(10, no_tax_override=True), client_id=client)
    body = line(50, qty_order=2, tax_rate=7, no_tax_override=False)
    operation, element = request(resource, record, way, body)
    api.call(operation, expect=(200, 201), body=[element])

    after = factory.read(record)
    row = after["lines"][-1]
    assert (record["tax_total"], after["tax_total"], row["tax_amount"]) == (0, 20, 20)
    assert (row["tax_code"], row["tax_name"]) == (str(tax["id"]), tax["name"])
    assert row["tax_rate"] == 20
    (result,) = row["taxRuleResult"]
    assert (result["taxid"], result["taxcode"], result["taxamount"]) == (tax["id"], "WAYS", 20)


@rule(
    "An unknown tax_code of a line that is sent by {way} of a record of {resource} is 400 with a text, and changes nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("resource", "way"), CASES)
def test_an_unknown_tax_code_changes_nothing(factory: Factory, resource: str, way: str) -> None:
    record = factory.header(resource, line(10, tax_rate=20))
    operation, element = request(resource, record, way, line(50, tax_code="no such code"))

    assert isinstance(factory.assert_rejected(operation, element), str)
    assert_same(factory.read(record), record)


@rule(
    "composite_tax_total of a record of {resource} is the tax of the lines with composite rates only, and follows the lines.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_only_composite_rates_are_in_their_total(api: Api, factory: Factory, resource: str) -> None:
    links = [{"id": factory.tax(rate)["id"]} for rate in (5, 7)]
    composite = str(factory.tax(0, is_composite=True, linked_rates=links)["id"])
    plain = str(factory.tax(20)["id"])
    lines = [
        line(10.1, tax_code=composite),
        line(10.1, tax_code=composite),
        line(50, tax_code=plain),
    ]
    record = factory.header(resource, *lines, line(999, tax_code=composite, isgroupdesc=True))
    first = record["lines"][0]["id"]
    api.call(f"{resource}.update_lines", expect=200, body=[{"id": first, "tax_code": plain}])

    names = ("tax_total", "composite_tax_total")
    assert money(record, *names) == decimals("12.42", "2.42")
    assert money(factory.read(record), *names) == decimals("13.23", "1.21")


@rule(
    "A line of {resource} that gets another _itemid takes price, cost, text and tax of the new item, and keeps its quantity.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_line_takes_the_values_of_its_new_item(api: Api, factory: Factory, resource: str) -> None:
    first, second = (
        factory.item(baseprice=price, costprice=price - 1, taxcode=factory.tax(rate)["id"])
        for price, rate in ((10, 20), (30, 5))
    )
    record = factory.header(resource, {"_itemid": first["id"], "qty_order": 2})
    body = [{"id": record["lines"][0]["id"], "_itemid": second["id"]}]
    api.call(f"{resource}.update_lines", expect=200, body=body)

    after = factory.read(record)
    (row,) = after["lines"]
    names = ("qty_order", "unit_price", "unit_cost", "tax_rate")
    assert money(record["lines"][0], *names) == decimals("2", "10", "9", "20")
    assert money(row, *names) == decimals("2", "30", "29", "5")
    assert row["item_shortdescription"] == second["name"]
    assert money(after, "revenue", "tax_total", "total") == decimals("60", "3", "63")


@rule(
    "A line of an invoice has baseprice and cost of its item, one of a recurring invoice recurringprice if the item is recurring, by {way}.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("way", ["lines", "add_lines", "new line of updatelines"])
def test_the_price_depends_on_the_kind_of_record(api: Api, factory: Factory, way: str) -> None:
    prices = {"baseprice": 9, "costprice": 4, "recurringprice": 6}
    recurring, plain = (factory.item(isrecurringitem=value, **prices) for value in (True, False))

    totals = []
    for resource in HEADERS:
        for item in (recurring, plain):
            record = factory.header(resource, line(0))
            operation, element = request(resource, record, way, {"_itemid": item["id"]})
            api.call(operation, expect=(200, 201), body=[element])
            totals.append(factory.read(record)["total"])

    assert totals == [9, 9, 6, 9]
