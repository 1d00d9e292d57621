"""Layers: where a store keeps the rows of a backend, and what of them a batch has to contain."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.change_record import COUNTERS, ChangeRecord
from mockvoice.state_store.batch import Batch, LayerRecord, Row
from mockvoice.state_store.encoding import text

# The name under which a layer has the state outside of the tables.
EXTRA = "$extra"
# Above this number of changed rows, a thread reads them from a copy; each takes about a microsecond.
MAX_ROWS_ON_LOOP = 2000

# Keys by table, as a record of changes has them.
Changes = Mapping[str, set[Any]]


class LayerContents(msgspec.Struct, frozen=True):
    """The counters of ids, and the number of rows by table."""

    counters: dict[str, int]
    counts: dict[str, int]


class Layer:
    """The rows in which a state differs from its origin, or all rows if it has none.

    ``state`` is the backend whose rows a layer has that changes no more; before that, the layer is that
    of a live backend. ``owner`` is the id of a sandbox, or ``None`` if sandboxes share the layer.
    """

    __slots__ = ("extra", "id", "is_stored", "origin", "owner", "parent", "state", "vendor")

    def __init__(self, number: int, vendor: str, owner: int | None, origin: Backend | None) -> None:
        self.id = number
        self.vendor = vendor
        self.owner = owner
        self.origin = origin
        self.parent: Layer | None = None
        self.state: Backend | None = None
        self.is_stored = False
        self.extra: dict[str, Any] = {}

    def record(self, backend: Backend) -> LayerRecord:
        """Return the record of this layer, whose state is that of the backend."""
        contents = LayerContents(backend.ids.counters(), backend.counts())
        return LayerRecord(
            self.id,
            None if self.parent is None else self.parent.id,
            self.owner,
            self.vendor,
            backend.schema_version,
            backend.needs_timers,
            text(contents),
        )

    def add_changes(self, backend: Backend, batch: Batch) -> None:
        """Add to the batch what was committed in a backend since it was taken last."""
        batch.layers[self.id] = self.record(backend)
        record = backend.undo.change_record
        changes = {} if record is None else record.pop()
        if sum(map(len, changes.values())) > MAX_ROWS_ON_LOOP:
            batch.large_changes.append((self.id, backend.copy_for_thread(), changes))
        else:
            self._add_rows(backend, changes, batch)
        for name in backend.extra_state:
            value = getattr(backend, name)
            if self.extra.get(name, _MISSING) != value:
                self.extra[name] = value
                batch.rows.append(Row(self.id, EXTRA, name, value))

    def _add_rows(self, backend: Backend, changes: Changes, batch: Batch) -> None:
        inherited = {} if self.origin is None else self.origin.all_tables()
        for row in changed_rows(self.id, backend, changes):
            table = inherited.get(row.table)
            if row.value is None and (table is None or row.key not in table):
                batch.removed_rows.append((self.id, row.table, row.key))
            else:
                batch.rows.append(row)


_MISSING = object()


def pending_changes(backend: Backend) -> Changes:
    """Return the keys of what was committed in a backend and is in no batch, by table."""
    record: ChangeRecord | None = backend.undo.change_record
    return {} if record is None else record.keys


def changed_rows(layer: int, backend: Backend, changes: Changes) -> Iterator[Row]:
    """Iterate over the rows that have changed in a backend. For any thread, if it has a copy."""
    tables = backend.all_tables()
    for name, keys in changes.items():
        if name != COUNTERS:  # the record of the layer has all of them
            table = tables[name]
            yield from (Row(layer, name, key, table.get(key)) for key in keys)


def all_rows(layer: int, backend: Backend) -> Iterator[Row]:
    """Iterate over all rows of a backend, which must not change meanwhile. For any thread."""
    for name in backend.extra_state:
        yield Row(layer, EXTRA, name, getattr(backend, name))
    for name, table in backend.all_tables().items():
        for key in table.created_keys():
            yield Row(layer, name, key, table.get(key))
