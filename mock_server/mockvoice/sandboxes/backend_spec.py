"""What sandboxes need to know of a vendor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import orjson

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.schedule import NO_EVENTS, Schedule
from mockvoice.resources import vendor_folder

# Returns what is wrong with a loaded row, or ``None``.
RowCheck = Callable[[Any, Any], str | None]


def _expire_nothing(backend: Any) -> None:
    """Do nothing, for vendors whose credentials are all fixed."""


def _install_nothing(backend: Any, document: Mapping[str, Any]) -> None:
    """Do nothing, for vendors whose empty accounts have no data."""


@dataclass(frozen=True, kw_only=True)
class BackendSpec:
    """A vendor's data and credentials, independent of HTTP."""

    key: str
    title: str
    # The package that defines the vendor; it contains ``handlers``, and optionally ``seeder``.
    package: str
    backend: type[Backend]
    # The demo sandbox's credentials. Other sandboxes get them with "demo" replaced.
    credentials: Mapping[str, str]
    lookup_credentials: Sequence[str]  # the credentials that select a sandbox by themselves
    # Adds the data that even an empty account has, from ``install.json`` of the fixtures, or from
    # an empty object if that file does not exist.
    install_defaults: Callable[[Any, Mapping[str, Any]], None] = _install_nothing
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
    def handlers(self) -> str:
        """The package of the operations' functions."""
        return f"{self.package}.handlers"

    @property
    def fixtures(self) -> Traversable:
        """The folder of ``install.json`` and ``demo.json``; both files are optional."""
        return vendor_folder("fixtures", self.key, self.package)

    def fixture(self, name: str) -> dict[str, Any]:
        """Return the content of a fixture file; an empty object if it does not exist.

        Raises ``TypeError`` if it is not a JSON object.
        """
        file = self.fixtures.joinpath(name)
        content: dict[str, Any] = orjson.loads(file.read_bytes()) if file.is_file() else {}
        if not isinstance(content, dict):
            raise TypeError(f"{name} must contain an object, not {type(content).__name__}")
        return content
