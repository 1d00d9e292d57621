"""Totals of lines and documents, calculated in OptiFlow's order.

Every step is rounded to the cent, half away from zero, so each sum is exact.
Observed: the order of the steps. Assumed: the rounding. The source calculates with doubles and rounds
only what it stores, so its totals can differ by a cent from the sum of their parts.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from mockvoice.kernel.money import HUNDRED, ZERO, percent, quantize, total


class LineTotals(NamedTuple):
    """The totals of one line; ``tax_amounts`` are in the order of the rates."""

    subtotal: Decimal
    discount_rate: Decimal
    discount_amount: Decimal
    tax_amounts: tuple[Decimal, ...]
    tax_amount: Decimal
    total: Decimal


class Totals(NamedTuple):
    """The totals of a document."""

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
    """Return the totals of a line: discount first, then each tax on the same base, never tax on tax.

    The rate of a discount amount is only shown. Documented: quantity, price, discount "amount or
    percentage", several taxes. Observed: a discount rate takes precedence over an amount. Assumed:
    the rate is zero for a subtotal of zero.
    """
    subtotal = quantize(quantity * unit_price)
    if discount_rate is not None:
        rate, discount = discount_rate, quantize(percent(subtotal, discount_rate))
    else:
        discount = discount_amount or ZERO
        rate = quantize(discount / subtotal * HUNDRED) if discount and subtotal else ZERO
    base = subtotal - discount
    taxes = tuple([quantize(percent(base, tax_rate)) for tax_rate in rates])
    tax = sum(taxes, ZERO)
    return LineTotals(subtotal, rate, discount, taxes, tax, base + tax)


def document_totals(lines: Iterable[LineTotals]) -> Totals:
    """Return the totals of a document: sums over its lines. Documented: all four amounts."""
    line_list = list(lines)
    return sum_totals(
        total(line.subtotal for line in line_list),
        total(line.discount_amount for line in line_list),
        total(line.tax_amount for line in line_list),
    )


def sum_totals(subtotal: Decimal, discount: Decimal, tax: Decimal) -> Totals:
    """Return the totals of a document from the sums over its lines."""
    return Totals(subtotal, discount, tax, subtotal - discount + tax)


def amount_due(total_amount: Decimal, paid: Decimal) -> Decimal:
    """Return the amount that is left to pay, never below zero. Observed: the limit."""
    return max(total_amount - paid, ZERO)
