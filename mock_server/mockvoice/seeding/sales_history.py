"""Who buys when, how much, and when they pay: clients with a size, a rhythm and manners."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate

from mockvoice.seeding.catalog import Product
from mockvoice.seeding.locales import Locale
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.outcomes import Sale, decide_outcomes
from mockvoice.seeding.parties import PartyFactory
from mockvoice.seeding.rng import SeededRandom

HISTORY_DAYS = 730
# How busy each month is, January first.
SEASON = (0.8, 0.85, 1.0, 1.0, 1.05, 1.0, 0.75, 0.7, 1.1, 1.15, 1.25, 1.35)
_MONTHLY_FROM = 10  # invoices in two years
# A business of so many invoices has sold something of late.
ALIVE_FROM, NEW_SALES = 10, 4


class PaymentBehavior(Enum):
    """How a client pays."""

    PROMPT = "prompt"
    PUNCTUAL = "punctual"
    LATE = "late"
    SLOW = "slow"


_MANNERS = (PaymentBehavior.PROMPT, PaymentBehavior.PUNCTUAL, PaymentBehavior.PUNCTUAL, PaymentBehavior.PUNCTUAL, PaymentBehavior.LATE, PaymentBehavior.SLOW)  # fmt: skip


@dataclass(slots=True)
class Client:
    """A client, known by its number from 0 on."""

    number: int
    weight: float
    payment_behavior: PaymentBehavior
    terms: int  # days to pay
    discount: int  # per cent, on everything
    usual_products: Sequence[int]  # places in the list of goods
    since: int = 0  # the day, counted from today, from which it is a client
    days: list[int] = field(default_factory=list)  # when it is sent an invoice


@dataclass(frozen=True, slots=True)
class Purchase:
    """A line of an invoice."""

    product: int
    quantity: int
    discount: int  # per cent


class SalesHistory:
    """A business of the past two years: its clients, and its sales in the order of time."""

    def __init__(
        self, options: SeedOptions, locale: Locale, products: Sequence[Product], today: date
    ) -> None:
        self.options = options
        self.locale = locale
        self.products = products
        self.today = today
        self.people = PartyFactory(locale, options.seed)
        self._chance = SeededRandom(options.seed, "sales")
        self._weekday = today.toordinal()
        named = f"{options.seed}/{locale.code}".encode()
        self._mark = blake2b(named, digest_size=2).hexdigest().upper()

    def rng(self, topic: str) -> SeededRandom:
        """A stream for something else that the plan decides."""
        return SeededRandom(self.options.seed, topic)

    def on(self, day: int) -> str:
        """The date of a day that is counted from today, as ISO 8601 has it."""
        return (self.today + timedelta(days=day)).isoformat()

    def reference(self, number: int, word: str = "PO") -> str:
        """What tells a record of this business from every other, such as ``PO-3FA9-00017``."""
        return f"{word}-{self._mark}-{number:05d}"

    @cached_property
    def clients(self) -> Sequence[Client]:
        """All clients, the largest first; a few of them buy a great part of everything."""
        rng = SeededRandom(self.options.seed, "clients")
        made = [self._client(number, rng) for number in range(self.options.clients)]
        self._deal(made, rng)
        for client in made:
            first = min(client.days, default=-rng.between(30, HISTORY_DAYS))
            client.since = max(first - rng.between(1, 12), -HISTORY_DAYS - 12)
        return made

    def clients_in_time(self) -> list[Client]:
        """The clients in the order in which they came."""
        return sorted(self.clients, key=lambda each: (each.since, each.number))

    @cached_property
    def sales(self) -> Sequence[Sale]:
        """All sales in the order of time, each with what becomes of it."""
        made = [
            Sale(client.number, day, day + client.terms, self._payday(client, day))
            for client in self.clients
            for day in client.days
        ]
        made.sort(key=lambda sale: (sale.day, sale.client))
        for number, sale in enumerate(made):
            sale.number = number
        decide_outcomes(made, self.options.payments, SeededRandom(self.options.seed, "fates"))
        return made

    def purchases(self, sale: Sale, rng: SeededRandom) -> list[Purchase]:
        """The lines of a sale: mostly what this client buys, in its quantities."""
        client = self.clients[sale.client]
        lines = 1 + bisect((0.35, 0.65, 0.85, 0.95), rng.fraction())
        wanted = rng.sample(client.usual_products, lines)
        if rng.chance(0.15):
            wanted.append(rng.below(len(self.products)))
        size = 1 + int(4 * client.weight)
        return [
            Purchase(good, rng.pick(self.products[good].quantities) * rng.between(1, size), client.discount)
            for good in dict.fromkeys(wanted)
        ]  # fmt: skip

    def _client(self, number: int, rng: SeededRandom) -> Client:
        weight = (number + 1) ** -0.8
        return Client(
            number,
            weight,
            rng.pick(_MANNERS),
            terms=rng.pick((14, 14, 30, 30, 30, 45)) if number < 20 else rng.pick((14, 30)),
            discount=5 if number % 9 == 2 else 10 if number == 4 else 0,
            usual_products=rng.sample(range(len(self.products)), rng.between(3, 6)),
        )

    def _deal(self, clients: Sequence[Client], rng: SeededRandom) -> None:
        """Give every client its invoices: regular ones once a month or so, others when they come."""
        whole = sum(client.weight for client in clients)
        edges = list(accumulate(client.weight for client in clients))
        counts = [int(self.options.invoices * client.weight / whole) for client in clients]
        for _ in range(self.options.invoices - sum(counts)):
            counts[min(bisect(edges, rng.fraction() * whole), len(clients) - 1)] += 1
        busy = list(accumulate(self._busyness(-HISTORY_DAYS + day) for day in range(HISTORY_DAYS)))
        for client, number in zip(clients, counts, strict=True):
            if number >= _MONTHLY_FROM:
                client.days = self._regular_days(number, rng)
            else:
                client.days = [self._busy_day(busy, rng) for _ in range(number)]
        if self.options.invoices >= ALIVE_FROM:
            self._keep_alive(clients)

    def _keep_alive(self, clients: Sequence[Client]) -> None:
        """See that the last weeks had a few sales, so that something is new, open and begun."""
        days = [
            (day, client.number, place)
            for client in clients
            for place, day in enumerate(client.days)
        ]
        for back, (day, number, place) in enumerate(sorted(days, reverse=True)[:NEW_SALES]):
            clients[number].days[place] = max(day, self._working(-2 - 6 * back))

    def _regular_days(self, number: int, rng: SeededRandom) -> list[int]:
        begin = -HISTORY_DAYS + rng.between(0, 120)
        step = -begin / number
        return [
            self._working(min(int(begin + step * (place + 0.5)) + rng.between(0, 3), -1))
            for place in range(number)
        ]

    def _busy_day(self, busy: Sequence[float], rng: SeededRandom) -> int:
        return self._working(-HISTORY_DAYS + bisect(busy, rng.fraction() * busy[-1]))

    def _busyness(self, day: int) -> float:
        """How much is sold on a day: by the season, and more from year to year."""
        month = (self.today + timedelta(days=day)).month
        return SEASON[month - 1] * (1 + 0.5 * (day + HISTORY_DAYS) / HISTORY_DAYS)

    def _working(self, day: int) -> int:
        """The day, or the Friday before if it falls on a weekend; never today."""
        weekday = (self._weekday + day - 1) % 7
        return min(day - max(weekday - 4, 0), -1)

    def _payday(self, client: Client, day: int) -> int:
        """When the client would pay for what was written on a day."""
        rng, terms = self._chance, client.terms
        match client.payment_behavior:
            case PaymentBehavior.PROMPT:
                wait = rng.between(1, 7)
            case PaymentBehavior.PUNCTUAL:
                wait = rng.between(terms - 5, terms)
            case PaymentBehavior.LATE:
                wait = terms + rng.between(2, 25)
            case PaymentBehavior.SLOW:
                wait = terms + rng.between(15, 75)
        return day + wait


def in_time(history: SalesHistory) -> Iterator[Client | Sale]:
    """Clients and sales as they come, a client always before what it buys."""
    waiting = iter(history.clients_in_time())
    client = next(waiting, None)
    for sale in history.sales:
        while client is not None and client.since <= sale.day:
            yield client
            client = next(waiting, None)
        yield sale
    while client is not None:
        yield client
        client = next(waiting, None)
