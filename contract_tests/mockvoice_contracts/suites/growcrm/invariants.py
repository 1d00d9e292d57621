"""What holds of every bill that Grow CRM shows, whoever made it and however."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Record = dict[str, Any]
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def bills_in(body: Any) -> Iterator[Record]:
    """Every invoice and estimate in an answer."""
    data = body.get("data") if isinstance(body, dict) else None
    for record in data if isinstance(data, list) else [data]:
        if isinstance(record, dict) and "totals" in record:
            yield record


def check_bill(bill: Record) -> None:
    """Raise ``AssertionError`` unless the amounts of a bill belong together."""
    (_check_inline if bill["tax_type"] == "inline" else _check_summary)(
        bill, _amounts(bill["totals"])
    )


def _amounts(totals: Record) -> dict[str, Decimal]:
    texts = ("discount_type", "adjustment_description")
    return {name: Decimal(text) for name, text in totals.items() if name not in texts}


def _check_summary(bill: Record, is_: dict[str, Decimal]) -> None:
    """Shown parts may miss the shown final by a cent each, since each is rounded by itself."""
    lines = [Decimal(line["total"]) for line in bill["line_items"]]
    rates = [Decimal(tax["rate"]) for tax in bill["taxes"]]
    _assert_equal(bill, "subtotal", is_["subtotal"], sum(lines, Decimal(0)))
    _assert_equal(bill, "subtotal_before_discount", is_["subtotal_before_discount"], Decimal(0))
    _assert_equal(bill, "tax_total_percentage", is_["tax_total_percentage"], sum(rates, Decimal(0)))
    _assert_close(
        bill,
        "amount_before_tax",
        is_["amount_before_tax"],
        is_["subtotal"] - is_["discount_amount"],
    )
    tax = is_["amount_before_tax"] * is_["tax_total_percentage"] / HUNDRED
    _assert_close(
        bill,
        "tax_total_amount",
        is_["tax_total_amount"],
        tax,
        CENT * (1 + is_["tax_total_percentage"] / HUNDRED),
    )
    final = is_["amount_before_tax"] + is_["tax_total_amount"] + is_["adjustment_amount"]
    _assert_close(bill, "final_amount", is_["final_amount"], final, 2 * CENT)
    if bill["totals"]["discount_type"] == "none":
        _assert_equal(bill, "discount_amount", is_["discount_amount"], Decimal(0))
    if bill["totals"]["discount_type"] != "percentage":
        _assert_equal(bill, "discount_percentage", is_["discount_percentage"], Decimal(0))
    for line in bill["line_items"]:
        _assert_equal(bill, "line discount", Decimal(line["discount"]["amount"]), Decimal(0))
    _check_taxed_lines(bill, {None} if bill["taxes"] else set())


def _check_inline(bill: Record, is_: dict[str, Decimal]) -> None:
    lines = bill["line_items"]
    rates = {tax["lineitem_id"]: Decimal(tax["rate"]) for tax in bill["taxes"]}
    totals = {line["id"]: Decimal(line["total"]) for line in lines}
    discounts = [Decimal(line["discount"]["amount"]) for line in lines]
    contained = sum((totals[i] * rate / (HUNDRED + rate) for i, rate in rates.items()), Decimal(0))
    _assert_equal(bill, "subtotal", is_["subtotal"], sum(totals.values(), Decimal(0)))
    _assert_equal(bill, "amount_before_tax", is_["amount_before_tax"], is_["subtotal"])
    _assert_equal(bill, "discount_amount", is_["discount_amount"], sum(discounts, Decimal(0)))
    _assert_equal(bill, "tax_total_percentage", is_["tax_total_percentage"], Decimal(0))
    _assert_equal(bill, "tax_total_amount", is_["tax_total_amount"], rounded(contained))
    # The adjustment may have been sent with more decimals than are shown of it.
    _assert_close(
        bill, "final_amount", is_["final_amount"], is_["subtotal"] + is_["adjustment_amount"]
    )
    _check_taxed_lines(bill, rates.keys())


def _check_taxed_lines(bill: Record, taxed: Any) -> None:
    known = {line["id"] for line in bill["line_items"]} if bill["tax_type"] == "inline" else {None}
    _assert(bill, set(taxed) <= known, "a tax names a line that the bill does not have")


def _assert_equal(bill: Record, what: str, shown: Decimal, computed: Decimal) -> None:
    _assert(bill, shown == computed, f"{what} is {shown}, not {computed}")


def _assert_close(
    bill: Record, what: str, shown: Decimal, computed: Decimal, slack: Decimal = CENT
) -> None:
    _assert(bill, abs(shown - computed) <= slack, f"{what} is {shown}, not about {computed}")


def _assert(bill: Record, holds: bool, problem: str) -> None:
    if not holds:
        raise AssertionError(f"Bill {bill['id']} in {bill['tax_type']} mode: {problem}")
