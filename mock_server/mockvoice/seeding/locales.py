"""Locales of generated data: languages, currencies, taxes, addresses and prices."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from mockvoice.seeding import tax_ids
from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.rng import SeededRandom


@dataclass(frozen=True, slots=True)
class City:
    """A city, and its province, state or county."""

    name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """A country, with the data that its invoices need."""

    code: str
    faker: str  # the Faker provider, possibly of another country
    language: str
    country: str  # in its own language
    country_code: str
    currency: str
    tax_id: Callable[[SeededRandom], str]  # returns a company's tax number
    phones: tuple[str, ...]  # unassigned numbers; "#" is a digit
    prices: Decimal  # the local price of goods that cost one US dollar
    price_step: Decimal  # prices above a hundred times this are multiples of it
    vat: tuple[Decimal, ...] = ()  # the standard rate, then reduced ones, in per cent
    # Only if the Faker provider is of another country.
    cities: tuple[City, ...] = ()
    streets: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()  # trades; a company's name is trade, surname, ending
    endings: tuple[str, ...] = ()  # legal forms


_DOMINICAN = Locale(
    code="es_DO", faker="es_CO", language="es", country="República Dominicana", country_code="DO",
    currency="DOP", tax_id=tax_ids.do_rnc, phones=("809-555-01##", "829-555-01##", "849-555-01##"),
    prices=Decimal(58), price_step=Decimal(5), vat=(Decimal(18), Decimal(16)),
    cities=(
        City("Santo Domingo", "Distrito Nacional"), City("Santo Domingo Este", "Santo Domingo"),
        City("Santiago de los Caballeros", "Santiago"), City("La Vega", "La Vega"),
        City("San Cristóbal", "San Cristóbal"), City("Puerto Plata", "Puerto Plata"),
        City("La Romana", "La Romana"), City("San Francisco de Macorís", "Duarte"),
        City("San Pedro de Macorís", "San Pedro de Macorís"), City("Higüey", "La Altagracia"),
        City("Baní", "Peravia"), City("Moca", "Espaillat"), City("Bonao", "Monseñor Nouel"),
    ),
    streets=(
        "Av. Independencia", "Calle El Conde", "Av. Duarte", "Calle Restauración", "Av. Máximo Gómez",
        "Calle del Sol", "Av. Estrella Sadhalá", "Calle Mella", "Av. 27 de Febrero", "Calle Las Mercedes",
        "Av. Winston Churchill", "Av. Abraham Lincoln", "Calle Padre Billini", "Av. San Martín",
    ),
    companies=(
        "Óptica", "Centro Visual", "Clínica", "Farmacia", "Colegio", "Constructora", "Ferretería",
        "Laboratorio", "Transporte", "Inversiones", "Supermercado", "Hotel", "Distribuidora", "Agropecuaria",
    ),
    endings=("SRL", "SRL", "SRL", "EIRL", "SA"),
)  # fmt: skip

_KNOWN = (
    Locale(
        code="en_US", faker="en_US", language="en", country="United States", country_code="US",
        currency="USD", tax_id=tax_ids.us_ein, prices=Decimal(1), price_step=Decimal("0.01"),
        phones=("+1 202 555 01##", "+1 312 555 01##", "+1 503 555 01##", "+1 617 555 01##"),
        vat=(Decimal("8.25"),),
    ),
    Locale(
        code="en_GB", faker="en_GB", language="en", country="United Kingdom", country_code="GB",
        currency="GBP", tax_id=tax_ids.gb_vat, prices=Decimal("0.8"), price_step=Decimal("0.05"),
        phones=("+44 20 7946 0###", "+44 161 496 0###", "+44 131 496 0###"),
        vat=(Decimal(20), Decimal(5)),
    ),
    Locale(
        code="de_DE", faker="de_DE", language="de", country="Deutschland", country_code="DE",
        currency="EUR", tax_id=tax_ids.de_vat_id, prices=Decimal("0.95"), price_step=Decimal("0.1"),
        phones=("+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###"),
        vat=(Decimal(19), Decimal(7)),
    ),
    Locale(
        code="es_ES", faker="es_ES", language="es", country="España", country_code="ES",
        currency="EUR", tax_id=tax_ids.es_cif, prices=Decimal("0.85"), price_step=Decimal("0.1"),
        phones=("+34 555 ### ###",), vat=(Decimal(21), Decimal(10)),
    ),
    _DOMINICAN,
    Locale(
        code="fr_FR", faker="fr_FR", language="fr", country="France", country_code="FR",
        currency="EUR", tax_id=tax_ids.fr_tva, prices=Decimal("0.95"), price_step=Decimal("0.1"),
        phones=("+33 1 99 00 ## ##", "+33 2 61 91 ## ##", "+33 4 65 71 ## ##"),
        vat=(Decimal(20), Decimal("5.5")),
    ),
)  # fmt: skip

LOCALES = {locale.code: locale for locale in _KNOWN}


def locale_of(code: str) -> Locale:
    """Return the locale with a code such as ``de_DE``. Raises ``InvalidSeedOptions``."""
    locale = LOCALES.get(code)
    if locale is None:
        raise InvalidSeedOptions(f"locale must be one of {', '.join(LOCALES)}, not {code!r}")
    return locale
