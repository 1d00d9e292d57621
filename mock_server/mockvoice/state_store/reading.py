"""What all databases read in the same way."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from mockvoice.state_store.batch import (
    FaultRecord,
    LayerRecord,
    SandboxRecord,
    SnapshotRecord,
    StateRecord,
    StateSummary,
)


class ReadableTables(ABC):
    """The tables of a store, which have the same columns in all databases. Raises ``StoreError``."""

    @abstractmethod
    def _read(self, statement: str, *args: Any) -> list[Any]:
        """Return the rows of a query, in which ``?`` stands for an argument."""

    def sandboxes(self) -> Sequence[SandboxRecord]:
        """Return all sandboxes, the oldest first."""
        rows = self._read(
            "SELECT id, name, description FROM sandboxes WHERE description <> '' ORDER BY id"
        )
        return [SandboxRecord(*row) for row in rows]

    def sandbox(self, number: int) -> SandboxRecord | None:
        """Return the sandbox of this id, or ``None``."""
        rows = self._read("SELECT id, name, description FROM sandboxes WHERE id = ?", number)
        return SandboxRecord(*rows[0]) if rows else None

    def summaries(self) -> Sequence[StateSummary]:
        """Return what is known of the states of all sandboxes without their rows."""
        rows = self._read(
            "SELECT states.sandbox, states.vendor, waits, contents FROM states "
            "JOIN layers ON layers.id = states.layer"
        )
        return [StateSummary(*row) for row in rows]

    def states(self, sandbox: int) -> Sequence[StateRecord]:
        """Return the states of a sandbox."""
        rows = self._read(
            "SELECT sandbox, vendor, layer, seed FROM states WHERE sandbox = ?", sandbox
        )
        return [StateRecord(*row) for row in rows]

    def snapshots(self, sandbox: int) -> Sequence[SnapshotRecord]:
        """Return the snapshots of a sandbox, the oldest first."""
        rows = self._read(
            "SELECT sandbox, name, description FROM snapshots WHERE sandbox = ? ORDER BY id",
            sandbox,
        )
        return [SnapshotRecord(*row) for row in rows]

    def faults(self, sandbox: int | None = None) -> Sequence[FaultRecord]:
        """Return the faults of a sandbox, or of all, the oldest first."""
        statement = "SELECT sandbox, id, description FROM faults"
        if sandbox is None:
            rows = self._read(f"{statement} ORDER BY id")
        else:
            rows = self._read(f"{statement} WHERE sandbox = ? ORDER BY id", sandbox)
        return [FaultRecord(*row) for row in rows]

    def layers(self, sandbox: int) -> Sequence[LayerRecord]:
        """Return the layers of a sandbox, and those that all sandboxes share."""
        rows = self._read(
            "SELECT id, parent, sandbox, vendor, schema, waits, contents FROM layers "
            "WHERE sandbox = ? OR sandbox IS NULL",
            sandbox,
        )
        return [LayerRecord(*row) for row in rows]

    def tables(self, layer: int) -> Sequence[str]:
        """Return the names of the tables of which a layer has rows."""
        rows = self._read("SELECT DISTINCT name FROM layer_rows WHERE layer = ?", layer)
        return [name for (name,) in rows]

    def pairs(self, layer: int, table: str) -> Sequence[tuple[str, str | None]]:
        """Return the keys and the values of a small table in a layer, both as JSON."""
        return self._read(
            "SELECT key, value FROM layer_rows WHERE layer = ? AND name = ? ORDER BY id",
            layer, table,
        )  # fmt: skip

    def removed_keys(self, layer: int, table: str) -> Sequence[str]:
        """Return the keys, as JSON, of the rows that the parent has and the layer does not."""
        rows = self._read(
            "SELECT key FROM layer_rows WHERE layer = ? AND name = ? AND value IS NULL",
            layer,
            table,
        )
        return [key for (key,) in rows]


# The ids of layers of initial data that sandboxes have shared, and that none uses any more.
UNUSED_INITIAL_LAYERS = (
    "SELECT id FROM layers WHERE sandbox IS NULL "
    "AND id NOT IN (SELECT layer FROM used_layers) AND id NOT IN (SELECT layer FROM states) "
    "AND id NOT IN (SELECT parent FROM layers WHERE parent IS NOT NULL)"
)
