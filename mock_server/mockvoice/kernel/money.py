"""Exact amounts: parsed without float errors, rounded once by a named mode, split to the cent."""

import decimal as _decimal
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# Sixty digits hold the product of any two numbers that a contract allows, so nothing is lost before
# the explicit rounding. The default context applies to threads that start later.
_EXACT = Context(prec=60)
_decimal.DefaultContext.prec = _EXACT.prec
_decimal.setcontext(_EXACT.copy())

_UNITS = [Decimal(1).scaleb(-places) for places in range(13)]


def decimal(value: Decimal | float | str) -> Decimal:
    """Return the number as written: ``decimal(0.1)`` is 0.1, not the nearest double.

    Raises ``decimal.InvalidOperation`` for text that is not a number.
    """
    return value if isinstance(value, Decimal) else Decimal(str(value))


def quantize(amount: Decimal, places: int = 2, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round once, to at most twelve places, by a named mode instead of the decimal context's.

    ``ROUND_HALF_UP`` rounds halves away from zero, so −0.005 becomes −0.01.
    """
    # With the names of these arguments, the call would take three times as long.
    return amount.quantize(_UNITS[places], rounding, _EXACT)


def percent(amount: Decimal, rate: Decimal) -> Decimal:
    """Return ``rate`` per cent of the amount, not rounded; a rate of 18 means 18 %."""
    return amount * rate / HUNDRED


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of the amounts; zero if there are none."""
    return sum(amounts, ZERO)


def allocate(amount: Decimal, weights: Sequence[Decimal], places: int = 2) -> list[Decimal]:
    """Split an amount in proportion to the weights so that the shares add up to it.

    Each share is rounded towards zero. The remaining units are added to the shares that lost most,
    one each, earlier shares first. Raises ``ValueError`` if a weight is negative or all are zero,
    or if the amount has more than ``places`` decimals.
    """
    if quantize(amount, places) != amount:
        raise ValueError(f"{amount} has more than {places} decimals")
    if not any(weights) or any(weight < 0 for weight in weights):
        raise ValueError(
            "weights must not be negative, and at least one must be positive, not "
            f"[{', '.join(map(str, weights))}]"
        )

    # Calculated in fractions and whole units, because a quotient of decimals would be rounded.
    unit = _UNITS[places].copy_sign(amount)
    units = int(amount / unit)
    total_weight = sum(Fraction(weight) for weight in weights)
    exact = [units * Fraction(weight) / total_weight for weight in weights]
    shares = [int(share) for share in exact]
    by_loss = sorted(range(len(shares)), key=lambda i: exact[i] - shares[i], reverse=True)
    for i in by_loss[: units - sum(shares)]:
        shares[i] += 1
    return [share * unit for share in shares]
