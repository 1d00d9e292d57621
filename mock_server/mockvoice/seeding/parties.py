"""Companies and people of a locale, each with an address and numbers that nobody has."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from faker import Faker

from mockvoice.seeding.locales import Locale
from mockvoice.seeding.rng import SeededRandom

_SPELT = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "'": "", "’": ""})


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody to whom invoices are written."""

    name: str
    first_name: str  # of the person to talk to; of a private person, their own
    last_name: str
    email: str
    phone: str
    domain: str
    street: str
    city: str
    region: str  # empty where addresses have none
    postcode: str
    tax_id: str
    is_company: bool


class PartyFactory:
    """Makes parties, whose names never come twice."""

    def __init__(self, locale: Locale, seed: int) -> None:
        self._locale = locale
        self._fake = Faker(locale.faker)
        # A seed that is a text would go through Python's own, randomised hash.
        self._fake.seed_instance(seed)
        self._chance = SeededRandom(seed, "people")
        self._taken: set[str] = set()

    def company(self) -> Party:
        """A company, and somebody who works there."""
        name = self._unique(self._company_name)
        domain = f"{plain(name)}.example"
        first, last = self._fake.first_name(), self._fake.last_name()
        email = f"{plain(first)}.{plain(last)}@{domain}"
        tax_id = self._locale.tax_id(self._chance)
        return self._party(name, first, last, email, domain, tax_id, is_company=True)

    def private_person(self, tax_id: str) -> Party:
        """Somebody who buys for themselves."""
        first, last = "", ""

        def name() -> str:
            nonlocal first, last
            first, last = self._fake.first_name(), self._fake.last_name()
            return f"{first} {last}"

        whole = self._unique(name)
        domain = "mail.example"
        email = f"{plain(whole).replace('-', '.')}@{domain}"
        return self._party(whole, first, last, email, domain, tax_id, is_company=False)

    def name(self) -> tuple[str, str]:
        """A person's first and last name."""
        return self._fake.first_name(), self._fake.last_name()

    def _party(
        self, name: str, first: str, last: str, email: str, domain: str, tax_id: str, *, is_company: bool
    ) -> Party:  # fmt: skip
        street, city, region, postcode = self._place()
        return Party(
            name, first, last, email, self._phone(), domain, street, city, region, postcode, tax_id,
            is_company,
        )  # fmt: skip

    def _company_name(self) -> str:
        locale = self._locale
        if not locale.companies:
            return str(self._fake.company())
        trade, ending = self._chance.pick(locale.companies), self._chance.pick(locale.endings)
        return f"{trade} {self._fake.last_name()} {ending}"

    def _unique(self, make: Any) -> str:
        """A name that was not given yet; where a locale runs out of them, with a number."""
        name: str = make()
        for _ in range(20):
            if plain(name) not in self._taken:
                break
            name = make()
        else:
            name = f"{name} {len(self._taken) + 1}"
        self._taken.add(plain(name))
        return name

    def _place(self) -> tuple[str, str, str, str]:
        locale, fake, rng = self._locale, self._fake, self._chance
        if locale.cities:
            city = rng.pick(locale.cities)
            street = f"{rng.pick(locale.streets)} {rng.between(1, 300)}"
            return street, city.name, city.region, f"{rng.between(101, 920):03d}00"
        street = fake.street_address().replace("\n", ", ")
        region = {"US": "state_abbr", "GB": "county", "DE": "administrative_unit", "FR": "region"}
        made = getattr(fake, region.get(locale.country_code, "state"))
        return street, str(fake.city()), str(made()), str(fake.postcode())

    def _phone(self) -> str:
        pattern = self._chance.pick(self._locale.phones)
        return "".join(str(self._chance.below(10)) if c == "#" else c for c in pattern)


def plain(text: str) -> str:
    """A name as a part of an address: letters and digits of ASCII, hyphens between words."""
    spelt = unicodedata.normalize("NFKD", text.lower().translate(_SPELT))
    ascii_only = spelt.encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_only).split())
