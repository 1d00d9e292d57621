"""Moves of a sandbox's clock, with the events that are due on the way."""

import asyncio
from collections.abc import Callable, Iterator

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ClockMoveInterrupted, SandboxNotFound
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import monotonic
from mockvoice.sandboxes.backends import SandboxRemoved
from mockvoice.sandboxes.durability import with_loaded
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.event_loop import run_on_loop
from mockvoice.web.long_requests import run_without_pause

# How long events run before other requests are served.
SLICE_SECONDS = 0.01


class ClockMove:
    """A move of one sandbox's clock. Other requests are served meanwhile, at the times on the way.

    ``steps`` moves the clock and returns the vendors whose events are due, one after the other. Must be
    created on the event loop.
    """

    def __init__(
        self, server: ServerContext, sandbox: Sandbox, steps: Callable[[], Iterator[str]]
    ) -> None:
        self._limits = server.sandboxes.storage_limits
        self._pool = server.sandboxes.threads.handlers
        self._sandbox = sandbox
        self._steps = steps
        self._loop = asyncio.get_running_loop()

    def run(self) -> None:
        """Move the clock, from a thread.

        Raises the errors of the steps, ``ClockMoveInterrupted``, and ``StorageFull`` if the events would
        store more than the limits allow; the clock then stands at the time of the last events.
        """
        run_on_loop(self._run(), self._loop)

    async def _run(self) -> None:
        try:
            async with self._sandbox.clock_lock:
                await with_loaded(self._sandbox.use)
                await self._run_steps()
        except SandboxRemoved:
            raise SandboxNotFound(self._sandbox.name) from None

    async def _run_steps(self) -> None:
        generation = self._sandbox.backends.generation
        rows = self._sandbox.row_count()
        slice_end = monotonic() + SLICE_SECONDS
        for vendor in self._steps():
            await self._run_due_events(vendor)
            if self._sandbox.row_count() > rows:
                self._limits.check_memory()
                self._limits.check_rows(self._sandbox.row_count())
            if monotonic() >= slice_end:
                await asyncio.sleep(0)
                slice_end = monotonic() + SLICE_SECONDS
            if self._sandbox.backends.generation != generation:
                raise ClockMoveInterrupted(self._sandbox.name)

    async def _run_due_events(self, vendor: str) -> None:
        await run_without_pause(self._sandbox, vendor, _run_due_events, self._pool)


def _run_due_events(backend: Backend) -> None:
    with backend.transaction():
        backend.run_due_events()
