"""Seeding of a sandbox with generated data: on a copy, in short time slices, applied at the end."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ConcurrentModification, InvalidSeedRequest, SeedingRejected
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import monotonic
from mockvoice.sandboxes.durability import with_loaded
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.seeding.executor import HandlerExecutor, RequestRejected, scratch_copy
from mockvoice.seeding.options import InvalidSeedOptions, SeedOptions
from mockvoice.seeding.sales_history import HISTORY_DAYS
from mockvoice.seeding.seeder import (
    NoSeeder,
    VendorSeeder,
    ordered_requests,
    sales_history_for,
    seeder_for,
)
from mockvoice.web.event_loop import run_on_loop
from mockvoice.web.vendor import Vendor

# Length of one time slice on the event loop; other requests are served between slices.
SLICE_SECONDS = 0.0015
# Number of requests that the thread generates before the loop executes them.
REQUESTS_PER_BATCH = 500


@dataclass(frozen=True, slots=True)
class SeedResult:
    """Result of a seeding run."""

    options: SeedOptions
    locale: str
    requests: int
    counts: Mapping[str, int]  # number of added rows by table, without zeros


class SeedingJob:
    """Seeding of one vendor of one sandbox.

    Must be created on the event loop.
    """

    def __init__(
        self, server: ServerContext, sandbox: Sandbox, vendor: Vendor, options: SeedOptions
    ) -> None:
        self._server, self._sandbox, self.vendor, self.options = server, sandbox, vendor, options
        # How far the job is: the number of requests, and the share of the time that the data covers.
        self.requests, self.share = 0, 0.0
        self._loop = asyncio.get_running_loop()
        self._original = sandbox.backends[vendor.key]
        self._version = self._original.version()
        self._copy = scratch_copy(self._original)
        self._counts_before = self._copy.counts()

    def run(self) -> SeedResult:
        """Seed the sandbox, from a thread; clients see either all new data or none.

        Raises ``InvalidSeedRequest`` (also for a vendor without a seeder), ``SeedingRejected`` and
        ``ConcurrentModification`` and ``StorageFull``; then nothing has changed.
        """
        self._sandbox.long_changes.add(self)
        try:
            return self._run()
        finally:
            self._sandbox.long_changes.discard(self)

    def _run(self) -> SeedResult:
        try:
            seeder = seeder_for(self.vendor)
            history = sales_history_for(seeder, self.options, self._copy.clock.today())
            executor = self._executor(seeder)
            existing = self._run_on_loop(_prefetch(executor, seeder))
            requests = ordered_requests(seeder, history, existing, seeder.known_ids)
            while batch := list(islice(requests, REQUESTS_PER_BATCH)):
                self._run_on_loop(_in_slices(executor.execute(batch)))
                self.requests += len(batch)
                self.share = max(0.0, min(1 + batch[-1].day / HISTORY_DAYS, 1.0))
                self._check_storage()
        except (InvalidSeedOptions, NoSeeder) as error:
            raise InvalidSeedRequest(str(error)) from error
        except RequestRejected as error:
            raise SeedingRejected(str(error)) from error
        return self._run_on_loop(self._apply(history.locale.code))  # type: ignore[no-any-return]

    def _executor(self, seeder: VendorSeeder) -> HandlerExecutor:
        return HandlerExecutor(
            self.vendor, seeder, self._copy, self._sandbox.credentials[self.vendor.key]
        )

    def _run_on_loop(self, coroutine: Any) -> Any:
        return run_on_loop(coroutine, self._loop)

    def _check_storage(self) -> None:
        """Raise ``StorageFull`` if the generated data exceeds a limit."""
        self._run_on_loop(with_loaded(self._sandbox.use))
        limits = self._server.sandboxes.storage_limits
        limits.check_memory()
        other_rows = self._sandbox.backends.row_count(without=self.vendor.key)
        limits.check_rows(other_rows + self._copy.row_counter.rows)

    async def _apply(self, locale: str) -> SeedResult:
        """Replace the original backend by the seeded copy."""
        key, sandbox = self.vendor.key, self._sandbox
        exists = self._server.sandboxes.get(sandbox.name) is sandbox
        if not (exists and sandbox.backends.get(key) is self._original) or self._has_changed():
            raise ConcurrentModification(sandbox.name, self.vendor.title)
        backend: Backend = self._copy.fork(sandbox.clock)
        backend.is_replaying = False
        backend.catch_up()
        sandbox.backends.replace(key, backend)
        counts = backend.counts()
        added = {name: count - self._counts_before[name] for name, count in counts.items()}
        added = {name: count for name, count in added.items() if count > 0}
        return SeedResult(self.options, locale, self.requests, added)

    def _has_changed(self) -> bool:
        return self._original.version() != self._version


async def _prefetch(executor: HandlerExecutor, seeder: VendorSeeder) -> dict[str, Any]:
    return executor.read(seeder.prefetch)


async def _in_slices(steps: Iterator[None]) -> None:
    while True:
        slice_end = monotonic() + SLICE_SECONDS
        for _ in steps:
            if monotonic() >= slice_end:
                break
        else:
            return
        await asyncio.sleep(0)
