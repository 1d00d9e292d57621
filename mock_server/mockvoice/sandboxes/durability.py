"""What a store that keeps sandboxes beyond the process has to do with them.

Without a store, nothing here applies: ``Sandbox.storage`` and ``SandboxRegistry.storage`` are ``None``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from mockvoice.kernel.backend import Backend

Result = TypeVar("Result")

Load = Callable[[], Awaitable[None]]


class StoreUnavailable(Exception):
    """The store cannot be read or written, so a request cannot be answered. The message says why."""


class ChangesUndone(StoreUnavailable):
    """Changes that a request has made or seen could not be stored, and were undone meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "The change was not stored, because the store failed; send the request again"
        )


class NotLoaded(Exception):
    """A sandbox's data is in the store and not in memory; ``load`` reads it.

    ``load`` raises ``StoreUnavailable``.
    """

    def __init__(self, load: Load) -> None:
        super().__init__("the data of the sandbox is not in memory")
        self.load = load


# The end of a batch of changes: ``None``, or why the batch was not stored.
Stored = asyncio.Future["StoreUnavailable | None"]


class SandboxStorage(Protocol):
    """The store of one sandbox."""

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """By vendor and table, the number of rows that are stored, if the data is not in memory."""

    def changed(self) -> None:
        """Store the description of the sandbox, its snapshots and initial states: they have changed."""

    def faults_changed(self) -> None:
        """Store the faults of the sandbox that have changed, or were triggered."""

    def use(self) -> None:
        """Note that the sandbox is used now. Raises ``NotLoaded``."""

    def connect(self, key: str, backend: Backend) -> None:
        """Store what is committed in a backend of the sandbox from now on, and was recorded in it."""


async def until_stored(end: Stored) -> None:
    """Wait for the end of a batch. Raises ``StoreUnavailable``."""
    # A waiting request may be cancelled, but not the end that others wait for.
    error = await asyncio.shield(end)
    if error is not None:
        raise error


async def with_loaded(work: Callable[[], Result]) -> Result:
    """Do work on sandboxes again after each ``NotLoaded``, whose data is loaded first.

    The work must not have changed anything when it raises. Raises ``StoreUnavailable``.
    """
    while True:
        try:
            return work()
        except NotLoaded as error:
            load = error.load
        await load()
