"""Companies and people of a locale, with addresses, unassigned phone numbers and tax ids."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from faker import Faker

from mockvoice.seeding.locales import Locale
from mockvoice.seeding.rng import SeededRandom

_TRANSLITERATION = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "'": "", "’": ""}
)


@dataclass(frozen=True, slots=True)
class Party:
    """A company or a person that receives invoices."""

    name: str
    first_name: str  # of the person, or of a company's contact
    last_name: str
    email: str
    phone: str
    domain: str
    street: str
    city: str
    region: str  # empty if the country's addresses have no region
    postcode: str
    tax_id: str
    is_company: bool


class PartyFactory:
    """Creates parties with unique names."""

    def __init__(self, locale: Locale, seed: int) -> None:
        self._locale = locale
        self._fake = Faker(locale.faker)
        self._fake.seed_instance(seed)
        self._rng = SeededRandom(seed, "people")
        self._used: set[str] = set()

    def company(self) -> Party:
        """Create a company with a contact."""
        name = self._unique(self._company_name)
        domain = f"{plain(name)}.example"
        first, last = self._fake.first_name(), self._fake.last_name()
        email = f"{plain(first)}.{plain(last)}@{domain}"
        tax_id = self._locale.tax_id(self._rng)
        return self._party(name, first, last, email, domain, tax_id, is_company=True)

    def private_person(self, tax_id: str) -> Party:
        """Create a private person."""
        first, last = "", ""

        def name() -> str:
            nonlocal first, last
            first, last = self._fake.first_name(), self._fake.last_name()
            return f"{first} {last}"

        full_name = self._unique(name)
        domain = "mail.example"
        email = f"{plain(full_name).replace('-', '.')}@{domain}"
        return self._party(full_name, first, last, email, domain, tax_id, is_company=False)

    def name(self) -> tuple[str, str]:
        """Return a person's first and last name."""
        return self._fake.first_name(), self._fake.last_name()

    def _party(
        self, name: str, first: str, last: str, email: str, domain: str, tax_id: str, *, is_company: bool
    ) -> Party:  # fmt: skip
        street, city, region, postcode = self._address()
        return Party(
            name, first, last, email, self._phone(), domain, street, city, region, postcode, tax_id,
            is_company,
        )  # fmt: skip

    def _company_name(self) -> str:
        locale = self._locale
        if not locale.companies:
            return str(self._fake.company())
        trade, ending = self._rng.choice(locale.companies), self._rng.choice(locale.endings)
        return f"{trade} {self._fake.last_name()} {ending}"

    def _unique(self, create: Callable[[], str]) -> str:
        """Return an unused name; if the locale runs out of names, append a number."""
        name = create()
        for _ in range(20):
            if plain(name) not in self._used:
                break
            name = create()
        else:
            name = f"{name} {len(self._used) + 1}"
        self._used.add(plain(name))
        return name

    def _address(self) -> tuple[str, str, str, str]:
        locale, fake, rng = self._locale, self._fake, self._rng
        if locale.cities:
            city = rng.choice(locale.cities)
            street = f"{rng.choice(locale.streets)} {rng.randint(1, 300)}"
            return street, city.name, city.region, f"{rng.randint(101, 920):03d}00"
        street = fake.street_address().replace("\n", ", ")
        regions = {"US": "state_abbr", "GB": "county", "DE": "administrative_unit", "FR": "region"}
        region = getattr(fake, regions.get(locale.country_code, "state"))
        return street, str(fake.city()), str(region()), str(fake.postcode())

    def _phone(self) -> str:
        pattern = self._rng.choice(self._locale.phones)
        return "".join(str(self._rng.randrange(10)) if c == "#" else c for c in pattern)


def plain(text: str) -> str:
    """Return a name as a part of an e-mail address: ASCII letters, digits and hyphens."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_TRANSLITERATION))
    ascii_only = decomposed.encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_only).split())
