"""The order in which all databases write a batch."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from mockvoice.kernel.backend import Backend
from mockvoice.state_store.batch import Batch
from mockvoice.state_store.encoding import encoded, text
from mockvoice.state_store.layers import all_rows, changed_rows

# What is written: a table, or what is removed from it.
Kind = Literal[
    "sandboxes",
    "layers",
    "rows",
    "removed_rows",
    "states",
    "faults",
    "removed_faults",
    "snapshots",
    "removed_snapshots",
    "used_layers",
]


class BatchWriter(ABC):
    """Writes a batch in the transaction of a connection."""

    @abstractmethod
    def write_many(self, kind: Kind, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows with as few statements as possible; rows that exist are replaced."""

    @abstractmethod
    def remove_sandboxes(self, sandboxes: Sequence[int]) -> None:
        """Remove sandboxes with everything that is theirs."""

    @abstractmethod
    def remove_layers(self, layers: Sequence[int]) -> None:
        """Remove layers with their rows."""

    @abstractmethod
    def remove_used_layers(self, sandbox: int) -> None:
        """Forget which layers a sandbox uses."""

    @abstractmethod
    def namesakes(self, number: int, name: str) -> list[int]:
        """Return the ids of other sandboxes with this name."""

    @abstractmethod
    def merge(self, layer: int, child: int) -> None:
        """Move the rows of a layer to its only child, which may have newer ones."""

    def write_full_layer(self, layer: int, backend: Backend) -> None:
        """Write all rows of a layer."""
        self.write_many("rows", encoded(all_rows(layer, backend)))

    def together(self) -> AbstractContextManager[Any]:
        """Return a block whose statements may be sent together."""
        return nullcontext()

    def write(self, batch: Batch) -> None:
        """Write a batch."""
        for layer, backend in batch.full_layers:
            self.write_full_layer(layer, backend)
        removed = [*batch.removed_sandboxes]
        for number, name in batch.new_sandboxes:
            removed += self.namesakes(number, name)
        with self.together():
            self.remove_sandboxes(removed)
            self.write_many("sandboxes", batch.sandboxes)
            self.write_many("layers", batch.layers.values())
            self._write_rows(batch)
            self.write_many("states", batch.states)
            self.write_many("removed_faults", batch.removed_faults)
            self.write_many("faults", batch.faults)
            self.write_many("removed_snapshots", batch.removed_snapshots)
            self.write_many("snapshots", batch.snapshots)
            for sandbox, layers in batch.used_layers:
                self.remove_used_layers(sandbox)
                self.write_many("used_layers", [(sandbox, layer) for layer in layers])
            for layer, child in batch.merged_layers:
                self.merge(layer, child)
            self.remove_layers(batch.removed_layers)

    def _write_rows(self, batch: Batch) -> None:
        for layer, backend, changes in batch.large_changes:
            self.write_many("rows", encoded(changed_rows(layer, backend, changes)))
        self.write_many("rows", encoded(batch.rows))
        removed = ((layer, name, text(key)) for layer, name, key in batch.removed_rows)
        self.write_many("removed_rows", removed)
