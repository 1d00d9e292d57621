"""What sandboxes need to know of a vendor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.schedule import NO_EVENTS, Schedule
from mockvoice.resources import resource

# Returns what is wrong with a loaded row, or ``None``.
RowCheck = Callable[[Any, Any], str | None]


def _expire_nothing(backend: Any) -> None:
    """Do nothing, for vendors whose credentials are all fixed."""


@dataclass(frozen=True, kw_only=True)
class BackendSpec:
    """A vendor's data and credentials, independent of HTTP."""

    key: str
    title: str
    backend: type[Backend]
    handlers: str  # the package that holds the operations' functions
    # The demo sandbox's credentials. Other sandboxes get them with "demo" replaced.
    credentials: Mapping[str, str]
    lookup_credentials: Sequence[str]  # the credentials that select a sandbox by themselves
    # Adds the data that even an empty account has, from ``install.json`` of the fixtures.
    install_defaults: Callable[[Any, Mapping[str, Any]], None]
    schedule: Schedule = NO_EVENTS  # the events that are due by the clock
    # Expires all tokens that were issued until now; fixed credentials stay valid.
    expire_tokens: Callable[[Any], None] = _expire_nothing

    def create_backend(self, clock: Clock, seed: int = 0) -> Backend:
        """Create an empty backend with this clock and the vendor's schedule."""
        backend = self.backend(clock, seed)
        backend.schedule = self.schedule
        return backend

    @property
    def row_checks(self) -> Mapping[str, RowCheck]:
        """The checks of rows that an import loads, by table."""
        return {}

    @property
    def fixtures(self) -> Traversable:
        """The folder of ``install.json`` and ``demo.json``."""
        return resource("fixtures", self.key)
