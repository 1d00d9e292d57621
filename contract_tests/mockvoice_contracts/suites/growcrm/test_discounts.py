"""The header discount, and what another tax mode does to it, to the lines and to the taxes."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, line, required_header


def change(api: Api, invoice: Record, expect: int = 200, **fields: Any) -> Record:
    body = {**required_header(invoice), **fields}
    answer: Record = api.call("invoices.update", expect=expect, invoiceId=invoice["id"], body=body)
    return answer["data"] if expect == 200 else answer


def discount_of(invoice: Record) -> tuple[str, str, str]:
    totals = invoice["totals"]
    return totals["discount_type"], totals["discount_percentage"], totals["discount_amount"]


@pytest.fixture
def invoice(make: Factory) -> Record:
    """A draft over 200.00 in summary mode."""
    return make.invoice(items=[line(quantity=2)])


def test_a_fixed_discount_is_kept_as_an_amount(api: Api, invoice: Record) -> None:
    changed = change(api, invoice, bill_discount_type="fixed", bill_discount_amount=12.345)

    assert discount_of(changed) == ("fixed", "0.00", "12.35")
    assert changed["totals"]["final_amount"] == "187.66"


def test_a_percentage_is_kept_and_its_amount_computed(api: Api, invoice: Record) -> None:
    changed = change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=12.5)

    assert discount_of(changed) == ("percentage", "12.50", "25.00")


def test_a_percentage_follows_new_lines_and_a_fixed_amount_does_not(
    api: Api, make: Factory, invoice: Record
) -> None:
    other = make.invoice(items=[line(quantity=2)])
    change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=10)
    change(api, other, bill_discount_type="fixed", bill_discount_amount=20)
    body = {"items": [line(rate=500)]}
    filled = [
        api.call("invoices.set_items", expect=200, invoiceId=each["id"], body=body)["data"]
        for each in (invoice, other)
    ]

    assert [each["totals"]["discount_amount"] for each in filled] == ["50.00", "20.00"]


def test_no_discount_clears_both_figures(api: Api, invoice: Record) -> None:
    change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=10)
    cleared = change(
        api,
        invoice,
        bill_discount_type="none",
        bill_discount_percentage=10,
        bill_discount_amount=10,
    )

    assert discount_of(cleared) == ("none", "0.00", "0.00")
    assert cleared["totals"]["final_amount"] == "200.00"


def test_each_kind_of_discount_clears_the_figure_of_the_other(api: Api, invoice: Record) -> None:
    change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=10)
    fixed = change(api, invoice, bill_discount_type="fixed", bill_discount_amount=15)
    back = change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=2)

    assert discount_of(fixed) == ("fixed", "0.00", "15.00")
    assert discount_of(back) == ("percentage", "2.00", "4.00")


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "figure"),
    [("fixed", "bill_discount_amount"), ("percentage", "bill_discount_percentage")],
)
def test_a_new_kind_without_its_figure_is_refused(
    api: Api, make: Factory, invoice: Record, kind: str, figure: str
) -> None:
    refused = change(api, invoice, 422, bill_discount_type=kind)

    assert list(refused["errors"]) == [figure]
    assert make.read("invoices", invoice) == invoice


@pytest.mark.assumed
def test_the_same_kind_without_its_figure_keeps_the_stored_one(api: Api, invoice: Record) -> None:
    change(api, invoice, bill_discount_type="fixed", bill_discount_amount=15)
    kept = change(api, invoice, bill_discount_type="fixed", bill_discount_amount=None)

    assert discount_of(kept) == ("fixed", "0.00", "15.00")


@pytest.mark.assumed
def test_a_figure_without_a_kind_applies_to_the_stored_kind(api: Api, invoice: Record) -> None:
    change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=10)
    changed = change(api, invoice, bill_discount_percentage=25, bill_discount_amount=3)

    assert discount_of(changed) == ("percentage", "25.00", "50.00")


@pytest.mark.assumed
def test_a_figure_without_any_kind_takes_nothing_off(api: Api, invoice: Record) -> None:
    changed = change(api, invoice, bill_discount_percentage=25, bill_discount_amount=3)

    assert changed["totals"] == invoice["totals"]


@pytest.mark.assumed
@pytest.mark.parametrize(
    ("field", "kind", "value"),
    [
        ("bill_discount_percentage", "percentage", -0.01),
        ("bill_discount_percentage", "percentage", 100.01),
        ("bill_discount_amount", "fixed", -0.01),
    ],
)
def test_a_figure_out_of_range_is_refused(
    api: Api, invoice: Record, field: str, kind: str, value: float
) -> None:
    refused = change(api, invoice, 422, bill_discount_type=kind, **{field: value})

    assert list(refused["errors"]) == [field]


def test_a_discount_of_a_hundred_percent_leaves_nothing(api: Api, invoice: Record) -> None:
    changed = change(api, invoice, bill_discount_type="percentage", bill_discount_percentage=100)

    assert changed["totals"]["final_amount"] == "0.00"


def test_an_adjustment_stays_until_another_is_sent(api: Api, invoice: Record) -> None:
    first = change(
        api, invoice, bill_adjustment_amount=-12.34, bill_adjustment_description="Goodwill"
    )
    kept = change(api, invoice)
    second = change(api, invoice, bill_adjustment_amount=0)

    assert first["totals"]["final_amount"] == "187.66"
    assert kept["totals"] == first["totals"]
    assert (second["totals"]["adjustment_amount"], second["totals"]["final_amount"]) == (
        "0.00",
        "200.00",
    )


def test_an_adjustment_may_make_the_invoice_negative(api: Api, invoice: Record) -> None:
    changed = change(api, invoice, bill_adjustment_amount=-250)

    assert changed["totals"]["final_amount"] == "-50.00"


@pytest.mark.assumed
def test_from_summary_to_inline_taxes_go_and_the_header_discount_rests(
    api: Api, make: Factory
) -> None:
    invoice = make.invoice(items=[line()], rates=["20"])
    change(api, invoice, bill_discount_type="fixed", bill_discount_amount=30)
    inline = change(api, invoice, bill_tax_type="inline")

    assert inline["tax_type"] == "inline"
    assert inline["taxes"] == []
    assert discount_of(inline) == ("fixed", "0.00", "0.00")
    assert inline["totals"]["subtotal_before_discount"] == "100.00"
    assert inline["totals"]["final_amount"] == "100.00"


@pytest.mark.assumed
def test_from_inline_to_summary_taxes_and_line_discounts_go_and_the_header_discount_counts(
    api: Api, make: Factory
) -> None:
    item = line(tax_rate_id=make.tax_rate_id("20"), discount_type="fixed", discount_value=10)
    invoice = make.invoice(items=[item], bill_tax_type="inline")
    change(api, invoice, bill_discount_type="fixed", bill_discount_amount=30)
    summary = change(api, invoice, bill_tax_type="summary")

    assert summary["taxes"] == []
    assert summary["line_items"][0]["discount"]["type"] == "none"
    assert summary["line_items"][0]["total"] == "100.00"
    assert discount_of(summary) == ("fixed", "0.00", "30.00")
    assert summary["totals"]["final_amount"] == "70.00"


@pytest.mark.assumed
def test_a_tax_that_a_change_of_mode_has_dropped_does_not_come_back(
    api: Api, make: Factory
) -> None:
    invoice = make.invoice(items=[line()], rates=["20"])
    change(api, invoice, bill_tax_type="inline")
    back = change(api, invoice, bill_tax_type="summary")

    assert back["taxes"] == []
    assert back["totals"]["final_amount"] == "100.00"


def test_the_same_mode_sent_again_changes_nothing(api: Api, make: Factory) -> None:
    summary = make.invoice(items=[line()], rates=["20"])
    item = line(tax_rate_id=make.tax_rate_id("5"), discount_type="percentage", discount_value=10)
    inline = make.invoice(items=[item], bill_tax_type="inline")

    assert change(api, summary, bill_tax_type="summary") == summary
    assert change(api, inline, bill_tax_type="inline") == inline
