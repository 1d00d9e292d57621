"""A sandbox's state at one instant, to begin with or to come back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock

Data = Literal["demo", "empty"]


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Worlds that nobody changes any more, and the time in them.

    ``now`` is ``None`` where the clock shall follow the real one.
    """

    backends: Mapping[str, Backend]
    seed: int = 0
    now: datetime | None = None
    frozen: bool = False

    def apply_to(self, clock: Clock) -> None:
        """Bring a clock to the time of this state."""
        clock.reset()
        if self.now is not None:
            clock.set(self.now)
        if self.frozen:
            clock.freeze()
            if self.now is not None:
                clock.set(self.now)  # exactly, although freezing took a moment


@dataclass(frozen=True, slots=True)
class InitialState:
    """What a sandbox holds at first; without ``now``, its clock runs with the real one."""

    data: Data | SandboxState = "demo"
    seed: int | None = None  # None: that of the data, or 0
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state that was saved under a name, at a real instant."""

    name: str
    created_at: datetime
    state: SandboxState
