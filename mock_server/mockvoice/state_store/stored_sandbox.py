"""What a batch has to contain of a sandbox, and what the store has of it already."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, MutableMapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.change_record import ChangeRecord, Work
from mockvoice.kernel.clock import monotonic
from mockvoice.sandboxes.faults import Fault
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state import InitialState, SandboxState, Snapshot
from mockvoice.state_store import descriptions
from mockvoice.state_store.batch import (
    Batch,
    FaultRecord,
    Lease,
    SandboxRecord,
    SnapshotRecord,
    StateRecord,
)
from mockvoice.state_store.descriptions import References
from mockvoice.state_store.layer_chains import merge_chains, remove_unneeded
from mockvoice.state_store.layers import Layer, pending_changes

if TYPE_CHECKING:
    from mockvoice.state_store.loading import LoadedSandbox

Counts = Mapping[str, Mapping[str, int]]


class Batches(Protocol):
    """The store that writes the batches. ``shared_layers`` are those of initial data."""

    shared_layers: MutableMapping[Backend, Layer]

    def changed(self, stored: StoredSandbox) -> None:
        """Let the next batch have what has changed in a sandbox."""

    def after_batch(self, work: Work) -> None:
        """Do work once the changes up to now are stored, and not at all if they cannot be."""

    def check_lease(self, stored: StoredSandbox) -> None:
        """Raise ``NotLoaded`` unless this server has a sandbox for itself."""

    def next_layer(self) -> int:
        """Return the id of a new layer."""

    def is_shared(self, backend: Backend) -> bool:
        """Return whether sandboxes share a backend."""

    def load(self, stored: StoredSandbox) -> Awaitable[None]:
        """Load the data of a sandbox. Raises ``StoreUnavailable``."""


class StoredSandbox:
    """One sandbox in a store: takes its changes, and adds them to a batch.

    ``stored_counts`` has the rows by vendor and table, while the data is not in memory.
    """

    def __init__(self, store: Batches, number: int, sandbox: Sandbox) -> None:
        self.store = store
        self.id = number
        self.epoch: int | None = None  # of the lease, while this server has it
        self.last_epoch: int | None = None  # of the last lease that this server had
        self.is_leaving = False  # whether it is being handed over to another server
        self.is_loading = False  # whether it is being read after this server has got it
        self.sandbox = sandbox
        self.is_new = False  # whether it was never stored
        self.is_removed = False
        self.stored_counts: dict[str, Mapping[str, int]] = {}
        self.layers: set[Layer] = set()  # its own layers that are stored
        self._description = ""
        self._states: dict[str, StateRecord] = {}  # by vendor, as they are stored
        self._used_layers: set[int] = set()
        # By snapshot or initial state: the layers of vendors that are not served.
        self._unserved: list[tuple[Snapshot | InitialState, References]] = []
        self.used_at = 0.0
        self._snapshots: dict[str, Snapshot] = {}
        # Whether the store has the description, the snapshots and the initial state as they are.
        self._is_described = False
        self._have_faults_changed = False
        # By id: each stored fault, with what changes in it. Ids are used again after all are removed.
        self._faults: dict[int, tuple[Fault, tuple[int, ...]]] = {}
        self._last_fault = 0
        self._changed_backends: set[str] = set()
        sandbox.storage = sandbox.backends.storage = self

    # -- what the sandbox reports ------------------------------------------------------------

    @property
    def counts(self) -> Counts:
        """By vendor and table, the number of rows that are stored."""
        return self.stored_counts

    def changed(self) -> None:
        """Store the description of the sandbox, its snapshots and initial states: they have changed."""
        self._is_described = False
        self.store.changed(self)

    def faults_changed(self) -> None:
        """Store the faults of the sandbox that have changed, or were triggered."""
        self._have_faults_changed = True
        if self.sandbox.faults.last_id != self._last_fault:
            self._is_described = False
        self.store.changed(self)

    def connect(self, key: str, backend: Backend) -> None:
        """Store what is committed in a backend of the sandbox from now on, and was recorded in it."""
        record = backend.undo.change_record
        if record is None:
            record = backend.undo.change_record = ChangeRecord()
        record.on_commit = partial(self._committed, key, backend)
        if backend.layer is None:
            origin = self.sandbox.backends.origin(key)
            backend.layer = Layer(self.store.next_layer(), key, self.id, origin)
        if record.keys:
            self._committed(key, backend, ())

    def use(self) -> None:
        """Note that the sandbox is used now. Raises ``NotLoaded``."""
        if self.is_removed:
            return  # its backends say so
        self.used_at = monotonic()
        self.store.check_lease(self)
        self.sandbox.backends.check_loaded()

    def _committed(self, key: str, backend: Backend, deferred: Sequence[Work]) -> None:
        self._changed_backends.add(key)
        self.store.changed(self)
        if deferred:
            self.store.after_batch(
                partial(self._run_deferred, backend, deferred, self.sandbox.failed_batches)
            )

    def _run_deferred(
        self, backend: Backend, deferred: Sequence[Work], failed_batches: int
    ) -> None:
        """Do work that waited for the store, unless the changes were undone meanwhile."""
        if self.sandbox.failed_batches == failed_batches:
            backend.undo.run_stored(deferred)

    # -- what the store has ------------------------------------------------------------------

    def restored(self, loaded: LoadedSandbox) -> None:
        """Note what the store has of the sandbox, which was loaded."""
        self._description = loaded.record.description
        self._states = {state.vendor: state for state in loaded.states}
        self._snapshots = dict(loaded.snapshots) if loaded.is_complete else {}
        self._unserved = [
            (loaded.snapshots.get(name, loaded.initial_state), layers)
            for name, layers in loaded.unserved.items()
            if layers
        ]
        self.layers = {layer for layer in loaded.layers if layer.owner == self.id}
        self._used_layers = set()
        self._faults = self._present_faults()
        self._last_fault = self.sandbox.faults.last_id
        self._is_described = True
        self._have_faults_changed = False
        self._changed_backends = set()

    def can_be_unloaded(self) -> bool:
        """Return whether nothing in memory needs the data: it is stored, and nothing waits or works."""
        return (
            self.sandbox.unstored is None
            and not self.is_being_changed()
            and not any(backend.needs_timers for backend in self.sandbox.backends.values())
        )

    def has_lost_lease(self) -> bool:
        """Return whether something has changed that this server must not store any more."""
        return self.epoch is None and (self.is_removed or self.sandbox.backends.is_loaded)

    def is_being_changed(self) -> bool:
        """Return whether a change is going on that takes more than one moment."""
        sandbox = self.sandbox
        locks = (sandbox.clock_lock, *sandbox.backends.change_locks.values())
        return bool(sandbox.long_changes) or any(lock.locked() for lock in locks)

    def note_counts(self) -> None:
        """Note the numbers of rows, before the data leaves memory."""
        if self.sandbox.backends.is_loaded:
            self.stored_counts = self.sandbox.counts()

    def unload(self) -> None:
        """Drop the data from memory; it is loaded when it is used next."""
        if not self.is_removed:
            self.note_counts()
        self.sandbox.backends.unload(partial(self.store.load, self))
        self.sandbox.snapshots.clear()
        self.sandbox.initial_state = InitialState()
        self._snapshots = {}
        self.layers = set()

    # -- batches -----------------------------------------------------------------------------

    def add_to(self, batch: Batch) -> None:
        """Add what has changed since the last batch."""
        if self.is_removed:
            self._add_lease(batch)
            batch.removed_sandboxes.append(self.id)
            return
        if not self.sandbox.backends.is_loaded:
            return  # it was dropped after the change, which is not stored
        self._add_lease(batch)
        if self.is_new:
            batch.new_sandboxes.append((self.id, self.sandbox.name))
        if self._is_described:
            for key in self._changed_backends:
                self._add_state(key, batch)
        else:
            # Snapshots come first: what they share with the present state changes no more.
            self._add_snapshots(batch)
            initial_layers = self._initial_layers(batch)
            for key in self.sandbox.backends.vendors():
                self._add_state(key, batch)
            self._add_description(batch, initial_layers)
            self._remove_unused_layers(batch)
        if self._have_faults_changed:
            self._add_faults(batch)
        self._changed_backends = set()
        self._is_described, self._have_faults_changed = True, False

    def _add_lease(self, batch: Batch) -> None:
        if self.epoch is None:
            raise RuntimeError(f"this server has no lease of the sandbox {self.sandbox.name}")
        batch.leases.append(Lease(self.id, self.epoch))

    def _add_faults(self, batch: Batch) -> None:
        present = self._present_faults()
        for number in self._faults.keys() - present.keys():
            batch.removed_faults.append((self.id, number))
        for number, (fault, counters) in present.items():
            if self._faults.get(number) != (fault, counters):
                described = descriptions.describe_fault(fault)
                batch.faults.append(FaultRecord(self.id, number, described))
        self._faults = present

    def _present_faults(self) -> dict[int, tuple[Fault, tuple[int, ...]]]:
        return {fault.id: (fault, fault.counters) for fault in self.sandbox.faults}

    def _add_description(self, batch: Batch, initial_layers: References) -> None:
        initial_state = descriptions.describe_initial_state(
            self.sandbox.initial_state, initial_layers
        )
        description = descriptions.describe(self.sandbox, initial_state)
        self._last_fault = self.sandbox.faults.last_id
        if description != self._description:
            self._description = description
            batch.sandboxes.append(SandboxRecord(self.id, self.sandbox.name, description))

    def _add_snapshots(self, batch: Batch) -> None:
        snapshots = self.sandbox.snapshots
        for name in self._snapshots.keys() - snapshots.keys():
            batch.removed_snapshots.append((self.id, name))
        for name, snapshot in snapshots.items():
            if self._snapshots.get(name) is not snapshot:
                layers = self._state_layers(snapshot.state, batch)
                layers |= self._unserved_of(snapshot)
                state = descriptions.describe_state(snapshot.state, layers)
                described = descriptions.SnapshotDescription(snapshot.created_at, state)
                batch.snapshots.append(
                    SnapshotRecord(self.id, name, msgspec.json.encode(described).decode())
                )
        self._snapshots = dict(snapshots)

    def _initial_layers(self, batch: Batch) -> References:
        state = self.sandbox.initial_state
        layers = {} if isinstance(state.data, str) else self._state_layers(state.data, batch)
        return layers | self._unserved_of(state)

    def _unserved_of(self, saved: Snapshot | InitialState) -> References:
        """Return the layers that a saved state has of vendors that are not served."""
        return next((layers for each, layers in self._unserved if each is saved), {})

    def _state_layers(self, state: SandboxState, batch: Batch) -> References:
        return {
            key: (self._saved(key, backend, batch).id, backend.ids.seed)
            for key, backend in state.backends.items()
        }

    def _add_state(self, key: str, batch: Batch) -> None:
        backends = self.sandbox.backends
        live = backends.get(key)
        if live is None:
            backend = backends.origin(key)
            layer = self._saved(key, backend, batch)
        else:
            backend = live
            layer = self._live(key, live, batch)
        record = StateRecord(self.id, key, layer.id, backend.ids.seed)
        if self._states.get(key) != record:
            self._states[key] = record
            batch.states.append(record)

    # -- layers ------------------------------------------------------------------------------

    def _saved(self, key: str, backend: Backend, batch: Batch) -> Layer:
        """Return the stored layer of a backend that changes no more."""
        layer = self._layer_of(backend)
        if layer is None:
            return self._add_full_layer(key, backend, batch)
        if layer.state is backend:
            return layer
        if pending_changes(backend):
            layer = self._changing(key, backend)
        elif layer.state is not None:
            return layer  # an equal state of this layer is saved
        elif not layer.is_stored:
            backend.layer = self._parent(layer, batch)  # nothing was ever changed in it
            return self._saved(key, backend, batch)
        self._add_layer(layer, batch)
        layer.add_changes(backend, batch)
        layer.state = backend
        return layer

    def _layer_of(self, backend: Backend) -> Layer | None:
        """Return the layer of a backend. Initial data may be that of several stores in one process."""
        shared = self.store.shared_layers.get(backend)
        layer: Layer | None = backend.layer if shared is None else shared
        return layer

    def _live(self, key: str, backend: Backend, batch: Batch) -> Layer:
        """Return the stored layer of a backend, with its changes."""
        layer: Layer = backend.layer
        if not pending_changes(backend):
            return layer if layer.is_stored else self._parent(layer, batch)
        layer = self._changing(key, backend)
        self._add_layer(layer, batch)
        layer.add_changes(backend, batch)
        return layer

    def _changing(self, key: str, backend: Backend) -> Layer:
        """Return the layer that a backend's changes belong to, a new one if its own is saved."""
        layer: Layer = backend.layer
        if layer.state is not None:
            layer = backend.layer = Layer(self.store.next_layer(), key, self.id, layer.state)
        return layer

    def _add_layer(self, layer: Layer, batch: Batch) -> None:
        if not layer.is_stored:
            layer.parent = self._parent(layer, batch)
            layer.is_stored = True
            layer.extra = dict(layer.parent.extra)
            self.layers.add(layer)

    def _parent(self, layer: Layer, batch: Batch) -> Layer:
        if layer.origin is None:
            raise RuntimeError("the layer has no parent")
        return self._saved(layer.vendor, layer.origin, batch)

    def _add_full_layer(self, key: str, backend: Backend, batch: Batch) -> Layer:
        """Add all rows of a backend that is no change of another one."""
        owner = None if self.store.is_shared(backend) else self.id
        layer = Layer(self.store.next_layer(), key, owner, None)
        layer.state, layer.is_stored = backend, True
        layer.extra = {name: getattr(backend, name) for name in backend.extra_state}
        if owner is None:
            self.store.shared_layers[backend] = layer
        else:
            backend.layer = layer
            self.layers.add(layer)
        batch.layers[layer.id] = layer.record(backend)
        batch.full_layers.append((layer.id, backend))
        return layer

    def _remove_unused_layers(self, batch: Batch) -> None:
        """Remove the layers that neither a state needs nor another layer."""
        used = {state.layer for state in self._states.values()}
        states = [snapshot.state for snapshot in self._snapshots.values()]
        data = self.sandbox.initial_state.data
        states += [data] if isinstance(data, SandboxState) else []
        for state in states:
            layers = map(self._layer_of, state.backends.values())
            used |= {layer.id for layer in layers if layer is not None}
        all_saved: list[Snapshot | InitialState] = [*self._snapshots.values()]
        for saved in (*all_saved, self.sandbox.initial_state):
            used |= {layer for layer, _ in self._unserved_of(saved).values()}
        if used != self._used_layers:
            self._used_layers = used
            batch.used_layers.append((self.id, used))
        batch.removed_layers += [layer.id for layer in remove_unneeded(self.layers, used)]
        for layer, child in merge_chains(self.layers, used):
            batch.merged_layers.append((layer.id, child.id))
            batch.removed_layers.append(layer.id)
