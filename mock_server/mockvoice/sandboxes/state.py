"""Saved states, initial states and snapshots of a sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock

Data = Literal["demo", "empty"]


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Immutable backends and the time of their clock.

    ``now`` is ``None`` if the clock follows real time.
    """

    backends: Mapping[str, Backend]
    seed: int = 0
    now: datetime | None = None
    frozen: bool = False

    def row_count(self) -> int:
        """Return the number of rows of all backends."""
        return sum(backend.row_counter.rows for backend in self.backends.values())

    def apply_to(self, clock: Clock) -> None:
        """Set a clock to the time of this state."""
        clock.reset()
        if self.now is not None:
            clock.set(self.now)
        if self.frozen:
            clock.freeze()
            if self.now is not None:
                clock.set(self.now)  # again, since time has passed before the freeze


@dataclass(frozen=True, slots=True)
class InitialState:
    """The initial data and clock of a sandbox; without ``now``, the clock begins at real time."""

    data: Data | SandboxState = "demo"
    seed: int | None = None  # None: the seed of the data, or 0
    now: datetime | None = None
    frozen: bool | None = None  # None: as in the data, or running


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state that was saved under a name; ``created_at`` is real time."""

    name: str
    created_at: datetime
    state: SandboxState
