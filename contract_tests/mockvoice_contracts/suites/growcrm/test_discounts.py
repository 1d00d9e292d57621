"""Discounts and adjustments of the header, and the effects of a new tax mode."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    Factory,
    Record,
    id_parameter,
    line,
    required_header,
)

BILLS = pytest.mark.parametrize("kind", ["invoices", "estimates"])


def kind_of(bill: Record) -> str:
    return "estimates" if "expiry_date" in bill["dates"] else "invoices"


def update(api: Api, bill: Record, expect: int = 200, **fields: Any) -> Record:
    kind = kind_of(bill)
    body = {**required_header(bill), **fields}
    response: Record = api.call(
        f"{kind}.update", expect=expect, body=body, **id_parameter(kind, bill)
    )
    return response["data"] if expect == 200 else response


def discount_of(bill: Record) -> tuple[str, str, str]:
    totals = bill["totals"]
    return totals["discount_type"], totals["discount_percentage"], totals["discount_amount"]


@pytest.fixture(params=["invoices", "estimates"])
def bill(request: pytest.FixtureRequest, factory: Factory) -> Record:
    """A draft of 200.00 in summary mode."""
    created: Record = getattr(factory, request.param[:-1])(items=[line(quantity=2)])
    return created


@rule(
    "`bill_discount_type` `fixed` with 12.345 on 200.00 gives discount_amount 12.35, percentage 0.00 and final_amount 187.66 (rounded separately).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_fixed_discount_is_stored_as_an_amount(api: Api, bill: Record) -> None:
    updated = update(api, bill, bill_discount_type="fixed", bill_discount_amount=12.345)

    assert discount_of(updated) == ("fixed", "0.00", "12.35")
    assert updated["totals"]["final_amount"] == "187.66"


@rule(
    "`bill_discount_type` `percentage` with 12.5 on 200.00 gives discount_percentage 12.50 and discount_amount 25.00.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_percentage_is_stored_and_its_amount_calculated(api: Api, bill: Record) -> None:
    updated = update(api, bill, bill_discount_type="percentage", bill_discount_percentage=12.5)

    assert discount_of(updated) == ("percentage", "12.50", "25.00")


@rule(
    "PUT items recalculates a discount of 10 % (of 500.00 it is 50.00) and keeps a fixed one of 20.00.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_new_lines_change_a_percentage_discount_and_not_a_fixed_one(
    api: Api, factory: Factory, bill: Record
) -> None:
    kind = kind_of(bill)
    other = getattr(factory, kind[:-1])(items=[line(quantity=2)])
    update(api, bill, bill_discount_type="percentage", bill_discount_percentage=10)
    update(api, other, bill_discount_type="fixed", bill_discount_amount=20)
    body = {"items": [line(rate=500)]}
    updated = [
        api.call(f"{kind}.set_items", expect=200, body=body, **id_parameter(kind, row))["data"]
        for row in (bill, other)
    ]

    assert [bill["totals"]["discount_amount"] for bill in updated] == ["50.00", "20.00"]


@rule(
    "`bill_discount_type` `none` sets percentage and amount of the discount to 0.00, whatever else is sent.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_discount_type_none_clears_both_values(api: Api, bill: Record) -> None:
    update(api, bill, bill_discount_type="percentage", bill_discount_percentage=10)
    cleared = update(
        api,
        bill,
        bill_discount_type="none",
        bill_discount_percentage=10,
        bill_discount_amount=10,
    )

    assert discount_of(cleared) == ("none", "0.00", "0.00")
    assert cleared["totals"]["final_amount"] == "200.00"


@rule(
    "A change between `percentage` and `fixed` clears the value of the former type.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_each_discount_type_clears_the_value_of_the_other(api: Api, bill: Record) -> None:
    update(api, bill, bill_discount_type="percentage", bill_discount_percentage=10)
    fixed = update(api, bill, bill_discount_type="fixed", bill_discount_amount=15)
    percentage = update(api, bill, bill_discount_type="percentage", bill_discount_percentage=2)

    assert discount_of(fixed) == ("fixed", "0.00", "15.00")
    assert discount_of(percentage) == ("percentage", "2.00", "4.00")


@rule(
    "A change to `bill_discount_type` `{discount_type}` without `{field}` gets 422 with an error for it.",
    source="Assumed: the page says nothing of a type without its value",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("discount_type", "field"),
    [("fixed", "bill_discount_amount"), ("percentage", "bill_discount_percentage")],
)
def test_a_new_discount_type_without_its_value_is_rejected(
    api: Api, factory: Factory, bill: Record, discount_type: str, field: str
) -> None:
    response = update(api, bill, 422, bill_discount_type=discount_type)

    assert list(response["errors"]) == [field]
    assert factory.read(kind_of(bill), bill) == bill


@rule(
    "`bill_discount_type` `fixed` sent again without an amount keeps the stored amount.",
    source="Assumed: the page says nothing of a type without its value",
)
@pytest.mark.assumed
def test_the_same_discount_type_without_its_value_keeps_the_stored_value(
    api: Api, bill: Record
) -> None:
    update(api, bill, bill_discount_type="fixed", bill_discount_amount=15)
    unchanged = update(api, bill, bill_discount_type="fixed", bill_discount_amount=None)

    assert discount_of(unchanged) == ("fixed", "0.00", "15.00")


@rule(
    "`bill_discount_percentage` without a type changes the stored percentage, and an amount is then ignored.",
    source="Assumed: the page says nothing of a value without a type",
)
@pytest.mark.assumed
def test_a_value_without_a_discount_type_applies_to_the_stored_type(api: Api, bill: Record) -> None:
    update(api, bill, bill_discount_type="percentage", bill_discount_percentage=10)
    updated = update(api, bill, bill_discount_percentage=25, bill_discount_amount=3)

    assert discount_of(updated) == ("percentage", "25.00", "50.00")


@rule(
    "Discount values without a type change no total if the stored type is `none`.",
    source="Assumed: the page says nothing of a value without a type",
)
@pytest.mark.assumed
def test_a_value_has_no_effect_if_the_stored_discount_type_is_none(api: Api, bill: Record) -> None:
    updated = update(api, bill, bill_discount_percentage=25, bill_discount_amount=3)

    assert updated["totals"] == bill["totals"]


@rule(
    "`{field}` {value} gets 422 with an error for it.",
    source="Assumed: the page gives no range; the web form refuses more than 100 %",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("field", "discount_type", "value"),
    [
        ("bill_discount_percentage", "percentage", -0.01),
        ("bill_discount_percentage", "percentage", 100.01),
        ("bill_discount_amount", "fixed", -0.01),
    ],
)
def test_a_value_out_of_range_is_rejected(
    api: Api, bill: Record, field: str, discount_type: str, value: float
) -> None:
    response = update(api, bill, 422, bill_discount_type=discount_type, **{field: value})

    assert list(response["errors"]) == [field]


@rule(
    "A discount of 100 % makes final_amount 0.00.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_a_discount_of_a_hundred_percent_makes_the_final_amount_zero(
    api: Api, bill: Record
) -> None:
    updated = update(api, bill, bill_discount_type="percentage", bill_discount_percentage=100)

    assert updated["totals"]["final_amount"] == "0.00"


@rule(
    "`bill_adjustment_amount` -12.34 on 200.00 gives 187.66, stays in later updates, and 0 gives 200.00 again.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_an_adjustment_stays_until_another_is_sent(api: Api, bill: Record) -> None:
    first = update(api, bill, bill_adjustment_amount=-12.34, bill_adjustment_description="Goodwill")
    unchanged = update(api, bill)
    second = update(api, bill, bill_adjustment_amount=0)

    assert first["totals"]["final_amount"] == "187.66"
    assert unchanged["totals"] == first["totals"]
    assert (second["totals"]["adjustment_amount"], second["totals"]["final_amount"]) == (
        "0.00",
        "200.00",
    )


@rule(
    "`bill_adjustment_amount` -250 on 200.00 gives final_amount -50.00.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_adjustment_can_make_the_final_amount_negative(api: Api, bill: Record) -> None:
    updated = update(api, bill, bill_adjustment_amount=-250)

    assert updated["totals"]["final_amount"] == "-50.00"


@rule(
    "PATCH to `bill_tax_type` `inline` removes all taxes, and the header discount has no effect on final_amount.",
    source="Assumed: the CRM deletes all taxes with the mode, the rest is a choice",
)
@pytest.mark.assumed
@BILLS
def test_switching_to_inline_drops_the_taxes_and_ignores_the_header_discount(
    api: Api, factory: Factory, kind: str
) -> None:
    bill = getattr(factory, kind[:-1])(items=[line()], rates=["20"])
    update(api, bill, bill_discount_type="fixed", bill_discount_amount=30)
    inline = update(api, bill, bill_tax_type="inline")

    assert inline["tax_type"] == "inline"
    assert inline["taxes"] == []
    assert discount_of(inline) == ("fixed", "0.00", "0.00")
    assert inline["totals"]["subtotal_before_discount"] == "100.00"
    assert inline["totals"]["final_amount"] == "100.00"


@rule(
    "PATCH to `bill_tax_type` `summary` removes taxes and line discounts, and applies the header discount.",
    source="Assumed: the CRM deletes all taxes with the mode, the rest is a choice",
)
@pytest.mark.assumed
@BILLS
def test_switching_to_summary_drops_taxes_and_line_discounts_and_applies_the_header_discount(
    api: Api, factory: Factory, kind: str
) -> None:
    item = line(tax_rate_id=factory.tax_rate_id("20"), discount_type="fixed", discount_value=10)
    bill = getattr(factory, kind[:-1])(items=[item], bill_tax_type="inline")
    update(api, bill, bill_discount_type="fixed", bill_discount_amount=30)
    summary = update(api, bill, bill_tax_type="summary")

    assert summary["taxes"] == []
    assert summary["line_items"][0]["discount"]["type"] == "none"
    assert summary["line_items"][0]["total"] == "100.00"
    assert discount_of(summary) == ("fixed", "0.00", "30.00")
    assert summary["totals"]["final_amount"] == "70.00"


@rule(
    "A change to `inline` and back to `summary` does not bring back the removed taxes.",
    source="Assumed: follows from the CRM's deletion of taxes with the mode",
)
@pytest.mark.assumed
@BILLS
def test_switching_back_does_not_restore_dropped_taxes(
    api: Api, factory: Factory, kind: str
) -> None:
    bill = getattr(factory, kind[:-1])(items=[line()], rates=["20"])
    update(api, bill, bill_tax_type="inline")
    summary = update(api, bill, bill_tax_type="summary")

    assert summary["taxes"] == []
    assert summary["totals"]["final_amount"] == "100.00"


@rule(
    "PATCH with the `bill_tax_type` that the invoice has changes nothing.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@BILLS
def test_an_update_with_the_same_tax_mode_changes_nothing(
    api: Api, factory: Factory, kind: str
) -> None:
    summary = getattr(factory, kind[:-1])(items=[line()], rates=["20"])
    item = line(tax_rate_id=factory.tax_rate_id("5"), discount_type="percentage", discount_value=10)
    inline = getattr(factory, kind[:-1])(items=[item], bill_tax_type="inline")

    assert update(api, summary, bill_tax_type="summary") == summary
    assert update(api, inline, bill_tax_type="inline") == inline
