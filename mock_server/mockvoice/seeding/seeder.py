"""What a vendor says of filling an account, and requests put into the order of time."""

import heapq
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mockvoice.seeding.auth import ApiAuth
from mockvoice.seeding.catalog import Product
from mockvoice.seeding.locales import locale_of
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.requests import Request
from mockvoice.seeding.sales_history import SalesHistory

# Requests that belong together, in the order of their days.
RequestSequence = Iterable[Request]
Answers = Mapping[str, Any]


class NoSeeder(LookupError):
    """A vendor that does not say how its accounts are filled."""

    def __init__(self, key: str) -> None:
        super().__init__(f"accounts of {key} cannot be filled: the vendor has no plan.py")


@dataclass(frozen=True, kw_only=True)
class VendorSeeder:
    """How one vendor's accounts are filled: what ``plan.py`` in its folder offers as ``PLAN``."""

    locale: str  # whose data it has unless another is asked for
    products: Sequence[Product]  # its line of business
    # What is read before anything is written, by a name for each answer.
    prefetch: Mapping[str, Request]
    # The episodes, by the day on which each begins. Raises ``BadWish`` if the account lacks something.
    generate: Callable[[SalesHistory, Answers, Mapping[str, Any]], Iterator[RequestSequence]]
    # As whom the mock's handlers see the owner of an account, by the sandbox's credentials.
    principal: Callable[[Mapping[str, str]], str]
    # What a target file's ``known`` says; here, of an account as the mock installs it.
    known_ids: Mapping[str, Any] = field(default_factory=dict)
    # Opens the API with the credentials of a target. Raises ``KeyError`` for one that is missing.
    auth: Callable[[Mapping[str, str]], ApiAuth]


def seeder_for(key: str, handlers: str) -> VendorSeeder:
    """The plan of a vendor, whose handlers are in a package. Raises ``NoPlan``."""
    name = f"{handlers.rpartition('.')[0]}.seeder"
    try:
        found: VendorSeeder = importlib.import_module(name).SEEDER
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise NoSeeder(key) from error
    return found


def sales_history_for(seeder: VendorSeeder, options: SeedOptions, today: date) -> SalesHistory:
    """The business of a wish. Raises ``BadWish``."""
    options.check()
    return SalesHistory(options, locale_of(options.locale or seeder.locale), seeder.products, today)


def ordered_requests(seeder: VendorSeeder, history: SalesHistory, answers: Answers, known: Mapping[str, Any]) -> Iterator[Request]:  # fmt: skip
    """All requests in the order of their days; of one day, in the order of their episodes."""
    return _in_order(seeder.generate(history, answers, known))


def _in_order(episodes: Iterable[RequestSequence]) -> Iterator[Request]:
    waiting: list[tuple[int, int, Request, Iterator[Request]]] = []
    for number, episode in enumerate(episodes):
        requests = iter(episode)
        first = next(requests, None)
        if first is None:
            continue
        yield from _until(waiting, (first.day, number))
        heapq.heappush(waiting, (first.day, number, first, requests))
    yield from _until(waiting, None)


def _until(
    waiting: list[tuple[int, int, Request, Iterator[Request]]], moment: tuple[int, int] | None
) -> Iterator[Request]:
    while waiting and (moment is None or waiting[0][:2] < moment):
        day, number, request, requests = heapq.heappop(waiting)
        yield request
        following = next(requests, None)
        if following is not None:
            heapq.heappush(waiting, (max(day, following.day), number, following, requests))
