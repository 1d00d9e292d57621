"""The interface of a database of sandboxes."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from mockvoice.state_store.batch import (
    Batch,
    FaultRecord,
    LayerRecord,
    Lease,
    SandboxRecord,
    SnapshotRecord,
    StateRecord,
    StateSummary,
)
from mockvoice.state_store.node import Node


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
