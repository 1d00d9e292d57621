"""Values of zero that are sent: they are values, and no reason for a default."""

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory

RESOURCES = ["invoice", "recurring_invoice"]


@rule(
    "A line of {resource} takes price and cost of its item only if they are missing, not if they are 0.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("sent", "price", "cost"), [
    ({}, 9, 4), ({"unit_price": 0}, 0, 4), ({"unit_cost": 0}, 9, 0),
    ({"unit_price": 0, "unit_cost": 0}, 0, 0), ({"unit_price": None}, 9, 4),
])  # fmt: skip
def test_a_price_of_zero_is_not_replaced(
    factory: Factory, resource: str, sent: dict[str, object], price: int, cost: int
) -> None:
    item = factory.item(baseprice=9, costprice=4)
    record = factory.header(resource, {"_itemid": item["id"], **sent})
    stored = record["lines"][0]

    assert (stored["unit_price"], stored["unit_cost"]) == (price, cost)
    assert record["total"] == price


@rule(
    "A line of {resource} with tax_rate 0 has no tax, whatever the rate of its item.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", RESOURCES)
def test_a_tax_rate_of_zero_is_not_replaced(factory: Factory, resource: str) -> None:
    item = factory.item(taxcode=factory.tax(20)["id"])
    taxes = [
        factory.header(resource, {"_itemid": item["id"], "unit_price": 100, **sent})["tax_total"]
        for sent in ({}, {"tax_rate": 0})
    ]

    assert taxes == [20, 0]


@rule(
    "An update of a line of {resource} to quantity, price or discount 0 stores 0.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("field", "total"), [("qty_order", 0), ("unit_price", 0), ("discount_perc", 20)]
)
def test_an_update_to_zero_is_stored(
    factory: Factory, resource: str, field: str, total: int
) -> None:
    record = factory.header(resource, {"unit_price": 10, "qty_order": 2, "discount_perc": 50})
    changed = factory.save(
        resource, {"id": record["id"], "lines": [{"id": record["lines"][0]["id"], field: 0}]}
    )

    assert record["total"] == 10
    assert (changed["lines"][0][field], changed["total"]) == (0, total)
