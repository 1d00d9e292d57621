"""Stored records keep their values when the records that they were made from change."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, assert_same, line, money

HEADERS = ["invoice", "recurring_invoice"]
AMOUNTS = ("revenue", "tax_total", "total")


@rule(
    "New prices, names and taxes of an item change no stored line of a record of {resource}.",
    source="Assumed: the guide on tax rules says so of taxes only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_changed_item_changes_no_stored_line(factory: Factory, resource: str) -> None:
    first, second = factory.tax(20), factory.tax(5)
    item = factory.item(
        baseprice=10, recurringprice=10, isrecurringitem=True, costprice=4, taxcode=first["id"]
    )
    record = factory.header(resource, {"_itemid": item["id"], "qty_order": 2})
    changes = {"baseprice": 99, "recurringprice": 99, "costprice": 50, "taxcode": second["id"]}
    factory.save("item", {"id": item["id"], "name": factory.unique_name("Other"), **changes})
    after = factory.read(record)

    names = ("item_shortdescription", "unit_price", "unit_cost", "tax_rate", "net_amount")
    assert [after["lines"][0].get(name) for name in names] == [
        record["lines"][0].get(name) for name in names
    ]
    assert money(after, *AMOUNTS) == [20, 4, 24]


@rule(
    "New currency, taxes and payment terms of a client, and a new rate of a currency, change no stored record of {resource}.",
    source="Assumed: the reference says that stored invoices keep their rate",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_changed_client_or_currency_changes_no_stored_record(
    factory: Factory, resource: str
) -> None:
    currency, other = factory.currency(1.25)["id"], factory.currency(4)["id"]
    taxes = [factory.tax(rate)["id"] for rate in (20, 5)]
    fields = ("item_tax_code", "contract_tax_code")
    client = factory.client(default_currency_code=currency, **dict.fromkeys(fields, taxes[0]))
    record = factory.header(resource, line(100), client_id=client["id"])
    changes: dict[str, Any] = dict.fromkeys(fields, taxes[1])
    changes |= {"default_currency_code": other, "invoiceduedaysextraclient": 9}
    factory.save("client", {"id": client["id"], **changes})
    factory.save("currency", {"id": currency, "conversion_rate": 2})
    after = factory.read(record)

    names = ("currency_code", "currency_conversion_rate", "duedate")
    assert [after.get(name) for name in names] == [record.get(name) for name in names]
    assert money(after, *AMOUNTS) == [100, 20, 120]
    assert after["lines"][0]["net_amount_converted"] == 80


@rule(
    "A changed or deleted tax rule changes no stored line of a record of {resource}; a line that is saved later takes the tax that now applies.",
    source="Assumed: usehalo.com/guide/tax-rules documents this, the codes of value_type have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_changed_tax_rule_changes_no_stored_line(
    api: Api, factory: Factory, resource: str
) -> None:
    client = factory.client()["id"]
    taxes = [factory.tax(rate)["id"] for rate in (20, 5)]
    conditions = [{"value_type": 2, "value": str(client)}]
    fields = {"taxid": taxes[0], "sequence": -7, "tax_conditions": conditions}
    rule_id = factory.save("tax_rule", {"name": factory.unique_name("Rule"), **fields})["id"]
    try:
        record = factory.header(resource, line(100), client_id=client)
        factory.save("tax_rule", {"id": rule_id, "taxid": taxes[1]})
        states = [factory.read(record)["tax_total"]]
        later = factory.header(resource, line(100), client_id=client)
    finally:
        api.call("tax_rule.delete", expect=200, taxRuleId=rule_id)
    states += [factory.read(record)["tax_total"], factory.read(later)["tax_total"]]
    without = factory.header(resource, line(100, tax_rate=7), client_id=client)

    assert (record["tax_total"], states) == (20, [20, 20, 5])
    assert without["tax_total"] == 7


@rule(
    "value of a composite rate follows a new value of its parts, also in GET /Tax; stored lines keep their tax_rate.",
    source="Assumed: the reference names the sum as value, not when it changes",
)
@pytest.mark.assumed
def test_a_composite_rate_follows_its_parts(api: Api, factory: Factory) -> None:
    first, second = factory.tax(5), factory.tax(7)
    links = [{"id": first["id"]}, {"id": second["id"]}]
    composite = factory.tax(0, is_composite=True, linked_rates=links)
    code = str(composite["id"])
    invoice = factory.invoice(line(100, tax_code=code))
    factory.save("tax", {"id": first["id"], "value": 6})
    later = factory.invoice(line(100, tax_code=code))
    rows = api.call("tax.search", expect=200)

    assert api.call("tax.get", expect=200, taxId=composite["id"])["value"] == 13
    assert [row["value"] for row in rows if row["id"] == composite["id"]] == [13]
    assert (factory.read(invoice)["tax_total"], later["tax_total"]) == (12, 13)


@rule(
    "An update of a record of {resource} by one property leaves every other property, its lines and its payments as they are.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, dev_write_results.json",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_an_update_of_one_property_keeps_the_others(factory: Factory, resource: str) -> None:
    lines = (line(12.345, qty_order=10, discount_perc=10, tax_rate=20), line(7, isinactive=True))
    record = factory.header(resource, *lines, invoice_date="2026-01-31", due_date_int=10)
    if resource == "invoice":
        factory.payment(record, 1)
    before = factory.read(record, includedetails="true")
    factory.save(resource, {"id": record["id"], "internal_note": "seen"})
    after = factory.read(record, includedetails="true")

    assert after["internal_note"] == "seen"
    changed = ("internal_note", "change_seq", "last_modified")
    assert_same(
        {name: value for name, value in after.items() if name not in changed},
        {name: value for name, value in before.items() if name not in changed},
    )
