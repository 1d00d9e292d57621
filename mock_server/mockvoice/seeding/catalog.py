"""What is sold, and for how much: the same thing at the same price on every invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mockvoice.seeding.locales import Locale

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Product:
    """A product or a service."""

    code: str
    names: Mapping[str, str]  # by language
    dollars: Decimal  # the usual price of one unit
    quantities: Sequence[int]  # as they are usually bought
    unit: str = "piece"  # piece, hour, day or month
    reduced: bool = False  # taxed at the reduced rate, where there is one


def price_of(good: Product, locale: Locale) -> Decimal:
    """The price of one unit, rounded the way prices are there."""
    price = good.dollars * locale.prices
    step = locale.price_step if price >= 100 * locale.price_step else _CENT
    return ((price / step).quantize(Decimal(1), ROUND_HALF_UP) * step).quantize(_CENT)


def products(*rows: tuple[str, str, str, str, str, str, Sequence[int], str]) -> tuple[Product, ...]:
    """Goods from rows of code, English, German, Spanish, French, dollars, quantities and unit.

    A unit that ends in ``*`` marks what is taxed at the reduced rate.
    """
    return tuple(
        Product(
            code,
            {"en": english, "de": german, "es": spanish, "fr": french},
            Decimal(dollars),
            quantities,
            unit.removesuffix("*"),
            unit.endswith("*"),
        )
        for code, english, german, spanish, french, dollars, quantities, unit in rows
    )
