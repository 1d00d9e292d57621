"""The store of a server's sandboxes: one batch of changes is written at a time, others gather meanwhile."""

import asyncio
import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from weakref import WeakKeyDictionary

import msgspec

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock, monotonic
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.backends import LazyBackends
from mockvoice.sandboxes.durability import Stored, StoreUnavailable, until_stored
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.state_store import descriptions
from mockvoice.state_store.batch import Batch, Database, FaultRecord, SandboxRecord, StoreError
from mockvoice.state_store.descriptions import SandboxDescription
from mockvoice.state_store.encoding import text
from mockvoice.state_store.layers import Layer, LayerContents
from mockvoice.state_store.loading import LoadedSandbox, Loader
from mockvoice.state_store.stored_sandbox import StoredSandbox

logger = logging.getLogger("mockvoice.state")

# How long the data of a sandbox stays in memory at least after its last request.
IDLE_SECONDS = 10.0
# How long a batch gathers changes at most before it is written. One request alone does not wait.
GATHER_SECONDS = 0.005
# How long sandboxes whose webhooks wait are left alone if the store cannot be read.
SECONDS_BEFORE_RELOAD = 1.0


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
        self._last_sandbox, self._last_layer = database.last_ids()
        self._sandboxes: dict[int, StoredSandbox] = {}
        self.shared_layers: MutableMapping[Backend, Layer] = WeakKeyDictionary()
        self._loads: dict[int, asyncio.Task[None]] = {}
        self._limit = limit  # the number of sandboxes in memory
        # Sandboxes to load because something in them waits for real time to pass, and the task that does.
        self._waiting: list[StoredSandbox] = []
        self._waking: asyncio.Task[None] | None = None
        self.failed_batches = 0
        self._upgraded: dict[int, SandboxRecord] = {}
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
        try:
            self._restore()
        except msgspec.DecodeError as error:
            raise StoreError(f"the description of a sandbox is damaged: {error}") from error

    def _restore(self) -> None:
        counts: dict[int, dict[str, Mapping[str, int]]] = {}
        waiting = []
        for summary in self._database.summaries():
            if summary.vendor in self._specs:
                counts.setdefault(summary.sandbox, {})[summary.vendor] = _counts(summary.contents)
            if summary.waits:
                waiting.append(summary.sandbox)
        faults: dict[int, list[FaultRecord]] = {}
        for fault in self._database.faults():
            faults.setdefault(fault.sandbox, []).append(fault)
        for record in self._database.sandboxes():
            stored = self._register(record, faults.get(record.id, ()))
            stored.stored_counts = counts.get(record.id, {})
        self._factory.continue_after(self._last_sandbox)
        self._registry.schedule_purge()
        self._write_upgraded_credentials()
        self._waiting = [self._sandboxes[number] for number in dict.fromkeys(waiting)]
        self._load_waiting()

    def _register(self, record: SandboxRecord, faults: Sequence[FaultRecord]) -> StoredSandbox:
        description = msgspec.json.decode(record.description, type=SandboxDescription)
        clock = Clock()
        credentials = self._credentials(record, description)
        sandbox = Sandbox(record.name, clock, LazyBackends({}, clock), credentials)
        descriptions.apply(description, (fault.description for fault in faults), sandbox)
        stored = self._sandboxes[record.id] = StoredSandbox(self, record.id, sandbox)
        stored.unload()
        self._registry.register(sandbox, self._specs)
        return stored

    def _credentials(
        self, record: SandboxRecord, description: SandboxDescription
    ) -> dict[str, dict[str, str]]:
        """Return the credentials of a sandbox, with new ones for vendors that are served since."""
        credentials = {key: dict(each) for key, each in description.credentials.items()}
        for key, spec in self._specs.items():
            if spec.credentials.keys() - credentials.get(key, {}).keys():
                created = self._factory.create_credentials(record.id, record.name, key)
                credentials[key] = {**created, **credentials.get(key, {})}
                self._upgraded[record.id] = SandboxRecord(
                    record.id,
                    record.name,
                    text(msgspec.structs.replace(description, credentials=credentials)),
                )
        return credentials

    def _write_upgraded_credentials(self) -> None:
        if self._upgraded:
            self._database.write(Batch(sandboxes=list(self._upgraded.values())))
            self._upgraded = {}

    def _load_waiting(self) -> None:
        """Load the waiting sandboxes, one after the other, and again those that cannot be read."""

        async def load_all() -> None:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                for stored in waiting:
                    try:
                        await self.load(stored)
                    except StoreUnavailable:
                        self._waiting.append(stored)
                if self._waiting:
                    await asyncio.sleep(SECONDS_BEFORE_RELOAD)

        if self._waiting and (self._waking is None or self._waking.done()):
            self._waking = asyncio.get_running_loop().create_task(load_all())

    def close(self) -> None:
        """Store what is left, and close the store."""
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

    def write_now(self) -> None:
        """Write the open batch, and wait for it; for the start and the end. Raises ``StoreError``."""
        changed, self._changed = list(self._changed), {}
        deferred, self._deferred = self._deferred, []
        end, self._end = self._end, None
        batch = Batch()
        for stored in changed:
            stored.add_to(batch)
        self._database.write(batch)
        if end is not None:
            self._finish(changed, batch, deferred, end, None)

    # -- changes -----------------------------------------------------------------------------

    def next_layer(self) -> int:
        """Return the id of a new layer."""
        self._last_layer += 1
        return self._last_layer

    def is_shared(self, backend: Backend) -> bool:
        """Return whether sandboxes share a backend."""
        return self._factory.states.is_shared(backend)

    def added(self, sandbox: Sandbox) -> None:
        """Store a new sandbox."""
        self._last_sandbox += 1
        stored = StoredSandbox(self, self._last_sandbox, sandbox)
        stored.is_new = True
        stored.used_at = monotonic()
        self._sandboxes[stored.id] = stored
        self.changed(stored)

    def removed(self, sandbox: Sandbox) -> None:
        """Delete a sandbox from the store."""
        stored = sandbox.storage
        if isinstance(stored, StoredSandbox):
            stored.note_counts()
            stored.is_removed = True
            self.changed(stored)

    def changed(self, stored: StoredSandbox) -> None:
        """Let the next batch have what has changed in a sandbox."""
        self._changed[stored] = None
        if self._end is None:
            loop = asyncio.get_running_loop()
            self._end = loop.create_future()
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
        batch = Batch()
        changed, self._changed = list(self._changed), {}
        deferred, self._deferred = self._deferred, []
        end, self._end = self._end, None
        finish = partial(self._finish, changed, batch, deferred, end)
        try:
            for stored in changed:
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
        if error is None:
            self._end_batch(changed, end, None)
            for stored in changed:
                stored.is_new = False
                if stored.is_removed and stored not in self._changed:
                    self._sandboxes.pop(stored.id, None)
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
        if stored.is_new:
            self._forget(stored)
            return
        if any(backend.needs_timers for backend in stored.sandbox.backends.values()):
            self._waiting.append(stored)
        stored.unload()
        if stored.is_removed:
            stored.is_removed = False
            self._registry.register(stored.sandbox, self._specs)

    def _recover(self) -> None:
        """Register what the store has although its batch seemed to fail."""
        try:
            for record in self._database.sandboxes():
                if record.id not in self._sandboxes and self._registry.get(record.name) is None:
                    self._register(record, self._database.faults(record.id))
        except StoreError as error:
            logger.warning("%s", error)
        else:
            logger.warning("changes are stored again")
            self._is_failing = False

    # -- data in memory ----------------------------------------------------------------------

    async def load(self, stored: StoredSandbox) -> None:
        """Load the data of a sandbox. Raises ``StoreUnavailable``."""
        loading = self._loads.get(stored.id)
        if loading is None:
            loading = asyncio.get_running_loop().create_task(self._load(stored))
            self._loads[stored.id] = loading
            loading.add_done_callback(lambda _: self._loads.pop(stored.id, None))
        await asyncio.shield(loading)

    async def _load(self, stored: StoredSandbox) -> None:
        name = stored.sandbox.name
        try:
            read = partial(self._loader.read, stored.id)
            loaded = await self._registry.threads.states.run(read)
        except StoreError as error:
            raise StoreUnavailable(f"The sandbox {name} cannot be read: {error}") from error
        except Exception as error:
            logger.warning("the sandbox %s cannot be read: %s", name, error)
            logger.debug("the sandbox %s cannot be read", name, exc_info=error)
            raise StoreUnavailable(f"The sandbox {name} cannot be read: {error}") from error
        if loaded is None:
            self._forget(stored)
        elif not stored.sandbox.backends.is_loaded:
            self._apply(loaded, stored)
            stored.used_at = monotonic()
            if not loaded.is_complete:
                stored.changed()
                await self._until_stored(stored)
            self.limit_loaded(self._limit)

    async def _until_stored(self, stored: StoredSandbox) -> None:
        """Wait until what a sandbox has is stored. Raises ``StoreUnavailable``."""
        if stored.sandbox.unstored is not None:
            await until_stored(stored.sandbox.unstored)

    def _forget(self, stored: StoredSandbox) -> None:
        """Remove a sandbox that the store does not have: its creation was never stored."""
        if self._sandboxes.pop(stored.id, None) is not None and not stored.is_removed:
            self._registry.unregister(stored.sandbox)
        stored.is_removed = True
        stored.sandbox.backends.remove()

    def _apply(self, loaded: LoadedSandbox, stored: StoredSandbox) -> None:
        sandbox = stored.sandbox
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

    def limit_loaded(self, limit: int) -> None:
        """Drop the data of sandboxes from memory that are not in use, if more than this are loaded."""
        loaded = [each for each in self._sandboxes.values() if each.sandbox.backends.is_loaded]
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


@lru_cache(maxsize=64)
def _counts(contents: str) -> dict[str, int]:
    """Return the number of rows by table. Many sandboxes share one layer, so its text repeats."""
    return msgspec.json.decode(contents, type=LayerContents).counts
