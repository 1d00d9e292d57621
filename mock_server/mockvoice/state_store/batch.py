"""A batch of changes, and the records in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockvoice.kernel.backend import Backend

LARGE = 1_000_000  # the size of a batch whose time is not known


class Lease(NamedTuple):
    """The right of one server to use a sandbox: the epoch grows each time the lease is taken.

    It is 0 in a store that servers cannot share.
    """

    sandbox: int
    epoch: int


class SandboxRecord(NamedTuple):
    """A sandbox without its data: ``description`` is JSON."""

    id: int
    name: str
    description: str


class StateRecord(NamedTuple):
    """The layer of a vendor's present state, and the seed of its ids."""

    sandbox: int
    vendor: str
    layer: int
    seed: int


class StateSummary(NamedTuple):
    """What is known of a vendor's present state without its rows: ``contents`` is that of its layer."""

    sandbox: int
    vendor: str
    waits: bool
    contents: str


class SnapshotRecord(NamedTuple):
    """A snapshot: ``description`` is JSON."""

    sandbox: int
    name: str
    description: str


class FaultRecord(NamedTuple):
    """A fault of a sandbox: ``description`` is JSON."""

    sandbox: int
    id: int
    description: str


class LayerRecord(NamedTuple):
    """A layer: ``sandbox`` is ``None`` if sandboxes share it, and ``schema`` the version of its rows.

    ``waits`` tells whether something in the state happens as real time passes. ``contents`` is JSON: the
    counters of ids, and the number of rows by table.
    """

    id: int
    parent: int | None
    sandbox: int | None
    vendor: str
    schema: int
    waits: bool
    contents: str


class Row(NamedTuple):
    """A row of a layer. A value of ``None`` means that the parent has the row, and the layer does not."""

    layer: int
    table: str
    key: Any
    value: Any


@dataclass(slots=True)
class Batch:
    """Changes that are stored together or not at all. All values in it are immutable."""

    node: int = 0  # this server, among those that share the database
    # What this server must still have for itself when the batch is written.
    leases: list[Lease] = field(default_factory=list)
    sandboxes: list[SandboxRecord] = field(default_factory=list)
    removed_sandboxes: list[int] = field(default_factory=list)
    # New sandboxes take the place of others with their names, whose creation seemed to have failed.
    new_sandboxes: list[tuple[int, str]] = field(default_factory=list)
    states: list[StateRecord] = field(default_factory=list)
    snapshots: list[SnapshotRecord] = field(default_factory=list)
    removed_snapshots: list[tuple[int, str]] = field(default_factory=list)
    faults: list[FaultRecord] = field(default_factory=list)
    removed_faults: list[tuple[int, int]] = field(default_factory=list)
    layers: dict[int, LayerRecord] = field(default_factory=dict)
    # By sandbox: all layers that are one of its states, saved or present.
    used_layers: list[tuple[int, set[int]]] = field(default_factory=list)
    # Layers whose rows are moved to their only child, unless the child has them: both ids.
    merged_layers: list[tuple[int, int]] = field(default_factory=list)
    removed_layers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    removed_rows: list[tuple[int, str, Any]] = field(default_factory=list)
    # Layers with all their rows.
    full_layers: list[tuple[int, Backend]] = field(default_factory=list)
    # Many changes at once, which a thread reads: layer, a copy for it, and the changed keys by table.
    large_changes: list[tuple[int, Backend, Mapping[str, set[Any]]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many rows are written, as a measure of the time."""
        if self.full_layers or self.large_changes or self.removed_sandboxes or self.removed_layers:
            return LARGE  # no row says how many there are
        return len(self.rows) + len(self.removed_rows) + 2 * len(self.layers) + len(self.faults)


class StoreError(Exception):
    """The database cannot be read or written; the message says why.

    After a failed ``write``, either nothing was changed, or the outcome is unknown.
    """
