"""The totals of a bill, in the CRM's own order and with its own rounding.

Rounding is to the cent, half away from zero, each shown figure by itself from exact
intermediate results. Assumed: exact decimals where the CRM computes with doubles, which differs
only where a true half cent is a hair less in binary.
"""

from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total
from mockvoice.vendors.growcrm.models import ZERO_AMOUNT, Bill, Figures, Line


def with_totals(bill: Bill) -> Bill:
    """The bill with the figures that follow from its lines, taxes, discount and adjustment.

    Documented: totals are computed by the server whenever header or lines change.
    """
    return inline_totals(bill) if bill.tax_type == "inline" else summary_totals(bill)


def summary_totals(bill: Bill) -> Bill:
    """Totals of a bill that is taxed as a whole.

    Line totals are rounded one by one; what follows is rounded only when it is shown, so the
    shown parts may miss the shown final by a cent. The discount comes off before tax, rates add
    up and do not compound, the adjustment is neither discounted nor taxed. Nothing is clamped: a
    discount above the subtotal makes the rest negative.
    Documented: the order, by the example of the invoices page. Observed: the rounding, in the core.
    """
    totals = [quantize(line.quantity * line.rate) for line in bill.lines]
    lines = tuple(map(_summary_line, bill.lines, totals))
    subtotal = total(totals)
    discount = _header_discount(bill, subtotal)
    before_tax = subtotal - discount
    rate = total(tax.rate for tax in bill.taxes)
    tax = percent(before_tax, rate)
    figures = Figures(
        subtotal=format_amount(subtotal),
        discount_percentage=format_amount(_header_percentage(bill)),
        discount_amount=format_amount(discount),
        amount_before_tax=format_amount(before_tax),
        tax_total_percentage=format_amount(rate),
        tax_total_amount=format_amount(tax),
        adjustment_amount=format_amount(bill.adjustment_amount),
        final_amount=format_amount(before_tax + tax + bill.adjustment_amount),
    )
    return replace(bill, lines=lines, figures=figures)


def inline_totals(bill: Bill) -> Bill:
    """Totals of a bill whose lines are discounted and taxed one by one.

    A line's total contains its tax, and the tax of the bill is taken back out of the rounded
    line totals. ``amount_before_tax`` equals the subtotal, tax included: an oddity of the vendor.
    The header discount has no effect. Documented: every figure of the estimates page's example.
    """
    discounts = [_line_discount(line) for line in bill.lines]
    totals = list(map(_inline_line_total, bill.lines, discounts))
    lines = tuple(map(_inline_line, bill.lines, discounts, totals))
    subtotal = total(totals)
    figures = Figures(
        subtotal=format_amount(subtotal),
        subtotal_before_discount=format_amount(total(line.quantity * line.rate for line in lines)),
        discount_amount=format_amount(total(discounts)),
        amount_before_tax=format_amount(subtotal),
        tax_total_amount=format_amount(total(map(_included_tax, lines, totals))),
        adjustment_amount=format_amount(bill.adjustment_amount),
        final_amount=format_amount(subtotal + bill.adjustment_amount),
    )
    return replace(bill, lines=lines, figures=figures)


def _summary_line(line: Line, line_total: Decimal) -> Line:
    return replace(
        line,
        discount_type="none",
        discount_value=ZERO,
        tax=None,
        shown_quantity=format_amount(line.quantity),
        shown_rate=format_amount(line.rate),
        shown_discount_value=ZERO_AMOUNT,
        shown_discount_amount=ZERO_AMOUNT,
        shown_total=format_amount(line_total),
    )


def _inline_line(line: Line, discount: Decimal, line_total: Decimal) -> Line:
    return replace(
        line,
        shown_quantity=format_amount(line.quantity),
        shown_rate=format_amount(line.rate),
        shown_discount_value=format_amount(line.discount_value),
        shown_discount_amount=format_amount(discount),
        shown_total=format_amount(line_total),
    )


def _line_discount(line: Line) -> Decimal:
    """The discount of a line in money: at most the line itself, and rounded before tax."""
    base = line.quantity * line.rate
    match line.discount_type:
        case "fixed":
            return quantize(min(line.discount_value, base))
        case "percentage":
            return quantize(min(percent(base, line.discount_value), base))
        case _:
            return ZERO


def _inline_line_total(line: Line, discount: Decimal) -> Decimal:
    """What a line comes to: after its discount, with its tax, rounded."""
    after = line.quantity * line.rate - discount
    return quantize(after + percent(after, line.tax.rate) if line.tax else after)


def _included_tax(line: Line, line_total: Decimal) -> Decimal:
    """The tax within a line's rounded total, not rounded."""
    if line.tax is None:
        return ZERO
    return line_total * line.tax.rate / (HUNDRED + line.tax.rate)


def _header_discount(bill: Bill, subtotal: Decimal) -> Decimal:
    match bill.discount_type:
        case "fixed":
            return bill.discount_amount
        case "percentage":
            return percent(subtotal, bill.discount_percentage)
        case _:
            return ZERO


def _header_percentage(bill: Bill) -> Decimal:
    return bill.discount_percentage if bill.discount_type == "percentage" else ZERO


def format_amount(amount: Decimal) -> str:
    """An amount as the API shows it: two decimals, a dot; never a negative zero."""
    rounded = quantize(amount)
    return str(rounded) if rounded else ZERO_AMOUNT
