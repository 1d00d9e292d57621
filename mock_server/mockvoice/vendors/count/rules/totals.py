"""The totals of a document.

Amounts are rounded to the cent, half away from zero. Documented: two decimals, half up, and an
example of each tax mode. Assumed: each line and rate is rounded, and the discount is subtracted
last.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total
from mockvoice.kernel.shared_values import MAX_VALUES
from mockvoice.vendors.count.models import ZERO_AMOUNT, DocumentContent, Line, LineTax, Tax, Totals


def with_totals(content: DocumentContent) -> DocumentContent:
    """Return the content with its calculated line amounts and totals."""
    lines = tuple([_line(line, content.tax_setting) for line in content.lines])
    tax = total(Decimal(line.tax_amount) for line in lines)
    subtotal = total(Decimal(line.amount) for line in lines)
    if content.tax_setting == "inclusive":
        subtotal -= tax
    totals = Totals(
        format_amount(subtotal),
        format_amount(tax),
        format_amount(subtotal + tax - content.discount),
    )
    return replace(content, lines=lines, totals=totals)


def max_discount(content: DocumentContent) -> Decimal:
    """Return the largest allowed discount: subtotal plus tax. Assumed."""
    return Decimal(content.totals.subtotal) + Decimal(content.totals.tax)


def _line(line: Line, tax_setting: str) -> Line:
    amount = quantize(line.quantity * line.unit_price)
    taxes = _taxes(amount, [line_tax.tax.percentage for line_tax in line.taxes], tax_setting)
    return replace(
        line,
        amount=format_amount(amount),
        tax_amount=format_amount(total(taxes)),
        taxes=_line_taxes(
            tuple([line_tax.tax for line_tax in line.taxes]), tuple(map(format_amount, taxes))
        ),
    )


def _taxes(amount: Decimal, rates: Sequence[Decimal], tax_setting: str) -> list[Decimal]:
    match tax_setting:
        case "exclusive":
            return exclusive_taxes(amount, rates)
        case "inclusive":
            return inclusive_taxes(amount, rates)
        case _:
            return [ZERO for _ in rates]


def exclusive_taxes(amount: Decimal, rates: Iterable[Decimal]) -> list[Decimal]:
    """Return the tax of each rate on a net amount. Rates add up and do not compound."""
    return [quantize(percent(amount, rate)) for rate in rates]


def inclusive_taxes(amount: Decimal, rates: Sequence[Decimal]) -> list[Decimal]:
    """Return the tax of each rate in a gross amount; the last rate takes the rounding difference.

    Assumed: no share is more than what is left, since the last one would otherwise be negative.
    """
    combined_rate = total(rates)
    if not combined_rate:
        return [ZERO for _ in rates]
    contained = quantize(amount - amount * HUNDRED / (HUNDRED + combined_rate))
    shares: list[Decimal] = []
    for rate in rates[:-1]:
        left = contained - total(shares)
        shares.append(min(quantize(contained * rate / combined_rate), left))
    return [*shares, contained - total(shares)]


def _line_taxes(rates: tuple[Tax, ...], amounts: tuple[str, ...]) -> tuple[LineTax, ...]:
    """Return the taxes of a line; lines with the same rates and amounts share them."""
    return _shared_taxes(rates, amounts, tuple([str(rate.percentage) for rate in rates]))


@lru_cache(maxsize=MAX_VALUES)
def _shared_taxes(
    rates: tuple[Tax, ...], amounts: tuple[str, ...], percentages: tuple[str, ...]
) -> tuple[LineTax, ...]:
    # The percentages tell 9 from 9.0, which are equal, but have different texts in an export.
    return tuple([LineTax(*pair) for pair in zip(rates, amounts, strict=True)])


@lru_cache(maxsize=MAX_VALUES)
def format_amount(amount: Decimal) -> str:
    """Format an amount as it is stored: with two decimals, never a negative zero.

    Equal amounts share one text.
    """
    return str(quantize(amount)) if amount else ZERO_AMOUNT
