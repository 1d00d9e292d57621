"""A batch of changes, and the database that stores it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mockvoice.kernel.backend import Backend

if TYPE_CHECKING:
    from mockvoice.state_store.node import Node

LARGE = 1_000_000  # the size of a batch whose time is not known


class Lease(NamedTuple):
    """The right of one server to use a sandbox: the epoch grows each time another one gets it.

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


class Database(Protocol):
    """A database of sandboxes. Every method may raise ``StoreError``.

    ``write`` runs in one thread, and the methods that read in others, which see all of a batch or nothing.
    """

    @property
    def is_alone(self) -> bool:
        """Whether no other server has used the database when this one began to start."""

    @property
    def node(self) -> Node | None:
        """This server as one of those that share the database, or ``None`` if they cannot."""

    def write(self, batch: Batch) -> None:
        """Store a batch in one transaction."""

    def write_at_once(self, batch: Batch) -> bool:
        """Store a batch if that takes a millisecond or so; return whether it was done. For any thread."""

    def sandboxes(self) -> Sequence[SandboxRecord]:
        """Return all sandboxes, the oldest first."""

    def sandbox(self, number: int) -> SandboxRecord | None:
        """Return the sandbox of this id, or ``None``."""

    def last_sandbox(self) -> int:
        """Return the highest id of a sandbox."""

    def claim(self, name: str) -> Lease | None:
        """Return the lease of a new sandbox, or ``None`` if the name is taken."""

    def new_layer_ids(self) -> range:
        """Return ids of layers that were never used."""

    def end_start(self) -> None:
        """Let other servers start, if they can share the database."""

    def summaries(self) -> Sequence[StateSummary]:
        """Return what is known of the states of all sandboxes without their rows."""

    def states(self, sandbox: int) -> Sequence[StateRecord]:
        """Return the states of a sandbox."""

    def snapshots(self, sandbox: int) -> Sequence[SnapshotRecord]:
        """Return the snapshots of a sandbox, the oldest first."""

    def faults(self, sandbox: int | None = None) -> Sequence[FaultRecord]:
        """Return the faults of a sandbox, or of all, the oldest first."""

    def layers(self, sandbox: int) -> Sequence[LayerRecord]:
        """Return the layers of a sandbox, and those that all sandboxes share."""

    def tables(self, layer: int) -> Sequence[str]:
        """Return the names of the tables of which a layer has rows."""

    def values(self, layer: int, table: str) -> Iterator[str]:
        """Yield the rows of a table in a layer: several at once, as a JSON array."""

    def pairs(self, layer: int, table: str) -> Sequence[tuple[str, str | None]]:
        """Return the keys and the values of a small table in a layer, both as JSON."""

    def removed_keys(self, layer: int, table: str) -> Sequence[str]:
        """Return the keys, as JSON, of the rows that the parent has and the layer does not."""

    def close(self) -> None:
        """Close the database."""
