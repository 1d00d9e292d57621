"""The store of a server's sandboxes: one batch of changes is written at a time, others gather meanwhile."""

import asyncio
import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import monotonic
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.durability import Stored, StoreUnavailable, until_stored
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.state_store import descriptions
from mockvoice.state_store.batch import Batch, StoreError
from mockvoice.state_store.database import Database
from mockvoice.state_store.layers import Layer
from mockvoice.state_store.loading import LoadedSandbox, Loader
from mockvoice.state_store.metrics import StoreMetrics
from mockvoice.state_store.registrations import Registrations
from mockvoice.state_store.sharing import HeldElsewhere, Sharing
from mockvoice.state_store.stored_sandbox import StoredSandbox

logger = logging.getLogger("mockvoice.state")

# How long the data of a sandbox stays in memory at least after its last request.
IDLE_SECONDS = 10.0
# How long a batch gathers changes at most before it is written. One request alone does not wait.
GATHER_SECONDS = 0.005
# At so many ids of layers that are left, more are reserved.
FEW_LAYER_IDS = 1000
# How long sandboxes whose webhooks wait are left alone if the store cannot be read.
SECONDS_BEFORE_RELOAD = 1.0


class Loading(NamedTuple):
    """The loading of a sandbox, and whether it asks another server for it."""

    task: asyncio.Task[None]
    asks: bool


class StateStore:
    """The store of all sandboxes of a registry."""

    def __init__(
        self,
        database: Database,
        specs: Mapping[str, BackendSpec],
        registry: SandboxRegistry,
        factory: SandboxFactory,
        limit: int,
    ) -> None:
        self._database = database
        self._specs = specs
        self._registry = registry
        self._factory = factory
        self._loader = Loader(database, specs, factory.states)
        self._writer = ThreadPoolExecutor(1, "state")
        self._layer_ids = database.new_layer_ids()
        self._more_layer_ids: Future[range] = Future()
        self._sandboxes = Registrations(self, database, specs, registry, factory)
        self.shared_layers: MutableMapping[Backend, Layer] = WeakKeyDictionary()
        self._loads: dict[int, Loading] = {}
        self._limit = limit  # the number of sandboxes in memory
        # Sandboxes to load because something in them waits for real time to pass, and the task that does.
        self._waiting: list[StoredSandbox] = []
        self._waking: asyncio.Task[None] | None = None
        self._sharing: Sharing | None = None
        if database.node is not None:
            self._sharing = Sharing(self, self._sandboxes, database.node, registry.threads.leases)
        self.failed_batches = 0
        self.metrics = StoreMetrics()
        # The open batch: what has changed, what to do once it is stored, and its end.
        self._changed: dict[StoredSandbox, None] = {}
        self._deferred: list[Callable[[], None]] = []
        self._end: Stored | None = None
        self.unstored: Stored | None = None
        self._number_of_changes = 0  # ever
        self._gather_until = 0.0
        self._is_writing = False
        self._writing: Future[None] | None = None  # the last batch that the thread has got
        self._is_failing = False  # whether the last batch failed

    # -- start and end -----------------------------------------------------------------------

    def restore(self) -> None:
        """Register the stored sandboxes, without their data. Raises ``StoreError``."""
        waiting = self._sandboxes.restore()
        if self._sharing is None:  # or else the node looks for them, also later
            self._waiting = waiting
            self._load_waiting()

    def _load_waiting(self) -> None:
        """Load the waiting sandboxes, one after the other, and again those that cannot be read."""

        async def load_all() -> None:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                for stored in waiting:
                    try:
                        await self.load(stored, ask=False)
                    except HeldElsewhere:
                        continue
                    except StoreUnavailable:
                        self._waiting.append(stored)
                if self._waiting:
                    await asyncio.sleep(SECONDS_BEFORE_RELOAD)

        if self._waiting and (self._waking is None or self._waking.done()):
            self._waking = asyncio.get_running_loop().create_task(load_all())

    def close(self) -> None:
        """Store what is left, and close the store."""
        if self._sharing is not None:
            self._sharing.close()
        self._writer.shutdown(wait=True)
        # What a failed batch would have stored is missing, so that later changes must not be stored.
        failure = self._writing.exception() if self._is_writing and self._writing else None
        try:
            if failure is not None:
                raise failure
            self.write_now()
        except StoreError as error:
            logger.warning(
                "the last changes, which no response has acknowledged, are lost: %s", error
            )
        self._database.close()

    def end_start(self) -> None:
        """Store what the start has created, and let other servers start. Raises ``StoreError``."""
        self.write_now()
        self._database.end_start()
        if self._sharing is not None:
            self._sharing.start(list(self._specs))

    def write_now(self) -> None:
        """Write the open batch, and wait for it; for the start and the end. Raises ``StoreError``."""
        changed, self._changed = list(self._changed), {}
        deferred, self._deferred = self._deferred, []
        end, self._end = self._end, None
        batch = self._new_batch()
        self.metrics.batch_closed()
        for stored in changed:
            if not stored.has_lost_lease():
                stored.add_to(batch)
        self._database.write(batch)
        if end is not None:
            self._finish(changed, batch, deferred, end, None)

    def _new_batch(self) -> Batch:
        node = self._database.node
        return Batch(node=0 if node is None else node.id)

    # -- changes -----------------------------------------------------------------------------

    def next_layer(self) -> int:
        """Return the id of a new layer. Raises ``StoreUnavailable``."""
        # A thread gets more ids before the last one is used, so that the loop does not wait for them.
        if len(self._layer_ids) == FEW_LAYER_IDS:
            self._more_layer_ids = self._writer.submit(self._database.new_layer_ids)
        if not self._layer_ids:
            try:
                self._layer_ids = self._more_layer_ids.result()
            except StoreError as error:
                self._more_layer_ids = self._writer.submit(self._database.new_layer_ids)
                raise StoreUnavailable(str(error)) from error
        number, self._layer_ids = self._layer_ids[0], self._layer_ids[1:]
        return number

    def forget_shared_layers(self) -> None:
        """Store initial data again before further sandboxes share it."""
        self.shared_layers.clear()

    def is_shared(self, backend: Backend) -> bool:
        """Return whether sandboxes share a backend."""
        return self._factory.states.is_shared(backend)

    def added(self, sandbox: Sandbox) -> None:
        """Store a new sandbox. Raises ``StoreError``."""
        lease = self._sharing and self._sharing.pop_claim(sandbox.name)
        lease = lease or self._database.claim(sandbox.name)
        if lease is None:
            raise StoreError(f"another server has created the sandbox {sandbox.name}")
        stored = StoredSandbox(self, lease.sandbox, sandbox)
        stored.epoch = stored.last_epoch = lease.epoch
        stored.is_new = True
        stored.used_at = monotonic()
        self._sandboxes.add(stored)
        self.changed(stored)

    def removed(self, sandbox: Sandbox) -> None:
        """Delete a sandbox from the store."""
        stored = sandbox.storage
        if not isinstance(stored, StoredSandbox):
            return
        stored.note_counts()
        if stored.epoch is not None:
            stored.is_removed = True
            self.changed(stored)
        elif self._sharing is not None:
            self._sandboxes.discard(stored)
            self._sharing.remove_if_free(stored)

    def changed(self, stored: StoredSandbox) -> None:
        """Let the next batch have what has changed in a sandbox."""
        self._changed[stored] = None
        if self._end is None:
            loop = asyncio.get_running_loop()
            self._end = loop.create_future()
            self.metrics.batch_opened()
            if not self._is_writing:
                self._begin_gathering()
        self._number_of_changes += 1
        stored.sandbox.unstored = self.unstored = self._end

    def after_batch(self, work: Callable[[], None]) -> None:
        """Do work once the changes up to now are stored, and not at all if they cannot be."""
        self._deferred.append(work)

    def _begin_gathering(self) -> None:
        """Write the open batch as soon as requests that are already here bring no further changes."""
        self._gather_until = monotonic() + GATHER_SECONDS
        asyncio.get_running_loop().call_soon(self._gather, -1)

    def _gather(self, number_of_changes: int) -> None:
        if number_of_changes == self._number_of_changes or monotonic() >= self._gather_until:
            self._write()
        else:  # let the loop read what has arrived meanwhile
            asyncio.get_running_loop().call_soon(self._gather, self._number_of_changes)

    def _write(self) -> None:
        """Write the open batch, and open the next one."""
        if self._is_writing or self._end is None:
            return
        batch = self._new_batch()
        changed, self._changed = list(self._changed), {}
        deferred, self._deferred = self._deferred, []
        end, self._end = self._end, None
        finish = partial(self._finish, changed, batch, deferred, end)
        self.metrics.batch_closed()
        try:
            for stored in changed:
                if stored.has_lost_lease():
                    self.failed_batches += 1
                    self._drop(stored)
                else:
                    stored.add_to(batch)
            is_written = self._database.write_at_once(batch)
        except StoreError as error:
            finish(error)
        except Exception as error:
            logger.exception("a batch of changes cannot be made")
            finish(error)
        else:
            if is_written:
                finish(None)
            else:
                self._is_writing = True
                self._writing = self._writer.submit(self._database.write, batch)
                asyncio.wrap_future(self._writing).add_done_callback(
                    lambda future: finish(future.exception())
                )

    def _finish(
        self,
        changed: list[StoredSandbox],
        batch: Batch,
        deferred: list[Callable[[], None]],
        end: Stored,
        error: BaseException | None,
    ) -> None:
        """End a batch; if it failed, drop everything in it from memory, and what is based on it."""
        self._is_writing = False
        self.metrics.batch_ended(batch, is_stored=error is None)
        if error is None:
            self._end_batch(changed, end, None)
            for stored in changed:
                stored.is_new = False
                if stored.is_removed and stored not in self._changed:
                    self._sandboxes.discard(stored)
            if self._is_failing:
                self._recover()
        else:
            self._fail(changed, batch, end, error)
        if self._end is not None:
            self._begin_gathering()
        if error is None:
            _run(deferred)

    def _end_batch(
        self, changed: list[StoredSandbox], end: Stored, error: StoreUnavailable | None
    ) -> None:
        for stored in changed:
            if stored.sandbox.unstored is end:
                stored.sandbox.unstored = None
        if self.unstored is end:
            self.unstored = None
        end.set_result(error)

    def _fail(
        self, changed: list[StoredSandbox], batch: Batch, end: Stored, error: BaseException
    ) -> None:
        if not self._is_failing:
            logger.error("changes are not stored, so requests are rejected with 503: %s", error)
        self._is_failing = True
        self.failed_batches += 1
        unavailable = StoreUnavailable(f"The change was not stored: {error}")
        for _, backend in batch.full_layers:
            backend.layer = None
            self.shared_layers.pop(backend, None)
        failed = {**dict.fromkeys(changed), **self._changed}
        try:
            # New sandboxes come first, since they may have the names of removed ones.
            for stored in sorted(failed, key=lambda each: not each.is_new):
                self._drop(stored)
        finally:
            self._end_batch(changed, end, unavailable)
            if self._end is not None:  # the changes of the open batch are dropped, too
                also_changed, self._changed, self._deferred = list(self._changed), {}, []
                open_end, self._end = self._end, None
                self._end_batch(also_changed, open_end, unavailable)
            self._load_waiting()

    def _drop(self, stored: StoredSandbox) -> None:
        """Drop a sandbox from memory; what the store has of it is read before anybody is answered."""
        stored.sandbox.failed_batches += 1
        if self._sharing is not None:
            stored.epoch = None  # the next lease waits for a batch whose outcome is unknown
        if stored.is_new:
            self._sandboxes.forget(stored)
            return
        if any(backend.needs_timers for backend in stored.sandbox.backends.values()):
            self._waiting.append(stored)
        stored.unload()
        if stored.is_removed:
            self._sandboxes.register_again(stored)

    def _recover(self) -> None:
        """Register what the store has although its batch seemed to fail."""
        try:
            if self._sharing is None:  # or else they are found when they are looked up
                self._sandboxes.register_missing()
        except StoreError as error:
            logger.warning("%s", error)
        else:
            logger.warning("changes are stored again")
            self._is_failing = False

    # -- data in memory ----------------------------------------------------------------------

    async def load(self, stored: StoredSandbox, *, ask: bool = True) -> None:
        """Load the data of a sandbox; ``ask`` another server for it. Raises ``StoreUnavailable``."""
        loading = self._loads.get(stored.id)
        if loading is not None and ask and not loading.asks:
            await asyncio.wait([loading.task])
            loading = self._loads.get(stored.id)
        if loading is None:
            task = asyncio.get_running_loop().create_task(self._load(stored, ask=ask))
            loading = self._loads[stored.id] = Loading(task, ask)
            task.add_done_callback(partial(self._load_ended, stored, monotonic()))
        await asyncio.shield(loading.task)

    def _load_ended(self, stored: StoredSandbox, started: float, task: asyncio.Task[None]) -> None:
        self._loads.pop(stored.id, None)
        error = None if task.cancelled() else task.exception()
        if error is None and not stored.sandbox.backends.is_loaded:
            return  # it was cancelled, or there is no such sandbox any more
        if not isinstance(error, HeldElsewhere):
            self.metrics.load_ended(started, is_successful=error is None)

    async def _load(self, stored: StoredSandbox, *, ask: bool) -> None:
        try:
            if self._sharing is None:
                loaded = await self._read(stored)
            else:
                loaded = await self._read_shared(stored, self._sharing, ask=ask)
        finally:
            stored.is_loading = False
        if loaded is None:
            self._sandboxes.forget(stored)
        elif not stored.sandbox.backends.is_loaded:
            self._apply(loaded, stored)
            stored.used_at = monotonic()
            if not loaded.is_complete:
                stored.changed()
                await self._until_stored(stored)
            self.limit_loaded(self._limit)

    async def _read_shared(
        self, stored: StoredSandbox, sharing: Sharing, *, ask: bool
    ) -> LoadedSandbox | None:
        """Read a sandbox while this server has it; ``None`` if there is no such sandbox any more."""
        loaded: LoadedSandbox | None = None
        while loaded is None or stored.epoch is None:  # the lease may expire meanwhile
            if not await sharing.acquire(stored, ask=ask):
                return None
            try:
                loaded = await self._read(stored)
            except StoreUnavailable:
                sharing.give_back(stored)
                raise
            if loaded is None:
                return None
        return loaded

    async def _read(self, stored: StoredSandbox) -> LoadedSandbox | None:
        name = stored.sandbox.name
        try:
            return await self._registry.threads.stores.run(partial(self._loader.read, stored.id))
        except StoreError as error:
            raise StoreUnavailable(f"The sandbox {name} cannot be read: {error}") from error
        except Exception as error:
            logger.warning("the sandbox %s cannot be read: %s", name, error)
            logger.debug("the sandbox %s cannot be read", name, exc_info=error)
            raise StoreUnavailable(f"The sandbox {name} cannot be read: {error}") from error

    async def _until_stored(self, stored: StoredSandbox) -> None:
        """Wait until what a sandbox has is stored. Raises ``StoreUnavailable``."""
        if stored.sandbox.unstored is not None:
            await until_stored(stored.sandbox.unstored)

    def _apply(self, loaded: LoadedSandbox, stored: StoredSandbox) -> None:
        sandbox = stored.sandbox
        if self._sandboxes.complete_credentials(stored, loaded.record):
            loaded.is_complete = False
        for backend in loaded.live.values():
            backend.clock = sandbox.clock
        sandbox.storage = None  # what is set now is stored
        faults = (fault.description for fault in loaded.faults)
        descriptions.apply(loaded.description, faults, sandbox)
        sandbox.storage = stored
        sandbox.initial_state = loaded.initial_state
        sandbox.snapshots.update(loaded.snapshots)
        stored.restored(loaded)
        sandbox.backends.loaded(loaded.origins, loaded.live)

    # -- sandboxes that other servers may have -----------------------------------------------

    def check_lease(self, stored: StoredSandbox) -> None:
        """Raise ``NotLoaded`` unless this server has a sandbox for itself."""
        if self._sharing is not None:
            self._sharing.check(stored)

    def look_up(self, tag: str) -> None:
        """Raise ``NotLoaded`` unless the sandboxes of a tag are known for this request."""
        if self._sharing is not None:
            self._sharing.look_up(tag)

    def claim(self, name: str) -> None:
        """Raise ``NotLoaded`` unless this server may create a sandbox of this name."""
        if self._sharing is not None:
            self._sharing.claim(name)

    def refresh(self) -> None:
        """Raise ``NotLoaded`` unless all sandboxes are known for this request."""
        if self._sharing is not None:
            self._sharing.refresh()

    def loading(self, number: int) -> asyncio.Task[None] | None:
        """Return the task that loads a sandbox, or ``None``."""
        loading = self._loads.get(number)
        return None if loading is None else loading.task

    def limit_loaded(self, limit: int) -> None:
        """Drop the data of sandboxes from memory that are not in use, if more than this are loaded."""
        loaded = [each for each in self._sandboxes if each.sandbox.backends.is_loaded]
        surplus = len(loaded) - limit
        if surplus <= 0:
            return
        idle_since = monotonic() - IDLE_SECONDS
        idle = [each for each in loaded if each.used_at < idle_since and each.can_be_unloaded()]
        for stored in sorted(idle, key=lambda each: each.used_at)[:surplus]:
            stored.unload()


def _run(deferred: Sequence[Callable[[], None]]) -> None:
    """Run deferred work. No request waits for it any more, so that its errors are logged."""
    for work in deferred:
        try:
            work()
        except Exception:
            logger.exception("work that waited for the store failed")
