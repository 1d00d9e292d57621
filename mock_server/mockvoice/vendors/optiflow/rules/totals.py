"""What a line and a document come to, in OptiFlow's order.

Everything is rounded to the cent, half away from zero, at every step, so that each sum is exact.
Observed: the order of the steps, in the source's form and actions. Assumed: the rounding, since the
source reckons with doubles and leaves it to its columns to round on storing; its totals can be a
cent off the sum of their parts.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total


class LineTotals(NamedTuple):
    """What one line comes to; ``tax_amounts`` stand in the order of the rates."""

    subtotal: Decimal
    discount_rate: Decimal
    discount_amount: Decimal
    tax_amounts: tuple[Decimal, ...]
    tax_amount: Decimal
    total: Decimal


class Totals(NamedTuple):
    """What a document comes to."""

    subtotal_amount: Decimal
    discount_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal


def line_totals(
    quantity: Decimal,
    unit_price: Decimal,
    rates: Sequence[Decimal] = (),
    *,
    discount_rate: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> LineTotals:
    """The totals of a line: discount first, then each tax on the same base, never tax on tax.

    A discount rate wins over an amount; an amount's rate is reckoned for display alone.
    Documented: quantity, price, discount "amount or percentage", several taxes. Observed: the rate
    decides where both are known. Assumed: no rate is shown for a subtotal of zero.
    """
    subtotal = quantize(quantity * unit_price)
    if discount_rate is not None:
        rate, discount = discount_rate, quantize(percent(subtotal, discount_rate))
    else:
        discount = discount_amount or ZERO
        rate = quantize(discount / subtotal * HUNDRED) if discount and subtotal else ZERO
    base = subtotal - discount
    taxes = tuple([quantize(percent(base, each)) for each in rates])
    tax = sum(taxes, ZERO)
    return LineTotals(subtotal, rate, discount, taxes, tax, base + tax)


def document_totals(lines: Iterable[LineTotals]) -> Totals:
    """The totals of a document: sums over its lines. Documented: all four figures."""
    reckoned = list(lines)
    return summed(
        total(line.subtotal for line in reckoned),
        total(line.discount_amount for line in reckoned),
        total(line.tax_amount for line in reckoned),
    )


def summed(subtotal: Decimal, discount: Decimal, tax: Decimal) -> Totals:
    """The totals of a document whose lines are added up already."""
    return Totals(subtotal, discount, tax, subtotal - discount + tax)


def amount_due(total_amount: Decimal, paid: Decimal) -> Decimal:
    """What is left to pay, never below zero. Observed: the floor, in the source."""
    return max(total_amount - paid, ZERO)
