"""Known amounts, from the files that the contract tests use too."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mockvoice.resources import resource
from mockvoice.vendors.halo.models import AppliedTax, Line
from mockvoice.vendors.halo.rules.totals import (
    invoice_figures,
    line_figures,
    prorate,
    to_home_currency,
)

CASES = sorted(resource("fixtures", "halo", "totals").iterdir(), key=lambda path: path.name)


def lines_of(case: dict[str, Any]) -> list[Line]:
    return [
        Line(
            id=number,
            quantity=Decimal(str(body["qty_order"])),
            price=Decimal(str(body["unit_price"])),
            discount=Decimal(str(body["discount_perc"])),
            tax=AppliedTax(rate=Decimal(str(body["tax_rate"]))),
            heading=body.get("isgroupdesc", False),
            inactive=body.get("isinactive", False),
        )
        for number, body in enumerate(case["lines"], start=1)
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_the_known_amounts_are_calculated(path: Any) -> None:
    case = json.loads(path.read_bytes())
    expected, lines = case["expected"], lines_of(case)

    figures = invoice_figures(lines)

    for name in ("revenue", "tax_total", "total", "discount"):
        assert getattr(figures, name) == Decimal(expected[name]), name
    for line, amounts in zip(lines, expected["lines"], strict=True):
        line_amounts = line_figures(line)
        assert (line_amounts.net, line_amounts.tax) == (
            Decimal(amounts["net_amount"]),
            Decimal(amounts["tax_amount"]),
        )
        assert (line_amounts.price, line_amounts.discount) == (
            Decimal(amounts["total_price"]), Decimal(amounts["total_discount"]),
        )  # fmt: skip


def test_foreign_amounts_are_divided_by_the_rate() -> None:
    assert to_home_currency(Decimal(100), Decimal("1.25")) == 80
    assert to_home_currency(Decimal("12.345"), Decimal(3), 4) == Decimal("4.1150")
    assert to_home_currency(Decimal("0.005"), Decimal(1)) == Decimal("0.005")


def test_a_part_of_a_period_costs_a_part_of_the_price() -> None:
    assert prorate(Decimal(15), 16, 31) == Decimal("7.74")
