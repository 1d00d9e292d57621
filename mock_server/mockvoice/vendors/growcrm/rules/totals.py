"""Totals of a bill, in the CRM's order of calculation and with its rounding.

Each rendered figure is rounded separately, from exact intermediate results, to the cent, half away
from zero. Assumed: exact decimals where the CRM calculates with doubles. The results differ only
if the exact value is half a cent and its double is slightly less.
"""

from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total
from mockvoice.kernel.shared_values import MAX_VALUES
from mockvoice.vendors.growcrm.models import ZERO_AMOUNT, Bill, Figures, Line


def with_totals(bill: Bill) -> Bill:
    """Return the bill with the figures calculated from its lines, taxes, discount and adjustment.

    Documented: the server calculates the totals whenever header or lines change.
    """
    return inline_totals(bill) if bill.tax_type == "inline" else summary_totals(bill)


def summary_totals(bill: Bill) -> Bill:
    """Return the bill with the totals of summary mode, in which it is taxed as a whole.

    Each line total is rounded. All later figures are rounded only when they are rendered, so the
    rendered parts may differ from the rendered final amount by a cent. The discount is subtracted
    before tax. Rates are added, not compounded. The adjustment is neither discounted nor taxed.
    Nothing is clamped: a fixed discount above the subtotal makes the other figures negative. A line
    with a negative rate reduces the subtotal, and with it a percentage discount and the tax.
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
    """Return the bill with the totals of inline mode, in which each line has a discount and a tax.

    A line total includes its tax, and the tax of the bill is calculated from the rounded line
    totals. ``amount_before_tax`` equals the subtotal, tax included: a quirk of the vendor.
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
    """Return the discount of a line as a rounded amount, at most the line's rounded price.

    Assumed: a line with a negative price has no discount, since that would raise what is owed to
    the client or change its sign. Assumed: the limit is the rounded price. With the exact price,
    2.25 times 64.22 at 100 % would leave -0.01.
    """
    limit = min(quantize(_exact_discount(line)), quantize(line.quantity * line.rate))
    return max(limit, ZERO)


def _exact_discount(line: Line) -> Decimal:
    match line.discount_type:
        case "fixed":
            return line.discount_value
        case "percentage":
            return percent(line.quantity * line.rate, line.discount_value)
        case _:
            return ZERO


def _inline_line_total(line: Line, discount: Decimal) -> Decimal:
    """Return the rounded total of a line, with its discount and its tax."""
    discounted = _discounted_price(line, discount)
    return quantize(discounted + percent(discounted, line.tax.rate) if line.tax else discounted)


def _discounted_price(line: Line, discount: Decimal) -> Decimal:
    """Return the exact price of a line after its discount; a discount never makes it negative.

    Assumed: a discount of the whole price leaves nothing. Fractions of a cent would otherwise
    remain, which the tax could round up to 0.01.
    """
    base = line.quantity * line.rate
    if base < 0:
        return base
    return ZERO if _exact_discount(line) >= base else max(base - discount, ZERO)


def _included_tax(line: Line, line_total: Decimal) -> Decimal:
    """Return the unrounded tax that a line's rounded total includes."""
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


@lru_cache(maxsize=MAX_VALUES)
def format_amount(amount: Decimal) -> str:
    """Format an amount as the API shows it: two decimals, a dot, never a negative zero.

    Equal amounts share one text.
    """
    rounded = quantize(amount)
    return str(rounded) if rounded else ZERO_AMOUNT
