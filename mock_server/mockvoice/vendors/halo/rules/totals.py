"""Amounts of lines and totals, on decimals, rounded to cents half away from zero.

Assumed: the rounding, for each line. Observed: ``net_amount`` and ``tax_amount`` are for the whole
line, ``total`` includes tax, and headings are in no total.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total
from mockvoice.kernel.shared_values import shared_decimal
from mockvoice.vendors.halo.models import Figures, Line

# Enough digits to round only once, for any numbers that the contract allows.
_DIVISION = Context(prec=60)
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class LineFigures:
    """The amounts of one line: ``net`` is ``price`` less ``discount``, and ``tax`` comes on top."""

    price: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    cost: Decimal


def line_figures(line: Line) -> LineFigures:
    """Return the amounts of a line.

    The net is rounded once, from quantity, price and discount; the discount is price less net.
    10 at 12.345 less 10 % is 111.105: 111.11 net, 123.45 price and 12.34 discount.
    """
    gross = _EXACT.multiply(line.quantity, line.price)
    price = quantize(gross)
    net = price
    if line.discount:
        net = quantize(_EXACT.divide(_EXACT.multiply(gross, HUNDRED - line.discount), HUNDRED))
    tax = quantize(percent(net, line.tax.rate)) if line.tax.rate else ZERO
    cost = quantize(_EXACT.multiply(line.quantity, line.cost)) if line.cost else ZERO
    return LineFigures(price, price - net, net, tax, cost)


def invoice_figures(lines: Iterable[Line]) -> Figures:
    """Return the amounts of an invoice: the sums of its lines' rounded amounts.

    The parts of a composite rate are added first, and the tax is rounded once: 5 % and 7 % of
    10.10 are 1.21, and not 0.51 + 0.71.
    """
    counted = [(line, line_figures(line)) for line in lines if line.counts]
    revenue = total(amounts.net for _, amounts in counted)
    tax = total(amounts.tax for _, amounts in counted)
    composite = total(amounts.tax for line, amounts in counted if line.tax.composite)
    discount = total(amounts.discount for _, amounts in counted)
    cost = total(amounts.cost for _, amounts in counted)
    return Figures(*map(shared_decimal, (revenue, tax, composite, revenue + tax, discount, cost)))


def to_home_currency(amount: Decimal, rate: Decimal, places: int = 2) -> Decimal:
    """Convert an amount to the home currency. Assumed: the rate is foreign units per home unit."""
    if rate == 1:
        return amount
    return quantize(_DIVISION.divide(amount, rate), places)


def prorate(price: Decimal, days_left: int, days: int) -> Decimal:
    """Return the price for a part of a period: 15.00 for 16 of 31 days is 7.74. Assumed."""
    return quantize(_DIVISION.divide(_EXACT.multiply(price, Decimal(days_left)), Decimal(days)))
