"""A history of sales: clients that differ in size, order frequency and payment behaviour."""

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
# Sales of each month relative to an average month, from January on.
SEASON = (0.8, 0.85, 1.0, 1.0, 1.05, 1.0, 0.75, 0.7, 1.1, 1.15, 1.25, 1.35)
# A client with at least this number of invoices gets them at regular intervals.
_REGULAR_FROM = 10
# With at least ``RECENT_FROM`` invoices, the newest ``RECENT_SALES`` are in the last weeks.
RECENT_FROM, RECENT_SALES = 10, 4


class PaymentBehavior(Enum):
    """When a client pays."""

    PROMPT = "prompt"
    PUNCTUAL = "punctual"
    LATE = "late"
    SLOW = "slow"


# Half of the clients are punctual.
_PAYMENT_BEHAVIORS = (
    PaymentBehavior.PROMPT,
    *[PaymentBehavior.PUNCTUAL] * 3,
    PaymentBehavior.LATE,
    PaymentBehavior.SLOW,
)


@dataclass(slots=True)
class Client:
    """A client; numbers begin with 0."""

    number: int
    weight: float  # its share of all sales, relative to the other clients
    payment_behavior: PaymentBehavior
    terms: int  # days to pay
    discount: int  # per cent, on every line
    usual_products: Sequence[int]  # indexes of products
    since: int = 0  # its first day as a client, counted from today
    days: list[int] = field(default_factory=list)  # days of its invoices


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of an invoice."""

    product: int
    quantity: int
    discount: int  # per cent


class SalesHistory:
    """The clients and sales of the past two years."""

    def __init__(
        self, options: SeedOptions, locale: Locale, products: Sequence[Product], today: date
    ) -> None:
        self.options = options
        self.locale = locale
        self.products = products
        self.today = today
        self.parties = PartyFactory(locale, options.seed)
        self._rng = SeededRandom(options.seed, "sales")
        self._weekday = today.toordinal()
        source = f"{options.seed}/{locale.code}".encode()
        self._reference_code = blake2b(source, digest_size=2).hexdigest().upper()

    def rng(self, topic: str) -> SeededRandom:
        """Return the random numbers for a topic, independent of other topics."""
        return SeededRandom(self.options.seed, topic)

    def iso_date(self, day: int) -> str:
        """Return the ISO 8601 date of a day, which is counted from today."""
        return (self.today + timedelta(days=day)).isoformat()

    def reference(self, number: int, prefix: str = "PO") -> str:
        """Return a reference that identifies a generated record, such as ``PO-3FA9-00017``."""
        return f"{prefix}-{self._reference_code}-{number:05d}"

    @cached_property
    def clients(self) -> Sequence[Client]:
        """All clients, the largest first; a few clients account for most sales."""
        rng = SeededRandom(self.options.seed, "clients")
        clients = [self._client(number, rng) for number in range(self.options.clients)]
        self._distribute_invoices(clients, rng)
        for client in clients:
            first = min(client.days, default=-rng.randint(30, HISTORY_DAYS))
            client.since = max(first - rng.randint(1, 12), -HISTORY_DAYS - 12)
        return clients

    def clients_by_start(self) -> list[Client]:
        """Return the clients by their first day."""
        return sorted(self.clients, key=lambda client: (client.since, client.number))

    @cached_property
    def sales(self) -> Sequence[Sale]:
        """All sales with their outcomes, in chronological order."""
        sales = [
            Sale(client.number, day, day + client.terms, self._payday(client, day))
            for client in self.clients
            for day in client.days
        ]
        sales.sort(key=lambda sale: (sale.day, sale.client))
        for number, sale in enumerate(sales):
            sale.number = number
        decide_outcomes(sales, self.options.payments, SeededRandom(self.options.seed, "fates"))
        return sales

    def purchases(self, sale: Sale, rng: SeededRandom) -> list[Purchase]:
        """Return the lines of a sale: mostly usual products of the client; large clients buy more."""
        client = self.clients[sale.client]
        lines = 1 + bisect((0.35, 0.65, 0.85, 0.95), rng.random())
        indexes = rng.sample(client.usual_products, lines)
        if rng.chance(0.15):
            indexes.append(rng.randrange(len(self.products)))
        size = 1 + int(4 * client.weight)
        return [
            Purchase(index, rng.choice(self.products[index].quantities) * rng.randint(1, size), client.discount)
            for index in dict.fromkeys(indexes)
        ]  # fmt: skip

    def _client(self, number: int, rng: SeededRandom) -> Client:
        weight = (number + 1) ** -0.8
        return Client(
            number,
            weight,
            rng.choice(_PAYMENT_BEHAVIORS),
            terms=rng.choice((14, 14, 30, 30, 30, 45)) if number < 20 else rng.choice((14, 30)),
            discount=5 if number % 9 == 2 else 10 if number == 4 else 0,
            usual_products=rng.sample(range(len(self.products)), rng.randint(3, 6)),
        )

    def _distribute_invoices(self, clients: Sequence[Client], rng: SeededRandom) -> None:
        """Set the days of invoices: regular intervals for large clients, seasonal for the others."""
        total = sum(client.weight for client in clients)
        edges = list(accumulate(client.weight for client in clients))
        counts = [int(self.options.invoices * client.weight / total) for client in clients]
        for _ in range(self.options.invoices - sum(counts)):
            counts[min(bisect(edges, rng.random() * total), len(clients) - 1)] += 1
        demand = list(accumulate(self._demand(-HISTORY_DAYS + day) for day in range(HISTORY_DAYS)))
        for client, number in zip(clients, counts, strict=True):
            if number >= _REGULAR_FROM:
                client.days = self._regular_days(number, rng)
            else:
                client.days = [self._seasonal_day(demand, rng) for _ in range(number)]
        if self.options.invoices >= RECENT_FROM:
            self._ensure_recent_sales(clients)

    def _ensure_recent_sales(self, clients: Sequence[Client]) -> None:
        """Move the newest sales into the last weeks: some can be drafts, open or partly paid."""
        days = [
            (day, client.number, index)
            for client in clients
            for index, day in enumerate(client.days)
        ]
        for rank, (day, number, index) in enumerate(sorted(days, reverse=True)[:RECENT_SALES]):
            clients[number].days[index] = max(day, self._working_day(-2 - 6 * rank))

    def _regular_days(self, number: int, rng: SeededRandom) -> list[int]:
        first_day = -HISTORY_DAYS + rng.randint(0, 120)
        interval = -first_day / number
        return [
            self._working_day(
                min(int(first_day + interval * (index + 0.5)) + rng.randint(0, 3), -1)
            )
            for index in range(number)
        ]

    def _seasonal_day(self, demand: Sequence[float], rng: SeededRandom) -> int:
        return self._working_day(-HISTORY_DAYS + bisect(demand, rng.random() * demand[-1]))

    def _demand(self, day: int) -> float:
        """Return the relative demand of a day, which varies with the season and grows over time."""
        month = (self.today + timedelta(days=day)).month
        return SEASON[month - 1] * (1 + 0.5 * (day + HISTORY_DAYS) / HISTORY_DAYS)

    def _working_day(self, day: int) -> int:
        """Return the day, or the Friday before a weekend; never today."""
        weekday = (self._weekday + day - 1) % 7
        return min(day - max(weekday - 4, 0), -1)

    def _payday(self, client: Client, day: int) -> int:
        """Return the day on which the client would pay an invoice of ``day``."""
        rng, terms = self._rng, client.terms
        match client.payment_behavior:
            case PaymentBehavior.PROMPT:
                wait = rng.randint(1, 7)
            case PaymentBehavior.PUNCTUAL:
                wait = rng.randint(terms - 5, terms)
            case PaymentBehavior.LATE:
                wait = terms + rng.randint(2, 25)
            case PaymentBehavior.SLOW:
                wait = terms + rng.randint(15, 75)
        return day + wait


def clients_and_sales(history: SalesHistory) -> Iterator[Client | Sale]:
    """Yield clients and sales in chronological order, a client always before its sales."""
    remaining = iter(history.clients_by_start())
    client = next(remaining, None)
    for sale in history.sales:
        while client is not None and client.since <= sale.day:
            yield client
            client = next(remaining, None)
        yield sale
    while client is not None:
        yield client
        client = next(remaining, None)
