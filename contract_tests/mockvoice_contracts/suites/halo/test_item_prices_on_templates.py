"""New prices and costs of items on the lines of recurring invoices."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import fields, trail
from mockvoice_contracts.suites.halo.factories import Factory, assert_same, decimals, line, money


@rule(
    "update_recurring_invoice_price changes unit_price of this item's lines on all recurring invoices, and their totals and trail: other lines, invoices and the cost stay.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("recurring", [True, False])
def test_a_new_price_reaches_every_template(api: Api, factory: Factory, recurring: bool) -> None:
    name = "recurringprice" if recurring else "baseprice"
    item = factory.item(**{name: 10}, costprice=4, recurringcost=4, isrecurringitem=recurring)
    other = factory.item(**{name: 10}, isrecurringitem=recurring)
    body = {"_itemid": item["id"], "qty_order": 2, "discount_perc": 10, "tax_rate": 20}
    templates = [factory.template(body, {"_itemid": other["id"]}, line(1)) for _ in range(2)]
    unrelated = factory.template({"_itemid": other["id"]})
    invoice = factory.invoice({"_itemid": item["id"], "unit_price": 10})
    costs = [row["unit_cost"] for row in templates[0]["lines"]]
    factory.save("item", {"id": item["id"], name: 12.5, "update_recurring_invoice_price": True})

    for template in templates:
        after = factory.read(template)
        assert [row["unit_price"] for row in after["lines"]] == [Decimal("12.5"), 10, 1]
        assert [row["unit_cost"] for row in after["lines"]] == costs
        assert money(after, "revenue", "tax_total", "total") == decimals("33.5", "4.5", "38")
        assert after["change_seq"] == template["change_seq"] + 1
        assert fields(trail(api, template))[0] == ("unit_price", "10.00", "12.50")
    assert_same(factory.read(unrelated), unrelated)
    assert_same(factory.read(invoice), invoice)


@rule(
    "update_recurring_invoice_cost changes unit_cost of this item's lines on recurring invoices, and no price.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("recurring", [True, False])
def test_a_new_cost_reaches_templates_on_request(factory: Factory, recurring: bool) -> None:
    cost = "recurringcost" if recurring else "costprice"
    prices = {"baseprice": 10, "recurringprice": 10, "costprice": 4, "recurringcost": 4}
    item = factory.item(isrecurringitem=recurring, **prices)
    template = factory.template({"_itemid": item["id"]})
    changes = {"baseprice": 20, "recurringprice": 20, cost: 5}
    factory.save("item", {"id": item["id"], **changes})
    unchanged = factory.read(template)
    factory.save("item", {"id": item["id"], cost: 6, "update_recurring_invoice_cost": True})

    states = [record["lines"][0] for record in (template, unchanged, factory.read(template))]
    assert [(row["unit_price"], row["unit_cost"]) for row in states] == [(10, 4), (10, 4), (10, 6)]


@rule(
    "A run without nextcreationdate is dated today and bills each recurring invoice of the request by its own terms.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_each_template_of_a_request_has_its_own_run(api: Api, factory: Factory) -> None:
    undated = factory.template(line(1))
    dated = factory.template(line(2), period=2, nextcreationdate="2026-01-31")
    terms = factory.template(line(3), nextcreationdate="2026-02-10", due_date_int=30)
    body = [undated["id"], dated["id"], terms["id"]]
    invoices = api.call("recurring_invoice.process", expect=200, body=body)

    assert [row["total"] for row in invoices] == [1, 2, 3]
    assert [row["recurring_invoice_id"] for row in invoices] == body
    assert [row["client_id"] for row in invoices] == [
        row["client_id"] for row in (undated, dated, terms)
    ]
    dates = [row["invoice_date"][:10] for row in invoices]
    assert dates == [invoices[0]["date_created"][:10], "2026-01-31", "2026-02-10"]
    assert invoices[2]["duedate"][:10] == "2026-03-12"
