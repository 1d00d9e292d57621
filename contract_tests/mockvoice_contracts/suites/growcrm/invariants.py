"""Invariants of every bill in Grow CRM's responses."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Record = dict[str, Any]
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def rounded(amount: Decimal) -> Decimal:
    """Round to the cent, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def bills_in(body: Any) -> Iterator[Record]:
    """Yield every invoice and estimate of a response body."""
    data = body.get("data") if isinstance(body, dict) else None
    for record in data if isinstance(data, list) else [data]:
        if isinstance(record, dict) and "totals" in record:
            yield record


def check_bill(bill: Record) -> None:
    """Raise ``AssertionError`` if the amounts of a bill are inconsistent."""
    check = _check_inline if bill["tax_type"] == "inline" else _check_summary
    check(bill, _amounts(bill["totals"]))


def _amounts(totals: Record) -> dict[str, Decimal]:
    text_fields = ("discount_type", "adjustment_description")
    return {name: Decimal(text) for name, text in totals.items() if name not in text_fields}


def _check_summary(bill: Record, amounts: dict[str, Decimal]) -> None:
    """Check a bill; each amount is rounded separately, so sums may differ by some cents."""
    lines = [Decimal(line["total"]) for line in bill["line_items"]]
    rates = [Decimal(tax["rate"]) for tax in bill["taxes"]]
    _assert_equal(bill, "subtotal", amounts["subtotal"], sum(lines, Decimal(0)))
    _assert_equal(bill, "subtotal_before_discount", amounts["subtotal_before_discount"], Decimal(0))
    _assert_equal(
        bill, "tax_total_percentage", amounts["tax_total_percentage"], sum(rates, Decimal(0))
    )
    _assert_close(
        bill,
        "amount_before_tax",
        amounts["amount_before_tax"],
        amounts["subtotal"] - amounts["discount_amount"],
    )
    tax = amounts["amount_before_tax"] * amounts["tax_total_percentage"] / HUNDRED
    _assert_close(
        bill,
        "tax_total_amount",
        amounts["tax_total_amount"],
        tax,
        CENT * (1 + amounts["tax_total_percentage"] / HUNDRED),
    )
    final = (
        amounts["amount_before_tax"] + amounts["tax_total_amount"] + amounts["adjustment_amount"]
    )
    _assert_close(bill, "final_amount", amounts["final_amount"], final, 2 * CENT)
    if bill["totals"]["discount_type"] == "none":
        _assert_equal(bill, "discount_amount", amounts["discount_amount"], Decimal(0))
    if bill["totals"]["discount_type"] != "percentage":
        _assert_equal(bill, "discount_percentage", amounts["discount_percentage"], Decimal(0))
    for line in bill["line_items"]:
        _assert_equal(bill, "line discount", Decimal(line["discount"]["amount"]), Decimal(0))
    _check_taxed_lines(bill, {None} if bill["taxes"] else set())


def _check_inline(bill: Record, amounts: dict[str, Decimal]) -> None:
    lines = bill["line_items"]
    rates = {tax["lineitem_id"]: Decimal(tax["rate"]) for tax in bill["taxes"]}
    totals = {line["id"]: Decimal(line["total"]) for line in lines}
    discounts = [Decimal(line["discount"]["amount"]) for line in lines]
    included_taxes = (totals[line_id] * rate / (HUNDRED + rate) for line_id, rate in rates.items())
    tax_total = sum(included_taxes, Decimal(0))
    _assert_equal(bill, "subtotal", amounts["subtotal"], sum(totals.values(), Decimal(0)))
    _assert_equal(bill, "amount_before_tax", amounts["amount_before_tax"], amounts["subtotal"])
    _assert_equal(bill, "discount_amount", amounts["discount_amount"], sum(discounts, Decimal(0)))
    _assert_equal(bill, "tax_total_percentage", amounts["tax_total_percentage"], Decimal(0))
    _assert_equal(bill, "tax_total_amount", amounts["tax_total_amount"], rounded(tax_total))
    # The adjustment may have more decimals than the API shows.
    _assert_close(
        bill,
        "final_amount",
        amounts["final_amount"],
        amounts["subtotal"] + amounts["adjustment_amount"],
    )
    _check_taxed_lines(bill, rates.keys())


def _check_taxed_lines(bill: Record, taxed: Any) -> None:
    lines = {line["id"] for line in bill["line_items"]} if bill["tax_type"] == "inline" else {None}
    _assert(bill, set(taxed) <= lines, "a tax refers to a line that is not in the bill")


def _assert_equal(bill: Record, field: str, actual: Decimal, expected: Decimal) -> None:
    _assert(bill, actual == expected, f"{field} is {actual}, expected {expected}")


def _assert_close(
    bill: Record, field: str, actual: Decimal, expected: Decimal, tolerance: Decimal = CENT
) -> None:
    difference = abs(actual - expected)
    _assert(bill, difference <= tolerance, f"{field} is {actual}, expected about {expected}")


def _assert(bill: Record, condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(f"bill {bill['id']} in {bill['tax_type']} mode: {problem}")
