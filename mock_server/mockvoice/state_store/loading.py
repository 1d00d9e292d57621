"""The data of a sandbox, read from a database."""

from collections.abc import Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import msgspec

from mockvoice.kernel import serialization
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.backend_spec import BackendSpec
from mockvoice.sandboxes.state import InitialState, SandboxState, Snapshot
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.state_store import descriptions
from mockvoice.state_store.batch import (
    FaultRecord,
    LayerRecord,
    SandboxRecord,
    StateRecord,
    StoreError,
)
from mockvoice.state_store.database import Database
from mockvoice.state_store.descriptions import (
    InitialDescription,
    References,
    SandboxDescription,
    SnapshotDescription,
    StateDescription,
)
from mockvoice.state_store.layers import EXTRA, Layer, LayerContents


@dataclass(slots=True)
class LoadedSandbox:
    """A sandbox as the store has it. ``live`` has the backends that differ from their ``origins``.

    ``unserved`` has the layers of vendors that are not served, by snapshot, and of the initial state under
    the empty name. ``is_complete`` is false if the store does not have all of this yet, after an upgrade.
    """

    record: SandboxRecord
    description: SandboxDescription
    states: Sequence[StateRecord]
    faults: Sequence[FaultRecord]
    initial_state: InitialState
    origins: dict[str, Backend] = field(default_factory=dict)
    live: dict[str, Backend] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    layers: Sequence[Layer] = ()
    unserved: Mapping[str, References] = field(default_factory=dict)
    is_complete: bool = True


class Loader:
    """Reads sandboxes, in any thread. Layers that sandboxes share are read once."""

    def __init__(
        self, database: Database, specs: Mapping[str, BackendSpec], states: StateCache
    ) -> None:
        self._database = database
        self._specs = specs
        self._states = states
        self._shared: dict[int, Backend] = {}
        self._lock = Lock()

    def read(self, number: int) -> LoadedSandbox | None:
        """Return a sandbox, or ``None`` if there is none of this id.

        Raises ``StoreError``, and ``ValueError`` for rows that cannot be read.
        """
        record = self._database.sandbox(number)
        return None if record is None else _Reading(self, self._database, record).read()

    def spec(self, vendor: str) -> BackendSpec:
        """Return a vendor that is served."""
        return self._specs[vendor]

    def vendors(self) -> KeysView[str]:
        """Return the keys of the vendors that are served."""
        return self._specs.keys()

    def initial(self, vendor: str, state: InitialDescription) -> Backend:
        """Return the initial data of a vendor that was not served when a sandbox was created."""
        data = state.data if isinstance(state.data, str) else "empty"
        initial_state = InitialState(data, state.seed, state.now)
        specs = {vendor: self._specs[vendor]}
        return self._states.resolve(specs, initial_state).backends[vendor]

    def shared(self, layer: int) -> Backend | None:
        """Return the state of a shared layer, if it was read before."""
        with self._lock:
            return self._shared.get(layer)

    def share(self, layer: int, backend: Backend) -> Backend:
        """Keep the state of a shared layer; return the one to use."""
        with self._lock:
            return self._shared.setdefault(layer, backend)


class _Reading:
    """The reading of one sandbox."""

    def __init__(self, loader: Loader, database: Database, record: SandboxRecord) -> None:
        self._loader = loader
        self._database = database
        self._record = record
        self._records: dict[int, LayerRecord] = {}
        self._states: dict[int, Backend] = {}  # by layer, those that change no more
        self._is_complete = True

    def read(self) -> LoadedSandbox:
        number = self._record.id
        self._records = {layer.id: layer for layer in self._database.layers(number)}
        description = msgspec.json.decode(self._record.description, type=SandboxDescription)
        all_states = self._database.states(number)
        states = [state for state in all_states if state.vendor in self._loader.vendors()]
        snapshots = {
            snapshot.name: msgspec.json.decode(snapshot.description, type=SnapshotDescription)
            for snapshot in self._database.snapshots(number)
        }
        loaded = LoadedSandbox(
            self._record,
            description,
            all_states,
            self._database.faults(number),
            self._initial_state(description.initial_state),
        )
        loaded.snapshots = {
            name: Snapshot(name, each.created_at, self._saved_state(each.state))
            for name, each in snapshots.items()
        }
        changing = self._changing_layers(states, description, snapshots.values())
        for state in states:
            self._read_state(state, loaded, is_changing=state.layer in changing)
        for vendor in self._loader.vendors() - {state.vendor for state in states}:
            loaded.origins[vendor] = self._loader.initial(vendor, description.initial_state)
            self._is_complete = False
        states_of = {name: each.state.layers for name, each in snapshots.items()}
        states_of[""] = descriptions.layers_of(description.initial_state)
        loaded.unserved = {name: self._unserved(layers) for name, layers in states_of.items()}
        loaded.layers = self._layers([*self._states.values(), *loaded.live.values()])
        loaded.is_complete = self._is_complete
        return loaded

    def _unserved(self, layers: References) -> References:
        served = self._loader.vendors()
        return {vendor: reference for vendor, reference in layers.items() if vendor not in served}

    def _layers(self, backends: Iterable[Backend]) -> list[Layer]:
        """Return all layers of vendors that are served, also those that no backend has after an upgrade."""
        layers = {each.layer.id: each.layer for each in backends if each.layer is not None}
        for record in self._records.values():
            if record.vendor in self._loader.vendors() and record.id not in layers:
                layers[record.id] = self._layer(record, None)
        return list(layers.values())

    def _initial_state(self, description: InitialDescription) -> InitialState:
        data = description.data
        state = data if isinstance(data, str) else self._saved_state(data)
        return InitialState(state, description.seed, description.now, description.frozen)

    def _saved_state(self, description: StateDescription) -> SandboxState:
        backends = {
            vendor: self._state(layer, seed)
            for vendor, (layer, seed) in description.layers.items()
            if vendor in self._loader.vendors()
        }
        return SandboxState(backends, description.seed, description.now, description.frozen)

    def _changing_layers(
        self,
        states: Iterable[StateRecord],
        description: SandboxDescription,
        snapshots: Iterable[SnapshotDescription],
    ) -> set[int]:
        """Return the layers of present states that are no other state, and that others do not need."""
        saved = {layer for layer, _ in descriptions.layers_of(description.initial_state).values()}
        for snapshot in snapshots:
            saved |= {layer for layer, _ in snapshot.state.layers.values()}
        saved |= {record.parent for record in self._records.values() if record.parent is not None}
        own = {record.id for record in self._records.values() if record.sandbox is not None}
        return ({state.layer for state in states} & own) - saved

    def _read_state(self, state: StateRecord, loaded: LoadedSandbox, *, is_changing: bool) -> None:
        record = self._records[state.layer]
        if not is_changing or record.parent is None or self._is_old(record):
            loaded.origins[state.vendor] = self._state(state.layer, state.seed)
            return
        origin = self._state(record.parent, state.seed)
        backend = self._fork(origin, record, state.seed)
        backend.layer = self._layer(record, origin)
        loaded.origins[state.vendor] = origin
        loaded.live[state.vendor] = backend

    def _state(self, number: int, seed: int) -> Backend:
        """Return the state of a layer that changes no more, with this seed."""
        backend = self._read_chain(number)
        return backend if backend.ids.seed == seed else backend.fork(backend.clock, seed)

    def _read_chain(self, number: int) -> Backend:
        """Return the state of a layer, after reading those that it is based on."""
        chain: list[LayerRecord] = []
        next_number: int | None = number
        while next_number is not None and next_number not in self._states:
            record = self._records.get(next_number)
            if record is None:
                raise StoreError(f"the store has no layer {next_number}")
            chain.append(record)
            next_number = record.parent
        if any(map(self._is_old, chain)):
            return self._upgraded(number)
        for record in reversed(chain):
            self._states[record.id] = self._read_layer(record)
        return self._states[number]

    def _read_layer(self, record: LayerRecord) -> Backend:
        shared = self._loader.shared(record.id) if record.sandbox is None else None
        if shared is not None:
            return shared
        origin = None if record.parent is None else self._states[record.parent]
        backend = self._fork(origin, record)
        layer = backend.layer = self._layer(record, origin)
        layer.state = backend
        return self._loader.share(record.id, backend) if record.sandbox is None else backend

    def _fork(
        self, origin: Backend | None, record: LayerRecord, seed: int | None = None
    ) -> Backend:
        """Return a fork of a state with the rows of a layer."""
        clock = Clock(frozen=True)
        backend = (
            self._loader.spec(record.vendor).create_backend(clock, seed or 0)
            if origin is None
            else origin.fork(clock, seed)
        )
        with backend.transaction():
            for counter, number in _contents(record).counters.items():
                backend.ids.set(counter, number)
            for table in self._database.tables(record.id):
                self._read_rows(record.id, table, backend)
        return backend

    def _read_rows(self, layer: int, name: str, backend: Backend) -> None:
        if name == EXTRA:
            for attribute, value in self._pairs(layer, name):
                kind = backend.extra_state[attribute]
                setattr(backend, attribute, msgspec.convert(value, kind))
        else:
            table = backend.all_tables()[name]
            for key in self._database.removed_keys(layer, name):
                if (decoded := msgspec.json.decode(key)) in table:
                    table.delete(decoded)
            rows_type: Any = list[table.row_type]  # type: ignore[name-defined]
            decoder = msgspec.json.Decoder(rows_type)
            for rows in self._database.values(layer, name):
                for row in decoder.decode(rows):
                    table.put(row)

    def _pairs(self, layer: int, name: str) -> list[tuple[str, Any]]:
        pairs = self._database.pairs(layer, name)
        return [
            (msgspec.json.decode(key), msgspec.json.decode(value or "")) for key, value in pairs
        ]

    def _layer(self, record: LayerRecord, origin: Backend | None) -> Layer:
        layer = Layer(record.id, record.vendor, record.sandbox, origin)
        layer.is_stored = True
        layer.parent = None if origin is None else origin.layer
        return layer

    # -- upgrades ----------------------------------------------------------------------------

    def _is_old(self, record: LayerRecord) -> bool:
        """Return whether the rows of a layer need an upgrade. Raises ``StoreError`` if they are newer."""
        version = self._loader.spec(record.vendor).backend.schema_version
        if record.schema > version:
            raise StoreError(
                f"the data of {record.vendor} was written by a newer version of Mockvoice: it has the "
                f"schema {record.schema}, and this one reads up to {version}"
            )
        return record.schema < version

    def _upgraded(self, number: int) -> Backend:
        """Return the state of a layer in the present schema. It is stored as a whole at once."""
        self._is_complete = False
        chain: list[LayerRecord] = []
        next_number: int | None = number
        while next_number is not None:
            chain.append(self._records[next_number])
            next_number = chain[-1].parent
        members: dict[str, dict[str, Any]] = {}
        for record in reversed(chain):
            for name in self._database.tables(record.id):
                rows = members.setdefault(name, {})
                for key, value in self._database.pairs(record.id, name):
                    if value is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = msgspec.json.decode(value)
        spec = self._loader.spec(chain[0].vendor)
        data = {
            "schema": min(record.schema for record in chain),
            "seed": 0,
            "ids": _contents(chain[0]).counters,
            "extra_state": _by_name(members.pop(EXTRA, {})),
            "tables": {name: list(rows.values()) for name, rows in members.items()},
        }
        backend = serialization.load(spec.create_backend, Clock(frozen=True), data)
        self._states[number] = backend
        return backend


def _contents(record: LayerRecord) -> LayerContents:
    return msgspec.json.decode(record.contents, type=LayerContents)


def _by_name(pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {msgspec.json.decode(name): value for name, value in pairs.items()}
