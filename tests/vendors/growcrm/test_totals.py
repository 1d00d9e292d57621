"""Expected amounts, from the files that the contract tests use too."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.resources import resource
from mockvoice.vendors.growcrm.models import AppliedTax, Bill, Line
from mockvoice.vendors.growcrm.rules.totals import format_amount, with_totals

CASES = sorted(resource("fixtures", "growcrm", "totals").iterdir(), key=lambda path: path.name)


def tax(percent: Decimal) -> AppliedTax:
    return AppliedTax("Tax", Decimal(percent), format_amount(Decimal(percent)))


def bill_of(case: dict) -> Bill:
    header = case["header"]
    return Bill(
        client_id=1,
        project_id=None,
        category_id=4,
        date=date(2026, 3, 2),
        created="2026-03-02T08:15:00.000000Z",
        tax_type=case["tax_type"],
        discount_type=header.get("bill_discount_type", "none"),
        discount_percentage=Decimal(header.get("bill_discount_percentage", 0)),
        discount_amount=Decimal(header.get("bill_discount_amount", 0)),
        adjustment_amount=Decimal(header.get("bill_adjustment_amount", 0)),
        taxes=tuple(tax(percent) for percent in case["taxes"]),
        lines=tuple(
            Line(
                id=number,
                description=item["description"],
                long_description=None,
                unit=None,
                quantity=Decimal(item["quantity"]),
                rate=Decimal(item["rate"]),
                discount_type=item.get("discount_type", "none"),
                discount_value=Decimal(item.get("discount_value", 0)),
                tax=tax(item["tax_rate"]) if "tax_rate" in item else None,
            )
            for number, item in enumerate(case["items"], 1)
        ),
    )


def test_there_are_cases_of_both_modes() -> None:
    modes = [json.loads(path.read_bytes())["tax_type"] for path in CASES]

    assert modes.count("summary") >= 5
    assert modes.count("inline") >= 4


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.removesuffix(".json"))
def test_a_bill_has_the_expected_amounts(path) -> None:
    case = json.loads(path.read_bytes(), parse_float=Decimal)
    bill = with_totals(bill_of(case))

    expected = case["expected"]
    not_amounts = ("discount_type", "adjustment_description")
    amounts = {name: text for name, text in expected["totals"].items() if name not in not_amounts}
    assert {name: getattr(bill.figures, name) for name in amounts} == amounts
    assert [
        {
            "quantity": line.shown_quantity,
            "rate": line.shown_rate,
            "total": line.shown_total,
            "discount": line.shown_discount_amount,
        }
        for line in bill.lines
    ] == [
        {**without_tax(line), "discount": line["discount"]["amount"]} for line in expected["lines"]
    ]


def without_tax(line: dict) -> dict:
    return {name: value for name, value in line.items() if name != "tax_status"}


@given(
    quantity=st.decimals("0.001", "999", places=3),
    rate=st.decimals("0.001", "9999", places=4),
    percentage=st.decimals("0", "100", places=2),
    fixed=st.decimals("0", "99999", places=2),
    tax_rate=st.sampled_from([None, "5", "19.6"]),
)
def test_a_discounted_line_is_never_negative_and_a_full_discount_leaves_nothing(
    quantity, rate, percentage, fixed, tax_rate
) -> None:
    for kind, value in (("percentage", percentage), ("fixed", fixed), ("percentage", Decimal(100))):
        item = {"description": "Work", "quantity": quantity, "rate": rate,
                "discount_type": kind, "discount_value": value}  # fmt: skip
        if tax_rate is not None:
            item["tax_rate"] = tax_rate
        figures = with_totals(
            bill_of({"tax_type": "inline", "header": {}, "taxes": [], "items": [item]})
        ).figures

        assert Decimal(figures.final_amount) >= 0
    assert figures.final_amount == "0.00"
