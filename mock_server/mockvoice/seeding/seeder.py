"""The definition of a vendor's seeder, and its requests in chronological order."""

import heapq
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mockvoice.outbound.auth import ApiAuth
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.seeding.catalog import Product
from mockvoice.seeding.locales import locale_of
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.requests import Request
from mockvoice.seeding.sales_history import SalesHistory

# Requests that belong together, in chronological order.
RequestSequence = Iterable[Request]
PrefetchedResponses = Mapping[str, Any]  # responses to the prefetch requests, by name


class NoSeeder(LookupError):
    """The vendor has no seeder."""

    def __init__(self, key: str) -> None:
        super().__init__(f"accounts of {key} cannot be seeded: the vendor has no seeder.py")


@dataclass(frozen=True, kw_only=True)
class VendorSeeder:
    """Definition of one vendor's seeder: the constant ``SEEDER`` of its ``seeder.py``."""

    locale: str  # the default
    products: Sequence[Product]
    # Requests that read the account before it is changed, by name.
    prefetch: Mapping[str, Request]
    # Yields request sequences, ordered by their first day. Raises ``InvalidSeedOptions`` if the
    # account lacks a necessary record.
    generate: Callable[
        [SalesHistory, PrefetchedResponses, Mapping[str, Any]], Iterator[RequestSequence]
    ]
    # Returns the principal for the mock's handlers, from the sandbox's credentials.
    principal: Callable[[Mapping[str, str]], str]
    # Default of ``known`` of a target file, for the mock's initial account.
    known_ids: Mapping[str, Any] = field(default_factory=dict)
    # Authenticates with the credentials of a target. Raises ``KeyError`` for a missing one.
    auth: Callable[[Mapping[str, str]], ApiAuth]


def seeder_for(spec: BackendSpec) -> VendorSeeder:
    """Return the seeder in a vendor's package. Raises ``NoSeeder``."""
    name = f"{spec.package}.seeder"
    try:
        seeder: VendorSeeder = importlib.import_module(name).SEEDER
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise NoSeeder(spec.key) from error
    return seeder


def sales_history_for(seeder: VendorSeeder, options: SeedOptions, today: date) -> SalesHistory:
    """Return the sales history that options describe. Raises ``InvalidSeedOptions``."""
    options.check()
    return SalesHistory(options, locale_of(options.locale or seeder.locale), seeder.products, today)


def ordered_requests(
    seeder: VendorSeeder,
    history: SalesHistory,
    prefetched: PrefetchedResponses,
    known: Mapping[str, Any],
) -> Iterator[Request]:
    """Yield all requests by day; the requests of one day are in the order of their sequences."""
    return _merge(seeder.generate(history, prefetched, known))


def _merge(sequences: Iterable[RequestSequence]) -> Iterator[Request]:
    waiting: list[tuple[int, int, Request, Iterator[Request]]] = []
    for number, sequence in enumerate(sequences):
        requests = iter(sequence)
        first = next(requests, None)
        if first is None:
            continue
        yield from _pop_before(waiting, (first.day, number))
        heapq.heappush(waiting, (first.day, number, first, requests))
    yield from _pop_before(waiting, None)


def _pop_before(
    waiting: list[tuple[int, int, Request, Iterator[Request]]], end: tuple[int, int] | None
) -> Iterator[Request]:
    while waiting and (end is None or waiting[0][:2] < end):
        day, number, request, requests = heapq.heappop(waiting)
        yield request
        following = next(requests, None)
        if following is not None:
            heapq.heappush(waiting, (max(day, following.day), number, following, requests))
