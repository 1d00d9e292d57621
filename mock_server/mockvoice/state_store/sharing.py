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
LAST_PAUSE_SECONDS = 0.05
# How long a node that has handed a sandbox over waits before it asks for it again, so that others get it.
SECONDS_AFTER_HAND_OVER = 0.1
# How long a node keeps a sandbox at least, so that its own requests make progress.
MIN_HOLD_SECONDS = 0.05
# How long a claimed name may wait for its sandbox, before it is claimed again; others may claim it later.
MAX_CLAIM_SECONDS = 2.0
# How long handing a sandbox over may take, before its requests are let in again.
HAND_OVER_SECONDS = 4.0

# What was looked up for a request; looking again would find no more. A context may be that of the request
# before on the same connection, whose task was another one.
_looked_up: ContextVar[tuple[object, frozenset[str]]] = ContextVar("looked_up")
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
        self._claims: dict[str, tuple[Lease, float]] = {}  # with the times when they were made
        self._claiming: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._expirations = 0  # how often others could take leases of this node

    def start(self, vendors: Sequence[str]) -> None:
        """Renew the leases from now on; ``vendors`` are those that this node serves."""
        events = NodeEvents(self._expired, self._requested, self._found_waiting)
        self._node.start(events, vendors)

    def close(self) -> None:
        """Stop everything that goes on."""
        for task in (*self._tasks, *self._hand_overs.values(), *self._claiming.values()):
            task.cancel()

    # -- requests ----------------------------------------------------------------------------

    def check(self, stored: StoredSandbox) -> None:
        """Raise ``NotLoaded`` unless this node may show what it has of a sandbox in memory."""
        if stored.is_leaving or stored.epoch is None:
            raise NotLoaded(partial(self._store.load, stored))
        self._check_validity()

    def _check_validity(self) -> None:
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
        if tag not in _lookups():
            raise NotLoaded(partial(self._read_tag, tag))

    async def _read_tag(self, tag: str) -> None:
        records = await self._run(partial(self._node.sandboxes_of_tag, tag))
        await self._sandboxes.register_new(records)
        _add_lookup(tag)

    def refresh(self) -> None:
        """Raise ``NotLoaded`` unless all sandboxes were read for this request."""
        self._check_validity()
        if f"{_ALL} {self._expirations}" not in _lookups():
            raise NotLoaded(self._refresh)

    async def _refresh(self) -> None:
        expirations = self._expirations
        await self._sandboxes.refresh()
        _add_lookup(f"{_ALL} {expirations}")

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
        lease, claimed_at = self._claims.get(name, (None, 0.0))
        if lease is None or monotonic() - claimed_at > MAX_CLAIM_SECONDS:
            raise NotLoaded(partial(self._claim, name))

    async def _claim(self, name: str) -> None:
        claiming = self._claiming.get(name)
        if claiming is None:
            claiming = asyncio.get_running_loop().create_task(self._claim_once(name))
            self._claiming[name] = claiming
            claiming.add_done_callback(lambda _: self._claiming.pop(name, None))
        await asyncio.shield(claiming)

    async def _claim_once(self, name: str) -> None:
        """Claim a name, or wait until the sandbox is stored that another node creates at the moment."""
        end, pause = monotonic() + WAIT_SECONDS, FIRST_PAUSE_SECONDS
        while not self._sandboxes.is_known(name):
            expirations = self._expirations
            lease = await self._run(partial(self._node.claim, name))
            if lease is not None and expirations == self._expirations:
                self._claims[name] = lease, monotonic()
                return
            await self._sandboxes.name_is_taken()
            await self._read_tag(tag_of(name))
            if monotonic() >= end:
                raise StoreUnavailable(
                    f"Another server is creating the sandbox {name}; send the request again"
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_PAUSE_SECONDS)

    def pop_claim(self, name: str) -> Lease | None:
        """Return the lease of a claimed sandbox, which is created now."""
        return self._claims.pop(name, (None, 0.0))[0]

    # -- leases ------------------------------------------------------------------------------

    async def acquire(self, stored: StoredSandbox, *, ask: bool) -> bool:
        """Get the lease of a sandbox; return false if it was removed. Raises ``StoreUnavailable``."""
        hand_over = self._hand_overs.get(stored.id)
        if hand_over is not None and not stored.is_loading:  # or else it waits for this load
            await asyncio.shield(hand_over)
            if stored.epoch is None:
                await asyncio.sleep(SECONDS_AFTER_HAND_OVER)
        stored.is_loading = True
        await self._unload(stored)
        end, pause = monotonic() + WAIT_SECONDS, FIRST_PAUSE_SECONDS
        while stored.epoch is None:
            expirations = self._expirations
            lease = await self._run(partial(self._node.acquire, stored.id, ask=ask))
            if lease is Unavailable.REMOVED:
                return False
            if isinstance(lease, int):
                if expirations == self._expirations:
                    self._acquired(stored, lease)
                continue  # unless it may have been lost meanwhile
            if lease is Unavailable.HELD and (not ask or monotonic() >= end):
                raise HeldElsewhere(stored.sandbox.name)
            if monotonic() >= end:
                raise StoreUnavailable("The database of --state does not respond in time")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_PAUSE_SECONDS)
        return True

    def _acquired(self, stored: StoredSandbox, epoch: int) -> None:
        if stored.last_epoch not in (None, epoch - 1):
            stored.sandbox.request_log.clear()  # requests to the other servers are missing in it
        stored.epoch = stored.last_epoch = epoch

    def give_back(self, stored: StoredSandbox) -> None:
        """Release the lease of a sandbox that cannot be read, so that this is tried again."""
        self._requested(stored.id)

    def _requested(self, number: int) -> None:
        """Hand a sandbox over to another node, unless that is going on already."""
        if number not in self._hand_overs:
            task = asyncio.get_running_loop().create_task(self._hand_over(number))
            self._hand_overs[number] = task
            task.add_done_callback(lambda _: self._hand_overs.pop(number, None))

    async def _hand_over(self, number: int) -> None:
        stored = self._sandboxes.get(number)
        loading = self._store.loading(number)
        # A load that has not asked for the lease yet waits for the end of this.
        if stored is not None and stored.is_loading and loading is not None:
            await asyncio.wait([loading])
        try:
            if stored is None or stored.epoch is None:  # what it had was dropped
                await self._run(partial(self._node.release, number, None))
                return
            await asyncio.sleep(MIN_HOLD_SECONDS)
            if await self._until_idle(stored):
                epoch, stored.epoch = stored.epoch, None
                await self._unload(stored)
                await self._run(partial(self._node.release, number, epoch))
        except StoreUnavailable:
            # Something may wait in the sandbox, which no node looks for while this one has the lease.
            asyncio.get_running_loop().call_later(LAST_PAUSE_SECONDS, self._requested, number)
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
                await asyncio.wait([stored.sandbox.unstored], timeout=end - monotonic())
            else:
                return True
        return not stored.is_being_changed() and stored.sandbox.unstored is None

    def _expired(self, kept: Mapping[int, int] | None) -> None:
        """Drop the sandboxes from memory whose leases others may have taken."""
        self._expirations += 1
        self._claims = {}
        if kept is None:
            self._store.forget_shared_layers()
        for stored in self._sandboxes:
            if stored.epoch is None or (kept and kept.get(stored.id) == stored.epoch):
                continue
            stored.epoch = None  # so that no batch has it any more
            self._start(self._unload(stored))

    async def _unload(self, stored: StoredSandbox) -> None:
        """Drop what this node has of a sandbox without a lease, once it is known whether it is stored."""
        while stored.epoch is None and stored.sandbox.unstored is not None:
            await asyncio.wait([stored.sandbox.unstored])
        is_lost = stored.epoch is None and not stored.is_removed
        if is_lost and stored.sandbox.backends.is_loaded:
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
            except HeldElsewhere:
                continue
            except StoreUnavailable:
                self._requested(number)  # so that another node finds it

    def remove_if_free(self, stored: StoredSandbox) -> None:
        """Remove a sandbox that has expired from the store, unless another node has it, which does so."""
        self._start(self._remove(stored))

    async def _remove(self, stored: StoredSandbox) -> None:
        try:
            if await self.acquire(stored, ask=False):
                stored.is_removed = True
                self._store.changed(stored)
        except StoreUnavailable:
            return  # its holder removes it, or the next node that reads it

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _lookups() -> frozenset[str]:
    """Return what was looked up for the request of this task."""
    task, found = _looked_up.get((None, frozenset()))
    return found if task is asyncio.current_task() else frozenset()


def _add_lookup(what: str) -> None:
    _looked_up.set((asyncio.current_task(), _lookups() | {what}))
