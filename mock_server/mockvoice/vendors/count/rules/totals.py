"""The totals of a document.

Rounding is to the cent, half away from zero. Documented: two decimals, half up, and the three tax
modes with one example each. Assumed: rounding by line and rate, and that the discount comes last.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total
from mockvoice.vendors.count.models import NOTHING, Content, Line, LineTax, Totals


def computed(content: Content) -> Content:
    """The document with the figures that follow from its lines, tax mode and discount."""
    lines = tuple([_line(line, content.tax_setting) for line in content.lines])
    tax = total(Decimal(line.tax_amount) for line in lines)
    subtotal = total(Decimal(line.amount) for line in lines)
    if content.tax_setting == "inclusive":
        subtotal -= tax
    totals = Totals(shown(subtotal), shown(tax), shown(subtotal + tax - content.discount))
    return replace(content, lines=lines, totals=totals)


def most_discount(content: Content) -> Decimal:
    """How much may be taken off a document: all of it. Assumed."""
    return Decimal(content.totals.subtotal) + Decimal(content.totals.tax)


def _line(line: Line, tax_setting: str) -> Line:
    amount = quantize(line.quantity * line.unit_price)
    taxes = _taxes(amount, [each.tax.percentage for each in line.taxes], tax_setting)
    return replace(
        line,
        amount=shown(amount),
        tax_amount=shown(total(taxes)),
        taxes=tuple(
            [LineTax(each.tax, shown(tax)) for each, tax in zip(line.taxes, taxes, strict=True)]
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
    """What each rate adds to an amount. Rates add up and do not compound."""
    return [quantize(percent(amount, rate)) for rate in rates]


def inclusive_taxes(amount: Decimal, rates: Sequence[Decimal]) -> list[Decimal]:
    """What each rate has of an amount that contains them all; the last takes what rounding leaves."""
    whole = total(rates)
    if not whole:
        return [ZERO for _ in rates]
    contained = quantize(amount - amount * HUNDRED / (HUNDRED + whole))
    shares = [quantize(contained * rate / whole) for rate in rates[:-1]]
    return [*shares, contained - total(shares)]


def shown(amount: Decimal) -> str:
    """An amount as it is kept for showing: two decimals; never a negative zero."""
    return str(quantize(amount)) if amount else NOTHING
