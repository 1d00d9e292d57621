"""The stored sandboxes in the registry of a server, with or without their data in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

import msgspec

from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.backends import LazyBackends
from mockvoice.sandboxes.credentials import Credentials
from mockvoice.sandboxes.durability import StoreUnavailable
from mockvoice.sandboxes.factory import SandboxFactory
from mockvoice.sandboxes.registry import DEFAULT, SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.state_store import descriptions
from mockvoice.state_store.batch import Batch, FaultRecord, SandboxRecord, StateSummary, StoreError
from mockvoice.state_store.database import Database
from mockvoice.state_store.descriptions import SandboxDescription
from mockvoice.state_store.encoding import text
from mockvoice.state_store.layers import LayerContents
from mockvoice.state_store.stored_sandbox import Batches, StoredSandbox

Result = TypeVar("Result")


class StoredRecords(NamedTuple):
    """What the store has of all sandboxes without their data."""

    sandboxes: Sequence[SandboxRecord]
    summaries: Sequence[StateSummary]
    faults: Sequence[FaultRecord]


class Registrations:
    """The sandboxes of a store that the registry of this server knows, by id."""

    def __init__(
        self,
        store: Batches,
        database: Database,
        specs: Mapping[str, BackendSpec],
        registry: SandboxRegistry,
        factory: SandboxFactory,
    ) -> None:
        self._store = store
        self._database = database
        self._specs = specs
        self._registry = registry
        self._factory = factory
        self._by_id: dict[int, StoredSandbox] = {}

    def __iter__(self) -> Iterator[StoredSandbox]:
        return iter(list(self._by_id.values()))

    def get(self, number: int) -> StoredSandbox | None:
        """Return a sandbox, or ``None``."""
        return self._by_id.get(number)

    def add(self, stored: StoredSandbox) -> None:
        """Add a new sandbox, which the registry knows already."""
        self._by_id[stored.id] = stored

    def discard(self, stored: StoredSandbox) -> None:
        """Drop a sandbox that the registry does not know any more."""
        self._by_id.pop(stored.id, None)

    def restore(self) -> list[StoredSandbox]:
        """Register all sandboxes; return those in which something waits. Raises ``StoreError``."""
        try:
            records = self._read()
            self._register_all(records)
            if self._database.is_alone:
                self._complete_all(records.sandboxes)
        except msgspec.DecodeError as error:
            raise StoreError(f"the description of a sandbox is damaged: {error}") from error
        self._factory.continue_after(self._database.last_sandbox())
        self._registry.schedule_purge()
        waiting = dict.fromkeys(each.sandbox for each in records.summaries if each.waits)
        return [stored for number in waiting if (stored := self._by_id.get(number)) is not None]

    def _read(self) -> StoredRecords:
        """Read what the store has of all sandboxes without their data; in any thread."""
        database = self._database
        return StoredRecords(database.sandboxes(), database.summaries(), database.faults())

    def _complete_all(self, records: Sequence[SandboxRecord]) -> None:
        """Give all sandboxes credentials for vendors that are served since."""
        completed = []
        for record in records:
            stored = self._by_id.get(record.id)
            if stored is not None and self.complete_credentials(stored, record):
                credentials = stored.sandbox.credentials
                description = msgspec.structs.replace(_decode(record), credentials=credentials)
                completed.append(record._replace(description=text(description)))
        if completed:
            self._database.write(Batch(sandboxes=completed))

    def _register_all(self, records: StoredRecords) -> None:
        counts: dict[int, dict[str, Mapping[str, int]]] = {}
        for summary in records.summaries:
            if summary.vendor in self._specs:
                counts.setdefault(summary.sandbox, {})[summary.vendor] = _counts(summary.contents)
        faults: dict[int, list[FaultRecord]] = {}
        for fault in records.faults:
            faults.setdefault(fault.sandbox, []).append(fault)
        for record in records.sandboxes:
            stored = self._by_id.get(record.id)
            if stored is None:
                if self._is_outdated(record):
                    continue
                stored = self.register(record, faults.get(record.id, ()))
            elif not stored.sandbox.backends.is_loaded:
                self._describe(stored.sandbox, record, faults.get(record.id, ()))
            stored.stored_counts = counts.get(record.id, {})

    def register(self, record: SandboxRecord, faults: Sequence[FaultRecord]) -> StoredSandbox:
        """Register a sandbox without its data."""
        description = _decode(record)
        clock, credentials = Clock(), description.credentials
        if record.name == DEFAULT:  # everybody knows its credentials
            credentials = self.complete(record, credentials)
        sandbox = Sandbox(record.name, clock, LazyBackends({}, clock), credentials)
        self._describe(sandbox, record, faults)
        stored = self._by_id[record.id] = StoredSandbox(self._store, record.id, sandbox)
        if self._database.node is None:
            stored.epoch = 0
        stored.unload()
        previous = self._registry.get(record.name)
        if previous is not None and isinstance(previous.storage, StoredSandbox):
            self.forget(previous.storage)  # another server has removed it, and created this one
        self._registry.register(sandbox, self._specs)
        return stored

    def _is_outdated(self, record: SandboxRecord) -> bool:
        """Return whether a newer sandbox has the name: the record was read before that was created."""
        known = self._registry.get(record.name)
        storage = None if known is None else known.storage
        return isinstance(storage, StoredSandbox) and storage.id > record.id

    def _describe(
        self, sandbox: Sandbox, record: SandboxRecord, faults: Iterable[FaultRecord]
    ) -> None:
        """Give a sandbox, whose data is not in memory, what its record says."""
        storage, sandbox.storage = sandbox.storage, None  # what is set now is stored
        descriptions.apply(_decode(record), (fault.description for fault in faults), sandbox)
        sandbox.storage = storage

    def complete(self, record: SandboxRecord, credentials: Credentials) -> Credentials:
        """Return the credentials of a sandbox, with new ones for vendors that are served since."""
        completed = {key: dict(each) for key, each in credentials.items()}
        for key, spec in self._specs.items():
            if spec.credentials.keys() - completed.get(key, {}).keys():
                created = self._factory.create_credentials(record.name, key)
                completed[key] = {**created, **completed.get(key, {})}
        return completed

    def complete_credentials(self, stored: StoredSandbox, record: SandboxRecord) -> bool:
        """Give a sandbox the stored credentials, and those that it lacks; return whether it lacked any."""
        sandbox, known = stored.sandbox, _decode(record).credentials
        credentials = self.complete(record, known)
        if credentials != sandbox.credentials:
            self._registry.unregister(sandbox)
            sandbox.credentials = credentials
            self._registry.register(sandbox, self._specs)
        return credentials != known

    def forget(self, stored: StoredSandbox) -> None:
        """Remove a sandbox that the store does not have: it is gone, or was never stored."""
        if self._by_id.pop(stored.id, None) is not None and not stored.is_removed:
            self._registry.unregister(stored.sandbox)
        stored.is_removed = True
        stored.sandbox.backends.remove()

    def register_again(self, stored: StoredSandbox) -> None:
        """Register a sandbox whose removal could not be stored, unless it is known to be gone."""
        if self._by_id.get(stored.id) is stored and self._registry.get(stored.sandbox.name) is None:
            stored.is_removed = False
            self._registry.register(stored.sandbox, self._specs)
        else:
            self.discard(stored)

    # -- sandboxes of other servers ----------------------------------------------------------

    async def name_is_taken(self) -> None:
        """Let new names follow those that other servers have chosen. Raises ``StoreUnavailable``."""
        self._factory.continue_after(await self._run(self._database.last_sandbox))

    def is_known(self, name: str) -> bool:
        """Return whether a sandbox has this name."""
        return self._registry.get(name) is not None

    def register_missing(self) -> None:
        """Register what the store has although its batch seemed to fail. Raises ``StoreError``."""
        for record in self._database.sandboxes():
            if record.id not in self._by_id and self._registry.get(record.name) is None:
                self.register(record, self._database.faults(record.id))

    async def read(self, number: int) -> None:
        """Register a sandbox, if the store has it. Raises ``StoreUnavailable``."""
        record = await self._run(partial(self._database.sandbox, number))
        if record is not None:
            await self.register_new([record])

    async def register_new(self, records: Sequence[SandboxRecord]) -> None:
        """Register the sandboxes that are not registered yet. Raises ``StoreUnavailable``."""
        for record in records:
            if record.id not in self._by_id:
                faults = await self._run(partial(self._database.faults, record.id))
                if record.id not in self._by_id and not self._is_outdated(record):
                    self.register(record, faults)
        self._registry.schedule_purge()

    async def refresh(self) -> None:
        """Register new sandboxes, forget removed ones, and update what is shown of the others."""
        before = dict(self._by_id)
        records = await self._run(self._read)
        present = {record.id for record in records.sandboxes}
        for number, stored in before.items():
            if number not in present and stored.epoch is None:
                self.forget(stored)
        removed = before.keys() - self._by_id.keys()
        sandboxes = [record for record in records.sandboxes if record.id not in removed]
        self._register_all(records._replace(sandboxes=sandboxes))
        self._registry.schedule_purge()

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            return await self._registry.threads.stores.run(work)
        except StoreError as error:
            raise StoreUnavailable(str(error)) from error


def _decode(record: SandboxRecord) -> SandboxDescription:
    return msgspec.json.decode(record.description, type=SandboxDescription)


@lru_cache(maxsize=64)
def _counts(contents: str) -> dict[str, int]:
    """Return the number of rows by table. Many sandboxes share one layer, so its text repeats."""
    return msgspec.json.decode(contents, type=LayerContents).counts
