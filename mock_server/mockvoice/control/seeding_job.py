"""A sandbox filled with believable data: on a fork at the side, in slices, and then all at once."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ConcurrentModification, InvalidSeedRequest, SeedingRejected
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import monotonic
from mockvoice.seeding.executor import HandlerExecutor, RequestRejected, scratch_copy
from mockvoice.seeding.options import InvalidSeedOptions, SeedOptions
from mockvoice.seeding.seeder import (
    NoSeeder,
    VendorSeeder,
    ordered_requests,
    sales_history_for,
    seeder_for,
)
from mockvoice.web.sandboxes import Sandbox
from mockvoice.web.vendor import Vendor

# For so long the loop serves nobody else; then everybody who waits.
SLICE_SECONDS = 0.0015
# So many requests are told ahead, in a thread.
TOLD_AHEAD = 500
# While a thread works, the loop gets the interpreter back within this time.
SWITCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What has been added to a sandbox."""

    options: SeedOptions
    locale: str
    requests: int
    counts: Mapping[str, int]  # rows by table, where there are more than before


class SeedingJob:
    """One wish for one vendor of one sandbox.

    To be made on the event loop. Raises ``BadSeeding`` for a vendor without a plan.
    """

    def __init__(
        self, server: ServerContext, sandbox: Sandbox, vendor: Vendor, options: SeedOptions
    ) -> None:
        self._house, self._sandbox, self._vendor, self._wish = server, sandbox, vendor, options
        self._loop = asyncio.get_running_loop()
        self._before = sandbox.backends[vendor.key]
        self._stamp = self._before.version()
        self._world = scratch_copy(self._before)
        self._numbers = self._world.counts()
        self._requests = 0

    def work(self) -> SeedResult:
        """Fill, from a thread: nothing of it is seen before all of it is there.

        Raises ``BadSeeding``, ``SeedingRefused``, and ``ChangedMeanwhile``; then nothing has happened.
        """
        with _quick_switches():
            try:
                seeder = seeder_for(self._vendor.key, self._vendor.handlers)
                history = sales_history_for(seeder, self._wish, self._world.clock.today())
                replay = self._replay(seeder)
                answers = self._on_loop(_reading(replay, seeder))
                requests = ordered_requests(seeder, history, answers, seeder.known_ids)
                while batch := list(islice(requests, TOLD_AHEAD)):
                    self._on_loop(_in_slices(replay.execute(batch)))
                    self._requests += len(batch)
            except (InvalidSeedOptions, NoSeeder) as error:
                raise InvalidSeedRequest(str(error)) from error
            except RequestRejected as error:
                raise SeedingRejected(str(error)) from error
        return self._on_loop(self._taken(history.locale.code))  # type: ignore[no-any-return]

    def _replay(self, seeder: VendorSeeder) -> HandlerExecutor:
        return HandlerExecutor(
            self._vendor, seeder, self._world, self._sandbox.credentials[self._vendor.key]
        )

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _taken(self, locale: str) -> SeedResult:
        """Let the filled world take the place of the one that it was forked from."""
        key, sandbox = self._vendor.key, self._sandbox
        there = self._house.sandboxes.get(sandbox.name) is sandbox
        if not (there and sandbox.backends.get(key) is self._before) or self._changed():
            raise ConcurrentModification(sandbox.name, self._vendor.title)
        world: Backend = self._world.fork(sandbox.clock)
        world.is_replaying = False
        self._before.close()
        sandbox.backends[key] = world
        sandbox.run_due_events(world)
        world.start_timers()
        more = {name: number - self._numbers[name] for name, number in world.counts().items()}
        counts = {name: number for name, number in more.items() if number > 0}
        return SeedResult(self._wish, locale, self._requests, counts)

    def _changed(self) -> bool:
        return self._before.version() != self._stamp


async def _reading(replay: HandlerExecutor, seeder: VendorSeeder) -> dict[str, Any]:
    return replay.read(seeder.prefetch)


async def _in_slices(steps: Iterator[None]) -> None:
    while True:
        end = monotonic() + SLICE_SECONDS
        for _ in steps:
            if monotonic() >= end:
                break
        else:
            return
        await asyncio.sleep(0)


@contextmanager
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
