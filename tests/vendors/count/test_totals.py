"""Totals against the worked figures."""

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.kernel.money import quantize
from mockvoice.vendors.count.models import Content, Line, LineTax, Tax
from mockvoice.vendors.count.rules.totals import inclusive_taxes, max_discount, with_totals
from mockvoice.web.contract import resource

CASES = sorted(resource("fixtures", "count", "totals").iterdir(), key=lambda path: path.name)


def content(products, setting="exclusive", discount="0"):
    lines = tuple(
        Line(
            product_id="p",
            category_id="c",
            description="",
            quantity=Decimal(str(quantity)),
            unit_price=Decimal(str(price)),
            taxes=tuple(LineTax(Tax(n, str(n), "", Decimal(rate))) for n, rate in enumerate(rates)),
        )
        for quantity, price, rates in products
    )
    made = Content("c", "invoice", "USD", setting, lines, discount=Decimal(discount))
    return with_totals(made)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_worked_figures(path):
    case = orjson.loads(path.read_bytes())
    products = [(each["quantity"], each["unitPrice"], each["taxes"]) for each in case["products"]]
    found = content(products, case["taxSetting"], str(case["discount"]))
    expected = case["expected"]

    assert [line.amount for line in found.lines] == [line[0] for line in expected["lines"]]
    assert [line.tax_amount for line in found.lines] == [line[1] for line in expected["lines"]]
    assert found.totals.subtotal == expected["subtotal"]
    assert found.totals.tax == expected["taxTotal"]
    assert found.totals.total == expected["total"]


prices = st.decimals(0, 10**8, places=6)
rates = st.lists(st.decimals(0, 40, places=3), max_size=4)
setting = st.sampled_from(["exclusive", "inclusive", "none"])


@given(
    st.lists(
        st.tuples(st.decimals("0.000001", 10**5, places=6), prices, rates), min_size=1, max_size=5
    ),
    setting,
)
def test_sums_agree_in_every_mode(products, mode):
    found = content(products, mode)
    subtotal, tax, total = (
        Decimal(each) for each in (found.totals.subtotal, found.totals.tax, found.totals.total)
    )

    assert subtotal + tax == total == max_discount(found)
    assert tax == sum(Decimal(line.tax_amount) for line in found.lines)
    for line in found.lines:
        assert Decimal(line.tax_amount) == sum(Decimal(each.amount) for each in line.taxes)
        assert Decimal(line.amount) == quantize(line.quantity * line.unit_price)
    if mode != "exclusive":
        assert total == sum(Decimal(line.amount) for line in found.lines)
    if mode == "none":
        assert tax == 0


@given(
    st.decimals(0, 10**6, places=2), st.lists(st.decimals(0, 40, places=3), min_size=1, max_size=4)
)
def test_contained_taxes_add_up_to_what_is_contained(amount, percentages):
    shares = inclusive_taxes(amount, percentages)
    whole = sum(percentages)

    assert sum(shares) == (quantize(amount - amount * 100 / (100 + whole)) if whole else 0)
