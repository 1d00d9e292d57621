"""Exact amounts: read without a float's error, rounded once and by name, split without losing a cent."""

import decimal as _decimal
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# Sixty digits hold the product of any two numbers that a contract lets in, so nothing is lost
# before it is rounded by name. The default context reaches threads that start later.
_EXACT = Context(prec=60)
_decimal.DefaultContext.prec = _EXACT.prec
_decimal.setcontext(_EXACT.copy())

_UNITS = [Decimal(1).scaleb(-places) for places in range(13)]


def decimal(value: Decimal | float | str) -> Decimal:
    """The number as it was written: ``decimal(0.1)`` is 0.1, not the double next to it.

    Raises ``decimal.InvalidOperation`` for text that is no number.
    """
    return value if isinstance(value, Decimal) else Decimal(str(value))


def quantize(amount: Decimal, places: int = 2, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round once, to at most twelve places, naming the mode: no caller leans on the context's own.

    ``ROUND_HALF_UP`` takes halves away from zero, so −0.005 becomes −0.01.
    """
    return amount.quantize(_UNITS[places], rounding=rounding, context=_EXACT)


def percent(amount: Decimal, rate: Decimal) -> Decimal:
    """``rate`` per cent of the amount, not rounded; a rate of 18 means 18 %."""
    return amount * rate / HUNDRED


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of the amounts; of none, zero."""
    return sum(amounts, ZERO)


def allocate(amount: Decimal, weights: Sequence[Decimal], places: int = 2) -> list[Decimal]:
    """Split an amount in proportion to the weights so that the shares add up to it.

    Each share is rounded towards zero; the units that are left over go one each to the
    shares that lost most, the earlier first. Weights are not negative and not all zero
    (``ValueError``), and the amount has no more than ``places`` decimals (``ValueError``).
    """
    if quantize(amount, places) != amount:
        raise ValueError(f"{amount} has more than {places} decimals")
    if not any(weights) or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative, and one must be positive")

    # Fractions and whole units, because a quotient of decimals is rounded.
    unit = _UNITS[places].copy_sign(amount)
    units = int(amount / unit)
    whole = sum(Fraction(weight) for weight in weights)
    exact = [units * Fraction(weight) / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_loss = sorted(range(len(shares)), key=lambda i: exact[i] - shares[i], reverse=True)
    for i in by_loss[: units - sum(shares)]:
        shares[i] += 1
    return [share * unit for share in shares]
