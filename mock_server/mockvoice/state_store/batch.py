"""A batch of changes, and the database that stores it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from mockvoice.kernel.backend import Backend


class SandboxRecord(NamedTuple):
    """A sandbox without its data: ``description`` is JSON."""

    id: int
    name: str
    description: str


class StateRecord(NamedTuple):
    """The layer of a vendor's present state, and the seed of its ids.

    ``waits`` tells whether something in it happens as real time passes. ``counts`` is JSON: the number
    of rows by table.
    """

    sandbox: int
    vendor: str
    layer: int
    seed: int
    waits: bool
    counts: str


class SnapshotRecord(NamedTuple):
    """A snapshot: ``description`` is JSON."""

    sandbox: int
    name: str
    description: str


class LayerRecord(NamedTuple):
    """A layer: ``sandbox`` is ``None`` if sandboxes share it, and ``schema`` the version of its rows."""

    id: int
    parent: int | None
    sandbox: int | None
    vendor: str
    schema: int


class Row(NamedTuple):
    """A row of a layer. A value of ``None`` means that the parent has the row, and the layer does not."""

    layer: int
    table: str
    key: Any
    value: Any


@dataclass(slots=True)
class Batch:
    """Changes that are stored together or not at all. All values in it are immutable."""

    sandboxes: list[SandboxRecord] = field(default_factory=list)
    removed_sandboxes: list[int] = field(default_factory=list)
    states: list[StateRecord] = field(default_factory=list)
    snapshots: list[SnapshotRecord] = field(default_factory=list)
    removed_snapshots: list[tuple[int, str]] = field(default_factory=list)
    layers: list[LayerRecord] = field(default_factory=list)
    # By sandbox: all layers that are one of its states, saved or present.
    used_layers: list[tuple[int, set[int]]] = field(default_factory=list)
    # Layers whose rows are moved to their only child, unless the child has them: both ids.
    merged_layers: list[tuple[int, int]] = field(default_factory=list)
    removed_layers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    removed_rows: list[tuple[int, str, Any]] = field(default_factory=list)
    worlds: list[tuple[int, Backend]] = field(default_factory=list)  # layers with all their rows


class StoreError(Exception):
    """The database cannot do what it should; the message says why. Nothing was changed, or it is unknown."""


class Database(Protocol):
    """A database of sandboxes. Every method may raise ``StoreError``.

    ``write`` runs in one thread, and the methods that read in others; ``write`` sees to it that they
    see all of a batch, or nothing.
    """

    def write(self, batch: Batch) -> None:
        """Store a batch in one transaction."""

    def sandboxes(self) -> Sequence[SandboxRecord]:
        """Return all sandboxes, the oldest first."""

    def sandbox(self, number: int) -> SandboxRecord | None:
        """Return the sandbox of this id, or ``None``."""

    def last_ids(self) -> tuple[int, int]:
        """Return the highest ids of a sandbox and of a layer that were ever used."""

    def states(self, sandbox: int | None = None) -> Sequence[StateRecord]:
        """Return the states of a sandbox, or of all."""

    def snapshots(self, sandbox: int) -> Sequence[SnapshotRecord]:
        """Return the snapshots of a sandbox, the oldest first."""

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
