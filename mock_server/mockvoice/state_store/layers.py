"""Layers: where a store keeps the rows of a backend, and what of them a batch has to contain."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.change_record import COUNTERS, ChangeRecord
from mockvoice.state_store.batch import Batch, LayerRecord, Row

# The name under which a layer has the state outside of the tables, beside that of the counters of ids.
EXTRA = "$extra"


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
        """Return the record of this layer, whose rows are those of the backend's schema."""
        parent = None if self.parent is None else self.parent.id
        return LayerRecord(self.id, parent, self.owner, self.vendor, backend.schema_version)

    def add_changes(self, backend: Backend, batch: Batch) -> None:
        """Add to the batch what was committed in a backend since it was taken last."""
        record = backend.undo.change_record
        changes = {} if record is None else record.take()
        tables = backend.all_tables()
        for name, keys in changes.items():
            if name == COUNTERS:
                counters = backend.ids.counters()
                batch.rows += [Row(self.id, name, key, counters[key]) for key in keys]
                continue
            table = tables[name]
            inherited = None if self.origin is None else self.origin.all_tables()[name]
            for key in keys:
                row = table.get(key)
                if row is not None or (inherited is not None and key in inherited):
                    batch.rows.append(Row(self.id, name, key, row))
                else:
                    batch.removed_rows.append((self.id, name, key))
        for name in backend.extra_state:
            value = getattr(backend, name)
            if self.extra.get(name, _NOTHING) != value:
                self.extra[name] = value
                batch.rows.append(Row(self.id, EXTRA, name, value))


_NOTHING = object()


def pending_changes(backend: Backend) -> Mapping[str, set[Any]]:
    """Return the keys of what was committed in a backend and is in no batch, by table."""
    record: ChangeRecord | None = backend.undo.change_record
    return {} if record is None else record.keys


def all_rows(layer: int, backend: Backend) -> Iterator[Row]:
    """Iterate over everything in a backend, which must not change meanwhile. For any thread."""
    for name, number in backend.ids.counters().items():
        yield Row(layer, COUNTERS, name, number)
    for name in backend.extra_state:
        yield Row(layer, EXTRA, name, getattr(backend, name))
    for name, table in backend.all_tables().items():
        for key in table.created_keys():
            yield Row(layer, name, key, table.get(key))
