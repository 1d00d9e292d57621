"""How the store of a server does: its batches and its loads."""

from typing import Self

from mockvoice.kernel.clock import monotonic
from mockvoice.kernel.histogram import Histogram
from mockvoice.state_store.batch import Batch

# In seconds.
DURATION_BOUNDS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip

_MEASURES = ("batch_seconds", "storing_seconds", "load_seconds")


class StoreMetrics:
    """Numbers of one store. One batch is written at a time, while the next one gathers changes."""

    def __init__(self) -> None:
        self.stored_batches = 0
        self.failed_batches = 0
        self.stored_rows = 0  # also the removed ones
        self.is_failing = False  # whether the last batch failed
        self.successful_loads = 0
        self.failed_loads = 0
        self.batch_seconds = Histogram(DURATION_BOUNDS)  # writing a batch, stored or not
        # From the first change of a batch until it is stored, which is what requests wait for.
        self.storing_seconds = Histogram(DURATION_BOUNDS)
        self.load_seconds = Histogram(DURATION_BOUNDS)  # reading the data of a sandbox
        self._opened_at = 0.0  # the batch that gathers changes
        self._first_change_at = 0.0  # of the batch that is written
        self._written_since = 0.0

    def batch_opened(self) -> None:
        """Note the first change of a batch."""
        self._opened_at = monotonic()

    def batch_closed(self) -> None:
        """Note that the batch is written now."""
        self._first_change_at, self._written_since = self._opened_at, monotonic()

    def batch_ended(self, batch: Batch, *, is_stored: bool) -> None:
        """Count the batch that was written."""
        now = monotonic()
        self.is_failing = not is_stored
        self.batch_seconds.add(now - self._written_since)
        if is_stored:
            self.stored_batches += 1
            self.stored_rows += _row_count(batch)
            self.storing_seconds.add(now - self._first_change_at)
        else:
            self.failed_batches += 1

    def load_ended(self, started: float, *, is_successful: bool) -> None:
        """Count a load that began at this time of ``monotonic``."""
        self.load_seconds.add(monotonic() - started)
        if is_successful:
            self.successful_loads += 1
        else:
            self.failed_loads += 1

    def copy(self) -> Self:
        """Return the present numbers, which the store no longer changes."""
        copy = type(self)()
        vars(copy).update(vars(self))
        for name in _MEASURES:
            setattr(copy, name, getattr(self, name).copy())
        return copy


def _row_count(batch: Batch) -> int:
    """Return how many rows a batch writes or removes, other than those of removed sandboxes."""
    return (
        len(batch.rows)
        + len(batch.removed_rows)
        + sum(len(keys) for _, _, changes in batch.large_changes for keys in changes.values())
        + sum(backend.row_counter.rows for _, backend in batch.full_layers)
    )
