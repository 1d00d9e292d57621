"""Sandboxes that several servers share: which of them this one has, and how it gets the others."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Protocol, TypeVar

from mockvoice.kernel.clock import monotonic
from mockvoice.kernel.thread_pool import ThreadPool
from mockvoice.sandboxes.durability import NotLoaded, StoreUnavailable
from mockvoice.sandboxes.tags import tag_of
from mockvoice.state_store.batch import Lease, StoreError
from mockvoice.state_store.node import Node, NodeEvents, Unavailable, lease_time
from mockvoice.state_store.registrations import Registrations
from mockvoice.state_store.stored_sandbox import StoredSandbox

Result = TypeVar("Result")

# How long a request waits for a sandbox that another node has, or for this node's leases to be renewed.
WAIT_SECONDS = 5.0
# The pauses between two attempts to get a lease grow from the first to the last.
FIRST_PAUSE_SECONDS = 0.01
LAST_PAUSE_SECONDS = 0.2
# How long a node keeps a sandbox at least, so that its own requests make progress.
MIN_HOLD_SECONDS = 0.05
# How long handing a sandbox over may take, before its requests are let in again.
HAND_OVER_SECONDS = 4.0

# What was looked up for a request; looking again would find no more.
_looked_up: ContextVar[frozenset[str]] = ContextVar("looked_up", default=frozenset())
_ALL = "all"


class HeldElsewhere(StoreUnavailable):
    """Another node has a sandbox, and does not give it away in time."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The sandbox {name} is in use by another server; send the request again")


class SharedStore(Protocol):
    """The store whose sandboxes are shared."""

    def loading(self, number: int) -> asyncio.Task[None] | None:
        """Return the task that loads a sandbox, or ``None``."""

    async def load(self, stored: StoredSandbox, *, ask: bool = True) -> None:
        """Load the data of a sandbox; ``ask`` another node for it. Raises ``StoreUnavailable``."""

    def forget_shared_layers(self) -> None:
        """Store initial data again before further sandboxes share it."""

    def changed(self, stored: StoredSandbox) -> None:
        """Let the next batch have what has changed in a sandbox."""


class Sharing:
    """The leases of this node. Everything runs on the event loop."""

    def __init__(
        self, store: SharedStore, sandboxes: Registrations, node: Node, thread_pool: ThreadPool
    ) -> None:
        self._store = store
        self._sandboxes = sandboxes
        self._node = node
        self._threads = thread_pool
        self._hand_overs: dict[int, asyncio.Task[None]] = {}
        self._claims: dict[str, Lease] = {}
        self._claiming: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Renew the leases from now on."""
        self._node.start(NodeEvents(self._expired, self._requested, self._found_waiting))

    # -- requests ----------------------------------------------------------------------------

    def check(self, stored: StoredSandbox) -> None:
        """Raise ``NotLoaded`` unless this node may show what it has of a sandbox in memory."""
        if stored.is_leaving or stored.epoch is None:
            raise NotLoaded(partial(self._store.load, stored))
        if lease_time() >= self._node.valid_until:
            raise NotLoaded(self._until_valid)

    async def _until_valid(self) -> None:
        end = lease_time() + WAIT_SECONDS
        while lease_time() >= self._node.valid_until:
            if lease_time() >= end:
                raise StoreUnavailable("The database of --state does not respond")
            await asyncio.sleep(FIRST_PAUSE_SECONDS)

    def look_up(self, tag: str) -> None:
        """Raise ``NotLoaded`` unless the sandboxes of a tag were read for this request."""
        if tag not in _looked_up.get():
            raise NotLoaded(partial(self._read_tag, tag))

    async def _read_tag(self, tag: str) -> None:
        records = await self._run(partial(self._node.sandboxes_of_tag, tag))
        await self._sandboxes.register_new(records)
        _looked_up.set(_looked_up.get() | {tag})

    def refresh(self) -> None:
        """Raise ``NotLoaded`` unless all sandboxes were read for this request."""
        if _ALL not in _looked_up.get():
            raise NotLoaded(self._refresh)

    async def _refresh(self) -> None:
        await self._sandboxes.refresh()
        _looked_up.set(_looked_up.get() | {_ALL})

    async def _run(self, work: Callable[[], Result]) -> Result:
        """Run a short statement in a thread. Raises ``StoreUnavailable``."""
        try:
            return await self._threads.run(work)
        except StoreError as error:
            raise StoreUnavailable(str(error)) from error

    # -- new sandboxes -----------------------------------------------------------------------

    def claim(self, name: str) -> None:
        """Raise ``NotLoaded`` unless this node may create a sandbox of this name.

        If another node has one, it is registered by then.
        """
        if name not in self._claims:
            raise NotLoaded(partial(self._claim, name))

    async def _claim(self, name: str) -> None:
        claiming = self._claiming.get(name)
        if claiming is None:
            claiming = asyncio.get_running_loop().create_task(self._claim_once(name))
            self._claiming[name] = claiming
            claiming.add_done_callback(lambda _: self._claiming.pop(name, None))
        await asyncio.shield(claiming)

    async def _claim_once(self, name: str) -> None:
        lease = await self._run(partial(self._node.claim, name))
        if lease is not None:
            self._claims[name] = lease
        else:
            await self._run(self._sandboxes.name_is_taken)
            await self._read_tag(tag_of(name))
            await asyncio.sleep(FIRST_PAUSE_SECONDS)  # it may not be stored yet

    def take_claim(self, name: str) -> Lease | None:
        """Return the lease of a claimed sandbox, which is created now."""
        return self._claims.pop(name, None)

    # -- leases ------------------------------------------------------------------------------

    async def acquire(self, stored: StoredSandbox, *, ask: bool) -> bool:
        """Get the lease of a sandbox; return false if it was removed. Raises ``StoreUnavailable``."""
        hand_over = self._hand_overs.get(stored.id)
        if hand_over is not None:
            await asyncio.shield(hand_over)
        await self._unload(stored)
        end, pause = monotonic() + WAIT_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            lease = await self._run(partial(self._node.acquire, stored.id, ask=ask))
            if isinstance(lease, int):
                stored.epoch = lease
                return True
            if lease is Unavailable.REMOVED:
                return False
            if not ask or monotonic() >= end:
                raise HeldElsewhere(stored.sandbox.name)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_PAUSE_SECONDS)

    def _requested(self, number: int) -> None:
        """Hand a sandbox over to another node, unless that is going on already."""
        if number not in self._hand_overs:
            task = asyncio.get_running_loop().create_task(self._hand_over(number))
            self._hand_overs[number] = task
            task.add_done_callback(lambda _: self._hand_overs.pop(number, None))

    async def _hand_over(self, number: int) -> None:
        loading = self._store.loading(number)
        if loading is not None:
            await asyncio.wait([loading])
        stored = self._sandboxes.get(number)
        try:
            if stored is None or stored.epoch is None:  # what it had was dropped
                await self._run(partial(self._node.release, number))
                return
            await asyncio.sleep(MIN_HOLD_SECONDS)
            if await self._until_idle(stored):
                stored.epoch = None
                if stored.sandbox.backends.is_loaded:
                    stored.unload()
                await self._run(partial(self._node.release, number))
        except StoreUnavailable:
            return  # the lease expires, or the other node asks again
        finally:
            if stored is not None:
                stored.is_leaving = False

    async def _until_idle(self, stored: StoredSandbox) -> bool:
        """Let no more requests in, and wait until all of a sandbox is stored; return whether it is.

        Requests are let in as long as a long change goes on, which may consist of some.
        """
        end = monotonic() + HAND_OVER_SECONDS
        while monotonic() < end:
            stored.is_leaving = not stored.is_being_changed()
            if not stored.is_leaving:
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            elif stored.sandbox.unstored is not None:
                await asyncio.wait([stored.sandbox.unstored])
            else:
                return True
        return False

    def _expired(self, kept: Mapping[int, int] | None) -> None:
        """Drop the sandboxes from memory whose leases others may have taken."""
        if kept is None:
            self._store.forget_shared_layers()
            self._claims = {}
        for stored in self._sandboxes:
            if stored.epoch is None or (kept and kept.get(stored.id) == stored.epoch):
                continue
            stored.epoch = None  # so that no batch has it any more
            self._start(self._unload(stored))

    async def _unload(self, stored: StoredSandbox) -> None:
        """Drop what this node has of a sandbox without a lease, once it is known whether it is stored."""
        while stored.epoch is None and stored.sandbox.unstored is not None:
            await asyncio.wait([stored.sandbox.unstored])
        if stored.epoch is None and stored.sandbox.backends.is_loaded:
            stored.unload()

    def _found_waiting(self, numbers: Sequence[int]) -> None:
        """Load sandboxes in which something waits, and that no node has."""
        self._start(self._load_waiting(numbers))

    async def _load_waiting(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            try:
                if self._sandboxes.get(number) is None:
                    await self._sandboxes.read(number)
                stored = self._sandboxes.get(number)
                if stored is not None and stored.epoch is None:
                    await self._store.load(stored, ask=False)
            except StoreUnavailable:
                continue  # it is found again if nobody else has it by then

    def remove_if_free(self, stored: StoredSandbox) -> None:
        """Remove a sandbox that has expired from the store, unless another node has it, which does so."""
        self._start(self._remove(stored))

    async def _remove(self, stored: StoredSandbox) -> None:
        try:
            if await self.acquire(stored, ask=False):
                stored.is_removed = True
                self._store.changed(stored)
        except StoreUnavailable:
            return  # its holder removes it, or whoever reads it next

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
