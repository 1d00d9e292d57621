"""Products and their prices: a product has the same price on every invoice."""

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
    quantities: Sequence[int]  # usual quantities
    unit: str = "piece"  # piece, hour, day or month
    reduced: bool = False  # taxed at the reduced rate, if there is one


def price_of(product: Product, locale: Locale) -> Decimal:
    """Return the price of one unit, rounded like other prices of the locale."""
    price = product.dollars * locale.prices
    step = locale.price_step if price >= 100 * locale.price_step else _CENT
    return ((price / step).quantize(Decimal(1), ROUND_HALF_UP) * step).quantize(_CENT)


def products(*rows: tuple[str, str, str, str, str, str, Sequence[int], str]) -> tuple[Product, ...]:
    """Create products from rows of code, English, German, Spanish, French, dollars, quantities and unit.

    A unit that ends in ``*`` marks a product that is taxed at the reduced rate.
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
