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


RATES = st.lists(st.decimals("-9999", "9999", places=3), min_size=1, max_size=4)


def bill_of_rates(rates, taxes=(), header=(), **line) -> Bill:
    items = [{"description": "Work", "quantity": 1, "rate": rate, **line} for rate in rates]
    tax_type = "inline" if line else "summary"
    return with_totals(
        bill_of({"tax_type": tax_type, "header": dict(header), "taxes": taxes, "items": items})
    )


@given(
    rates=RATES,
    percentage=st.decimals("0", "100", places=2),
    fixed=st.decimals("0", "99999", places=2),
    taxes=st.sampled_from([[], ["8"], ["10", "2.5"]]),
)
def test_a_discount_up_to_the_subtotal_never_turns_the_final_amount_around(
    rates, percentage, fixed, taxes
) -> None:
    plain = bill_of_rates(rates, taxes).figures
    subtotal, final = Decimal(plain.subtotal), Decimal(plain.final_amount)
    header = {"bill_discount_type": "percentage", "bill_discount_percentage": percentage}
    discounted = Decimal(bill_of_rates(rates, taxes, header).figures.final_amount)
    assert min(final, 0) <= discounted <= max(final, 0)
    if subtotal > 0:
        amount = min(fixed, subtotal)
        header = {"bill_discount_type": "fixed", "bill_discount_amount": amount}
        discounted = Decimal(bill_of_rates(rates, taxes, header).figures.final_amount)
        assert 0 <= discounted <= final


@given(
    rates=RATES,
    kind=st.sampled_from(["percentage", "fixed"]),
    value=st.decimals("0", "100", places=2),
    tax_rate=st.sampled_from(["0", "19.6"]),
)
def test_a_discount_of_a_line_never_changes_its_sign(rates, kind, value, tax_rate) -> None:
    discount = {"discount_type": kind, "discount_value": value}
    discounted = bill_of_rates(rates, tax_rate=tax_rate, **discount)
    plain = bill_of_rates(rates, tax_rate=tax_rate)
    for line, full in zip(discounted.lines, plain.lines, strict=True):
        total, full_total = Decimal(line.shown_total), Decimal(full.shown_total)
        assert min(full_total, 0) <= total <= max(full_total, 0)
        assert total == full_total or full_total > 0
    assert Decimal(discounted.figures.subtotal) <= Decimal(plain.figures.subtotal)


def test_a_negative_line_reduces_subtotal_discount_and_tax() -> None:
    header = {"bill_discount_type": "percentage", "bill_discount_percentage": 10}
    figures = bill_of_rates(["100", "-20"], ["5"], header).figures

    assert (figures.subtotal, figures.discount_amount, figures.tax_total_amount) == (
        "80.00", "8.00", "3.60",
    )  # fmt: skip
    assert figures.final_amount == "75.60"
