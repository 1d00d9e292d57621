"""Totals: the worked examples in ``fixtures``, and invariants of every document."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.vendors.optiflow.rules.records import format_amount
from mockvoice.vendors.optiflow.rules.totals import amount_due, document_totals, line_totals
from mockvoice.web.contract import resource

CASES = sorted(resource("fixtures", "optiflow", "totals").iterdir(), key=lambda path: path.name)


def calculate_line(item):
    return line_totals(
        Decimal(item["quantity"]),
        Decimal(item["unit_price"]),
        [Decimal(tax.split()[1]) for tax in item["taxes"]],
        discount_rate=Decimal(item["discount_rate"]) if "discount_rate" in item else None,
        discount_amount=Decimal(item["discount_amount"]) if "discount_amount" in item else None,
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_the_worked_examples_match_to_the_cent(path):
    case = json.loads(path.read_bytes())
    lines = [calculate_line(item) for item in case["items"]]
    totals = document_totals(lines)

    expected = case["expected"]
    for line, expected_line in zip(lines, expected["items"], strict=True):
        assert format_amount(line.subtotal) == expected_line["subtotal"]
        assert format_amount(line.discount_rate) == expected_line["discount_rate"]
        assert format_amount(line.discount_amount) == expected_line["discount_amount"]
        assert list(map(format_amount, line.tax_amounts)) == expected_line["taxes"]
        assert format_amount(line.tax_amount) == expected_line["tax_amount"]
        assert format_amount(line.total) == expected_line["total"]
    for name in ("subtotal_amount", "discount_amount", "tax_amount", "total_amount"):
        assert format_amount(getattr(totals, name)) == expected[name]


cents = st.decimals(0, 99_999_999, places=2)
rates = st.decimals(0, 100, places=2)
lines = st.builds(
    lambda quantity, price, taxes, rate: line_totals(quantity, price, taxes, discount_rate=rate),
    cents, cents, st.lists(rates, max_size=3), st.none() | rates,
)  # fmt: skip


@given(st.lists(lines, max_size=5))
def test_every_sum_is_exact(calculated_lines):
    totals = document_totals(calculated_lines)

    assert (
        totals.total_amount == totals.subtotal_amount - totals.discount_amount + totals.tax_amount
    )
    assert totals.total_amount == sum(line.total for line in calculated_lines)
    for line in calculated_lines:
        assert line.total == line.subtotal - line.discount_amount + sum(line.tax_amounts)
        assert 0 <= line.discount_amount <= line.subtotal


def test_the_amount_due_is_never_below_zero():
    assert amount_due(Decimal("10.00"), Decimal("12.00")) == 0
