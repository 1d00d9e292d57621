"""Isolated worlds, each chosen by a credential of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from mock_server.kernel.backend import Backend
from mock_server.kernel.clock import Clock
from mock_server.web.faults import Faults
from mock_server.web.journal import ENTRIES_KEPT, Journal

if TYPE_CHECKING:
    from mock_server.web.vendor import Vendor

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential opens: a sandbox, in a role (the credential's name, such as ``api_key``)."""

    sandbox: Sandbox
    role: str


class Sandbox:
    """One world: a clock, and for each vendor its data and its credentials."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        backends: Mapping[str, Backend],
        credentials: Mapping[str, Mapping[str, str]],
        seed: int = 0,
    ) -> None:
        self.name = name
        self.clock = clock
        self.seed = seed
        self.backends = dict(backends)
        self.credentials = credentials
        self.faults = Faults()
        self.journal = Journal()

    def settle(self, backend: Backend) -> None:
        """Let happen what has fallen due by now; costs a comparison when nothing has."""
        due = backend.next_due()
        if due is not None and due <= self.clock.now():
            with backend.transaction():
                backend.fall_due()

    def set_clock(self, now: datetime) -> None:
        """Jump to an instant; what is due there happens at once. Raises as ``Clock.set`` does."""
        self.clock.set(now)
        for backend in self.backends.values():
            with backend.transaction():
                backend.fall_due()

    def advance(self, by: timedelta) -> None:
        """Move the clock on; what falls due on the way happens at its own instant, in order.

        Raises as ``Clock.advance`` does, and then nothing has happened.
        """
        start = self.clock.now()
        self.clock.advance(by)  # refuses an instant outside the calendar before anything happens
        end = self.clock.now()
        self.clock.set(start)
        waiting = list(self.backends.values())
        while due := _earliest(waiting, end):
            instant, backend = due
            self.clock.set(max(instant, self.clock.now()))
            with backend.transaction():
                backend.fall_due()
            following = backend.next_due()
            if following is not None and following <= instant:
                waiting.remove(backend)  # what is still due there waits for more than time
        self.set_clock(end)


def _earliest(backends: Iterable[Backend], end: datetime) -> tuple[datetime, Backend] | None:
    """The backend where something falls due first, and when, if that is not after the end."""
    due = [(each.next_due(), each) for each in backends]
    timely = [(at, each) for at, each in due if at is not None and at <= end]
    return min(timely, key=lambda pair: pair[0], default=None)


class Sandboxes:
    """Every sandbox of a server, by name and by credential."""

    def __init__(self, *, quirks: str = "observed", journal_size: int = ENTRIES_KEPT) -> None:
        # Which reading counts where a vendor is known to differ from its documents.
        self.quirks = quirks
        self.journal_size = journal_size  # of each sandbox, in requests; 0 keeps none
        self._by_name: dict[str, Sandbox] = {}
        # Secrets are looked up by their digest: how far a guess agrees with one cannot be
        # seen from the time of a refusal.
        self._grants: dict[tuple[str, bytes], Grant] = {}

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Sandbox | None:
        """The sandbox of this name, or ``None``."""
        return self._by_name.get(name)

    def add(self, sandbox: Sandbox, vendors: Mapping[str, Vendor]) -> None:
        """Let the sandbox be found by its name and by what opens it at each vendor."""
        self._by_name[sandbox.name] = sandbox
        sandbox.journal.size = self.journal_size
        for key, credentials in sandbox.credentials.items():
            for role in vendors[key].opened_by:
                self.grant(key, credentials[role], Grant(sandbox, role))

    def grant(self, vendor: str, secret: str, grant: Grant) -> None:
        """Let a secret open a sandbox."""
        self._grants[vendor, _digest(secret)] = grant

    def revoke(self, vendor: str, secret: str) -> None:
        """Let a secret open nothing any more; one that opens nothing stays so."""
        self._grants.pop((vendor, _digest(secret)), None)

    def find(self, vendor: str, secret: str) -> Grant | None:
        """What a vendor's secret opens, or ``None``."""
        return self._grants.get((vendor, _digest(secret)))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
