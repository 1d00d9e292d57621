"""Totals of the worked examples, and invariants of all totals."""

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.kernel.money import quantize
from mockvoice.resources import resource
from mockvoice.vendors.count.models import DocumentContent, Line, LineTax, Tax
from mockvoice.vendors.count.rules.totals import inclusive_taxes, max_discount, with_totals

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
    unpriced = DocumentContent("c", "invoice", "USD", setting, lines, discount=Decimal(discount))
    return with_totals(unpriced)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_worked_examples(path):
    case = orjson.loads(path.read_bytes())
    products = [(line["quantity"], line["unitPrice"], line["taxes"]) for line in case["products"]]
    result = content(products, case["taxSetting"], str(case["discount"]))
    expected = case["expected"]

    assert [line.amount for line in result.lines] == [line[0] for line in expected["lines"]]
    assert [line.tax_amount for line in result.lines] == [line[1] for line in expected["lines"]]
    assert result.totals.subtotal == expected["subtotal"]
    assert result.totals.tax == expected["taxTotal"]
    assert result.totals.total == expected["total"]


prices = st.decimals(0, 10**8, places=6)
rates = st.lists(st.decimals(0, 40, places=3), max_size=4)
setting = st.sampled_from(["exclusive", "inclusive", "none"])


@given(
    st.lists(
        st.tuples(st.decimals("0.000001", 10**5, places=6), prices, rates), min_size=1, max_size=5
    ),
    setting,
)
def test_totals_add_up_in_every_mode(products, mode):
    result = content(products, mode)
    subtotal, tax, total = (
        Decimal(amount)
        for amount in (result.totals.subtotal, result.totals.tax, result.totals.total)
    )

    assert subtotal + tax == total == max_discount(result)
    assert tax == sum(Decimal(line.tax_amount) for line in result.lines)
    for line in result.lines:
        assert Decimal(line.tax_amount) == sum(Decimal(tax.amount) for tax in line.taxes)
        assert Decimal(line.amount) == quantize(line.quantity * line.unit_price)
    if mode != "exclusive":
        assert total == sum(Decimal(line.amount) for line in result.lines)
    if mode == "none":
        assert tax == 0


@given(
    st.decimals(0, 10**6, places=2), st.lists(st.decimals(0, 40, places=3), min_size=1, max_size=4)
)
def test_inclusive_taxes_add_up_to_the_contained_tax(amount, percentages):
    shares = inclusive_taxes(amount, percentages)
    combined = sum(percentages)

    assert sum(shares) == (quantize(amount - amount * 100 / (100 + combined)) if combined else 0)


def test_lines_share_taxes_only_if_their_rates_have_the_same_digits():
    rates = ["9", "9.0"]
    lines = [
        Line("p", "c", "text", Decimal(1), Decimal(10), (LineTax(Tax(1, "u", "n", Decimal(rate))),))
        for rate in rates
    ]
    content = with_totals(DocumentContent("c", "invoice", "USD", "exclusive", tuple(lines)))

    assert [str(line.taxes[0].tax.percentage) for line in content.lines] == rates
