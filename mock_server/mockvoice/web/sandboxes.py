"""Isolated worlds, each chosen by a credential of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.web.backends import LazyBackends
from mockvoice.web.faults import Faults
from mockvoice.web.request_log import ENTRIES_KEPT, RequestLog
from mockvoice.web.state import InitialState, SandboxState, Snapshot

if TYPE_CHECKING:
    from mockvoice.web.vendor import Vendor

DEFAULT = "default"

# On its way to an instant the clock stops wherever something falls due, so many times at the
# most; what is due after that happens at the end. Nobody else is served meanwhile.
STOPS_ON_THE_WAY = 2000
# So many sandboxes are alive at once unless a setting says otherwise.
SANDBOXES_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential opens: a sandbox, in a role (the credential's name, such as ``api_key``)."""

    sandbox: Sandbox
    principal: str


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
        self.backends = (
            backends if isinstance(backends, LazyBackends) else LazyBackends.of(backends, clock)
        )
        self.credentials = credentials
        self.created_at = Clock().now()  # real time, as is the next
        self.expires_at: datetime | None = None
        self.initial_state = InitialState()
        self.snapshots: dict[str, Snapshot] = {}
        self.faults = Faults()
        self.request_log = RequestLog()

    def run_due_events(self, backend: Backend) -> None:
        """Let happen what has fallen due by now; costs a comparison when nothing has."""
        due = backend.next_event_at()
        if due is not None and due <= self.clock.now():
            with backend.transaction():
                backend.run_due_events()

    def set_clock(self, now: datetime) -> None:
        """Jump to an instant; what is due there happens at once. Raises as ``Clock.set`` does."""
        self.clock.set(now)
        for backend in self.backends.all():
            with backend.transaction():
                backend.run_due_events()
        self._wake()

    def freeze(self) -> None:
        """Let the clock stand still."""
        self.clock.freeze()
        self._wake()

    def thaw(self) -> None:
        """Let the clock run on from where it stands."""
        self.clock.thaw()
        self._wake()

    def _wake(self) -> None:
        for backend in self.backends.values():
            backend.start_timers()

    def advance(self, by: timedelta) -> None:
        """Move the clock on; what falls due on the way happens at its own instant, in order.

        Raises as ``Clock.advance`` does, and then nothing has happened.
        """
        start = self.clock.now()
        self.clock.advance(by)  # refuses an instant outside the calendar before anything happens
        end = self.clock.now()
        self.clock.set(start)
        waiting = self.backends.all()
        for _ in range(STOPS_ON_THE_WAY):
            due = _earliest(waiting, end)
            if due is None:
                break
            instant, backend = due
            self.clock.set(max(instant, self.clock.now()))
            with backend.transaction():
                backend.run_due_events()
            following = backend.next_event_at()
            if following is not None and following <= instant:
                waiting.remove(backend)  # what is still due there waits for more than time
        self.set_clock(end)

    def run_all_due_events(self) -> None:
        """Let happen what has fallen due by now, in every world."""
        now = self.clock.now()
        for key in self.backends.vendors():
            due = self.backends.peek(key).next_event_at()
            if due is not None and due <= now:
                self.run_due_events(self.backends[key])

    def save(self) -> SandboxState:
        """Everything in its present state; costs nothing that grows with the data."""
        now = self.clock.now()
        worlds = self.backends.snapshot(Clock(now, frozen=True))
        return SandboxState(worlds, self.seed, now, self.clock.frozen)

    def restore(self, saved: SandboxState) -> None:
        """Go on from a saved state: data, ids, chance, tokens and time. Credentials stay."""
        self.seed = saved.seed
        saved.apply_to(self.clock)
        self.backends.rebase(saved.backends)

    def reset(self, beginning: InitialState, saved: SandboxState) -> None:
        """Begin anew, with what the beginning says. Credentials and snapshots stay."""
        self.initial_state = beginning
        self.faults.clear()
        self.request_log.clear()
        self.restore(saved)


def _earliest(backends: Iterable[Backend], end: datetime) -> tuple[datetime, Backend] | None:
    """The backend where something falls due first, and when, if that is not after the end."""
    due = [(each.next_event_at(), each) for each in backends]
    timely = [(at, each) for at, each in due if at is not None and at <= end]
    return min(timely, key=lambda pair: pair[0], default=None)


class SandboxRegistry:
    """Every sandbox of a server, by name and by credential."""

    def __init__(
        self,
        *,
        quirks: str = "observed",
        limit: int = SANDBOXES_KEPT,
        journal_size: int = ENTRIES_KEPT,
    ) -> None:
        # Which reading counts where a vendor is known to differ from its documents.
        self.quirks = quirks
        self._limit = limit
        self.journal_size = journal_size  # of each sandbox, in requests; 0 keeps none
        self._by_name: dict[str, Sandbox] = {}
        self._timer: asyncio.TimerHandle | None = None  # at the next expiry
        self._opened_by: dict[str, list[tuple[str, str]]] = {}  # by name: vendors and roles
        # Secrets are looked up by their digest: how far a guess agrees with one cannot be
        # seen from the time of a refusal.
        self._grants: dict[tuple[str, bytes], Grant] = {}

    def __iter__(self) -> Iterator[Sandbox]:
        self.purge_expired()
        return iter(list(self._by_name.values()))

    def get(self, name: str) -> Sandbox | None:
        """The sandbox of this name, or ``None``."""
        found = self._by_name.get(name)
        if found is not None and found.expires_at is not None:
            self.purge_expired()
        return self._by_name.get(name)

    def add(self, sandbox: Sandbox, vendors: Mapping[str, Vendor]) -> None:
        """Let the sandbox be found by its name and by what opens it at each vendor.

        Where there are too many, the oldest goes; the default one never does.
        """
        self.purge_expired()
        while len(self._by_name) >= self._limit and (oldest := self._oldest()):
            self.remove(oldest)
        self._by_name[sandbox.name] = sandbox
        sandbox.request_log.size = self.journal_size
        lookup_credentials = [
            (key, role) for key in sandbox.credentials for role in vendors[key].lookup_credentials
        ]
        self._opened_by[sandbox.name] = lookup_credentials
        for key, role in lookup_credentials:
            self.grant(key, sandbox.credentials[key][role], Grant(sandbox, role))

    def remove(self, name: str) -> None:
        """Let go of a sandbox, of all that opens it and all that was granted in it."""
        sandbox = self._by_name.pop(name)
        for key, role in self._opened_by.pop(name):
            self.revoke(key, sandbox.credentials[key][role])
        sandbox.backends.close()
        sandbox.snapshots.clear()

    def _oldest(self) -> str | None:
        return next((name for name in self._by_name if name != DEFAULT), None)

    def purge_expired(self) -> None:
        """Let go of the sandboxes whose time is over."""
        now = Clock().now()
        for sandbox in list(self._by_name.values()):
            if sandbox.expires_at is not None and sandbox.expires_at <= now:
                self.remove(sandbox.name)

    def expire(self, sandbox: Sandbox, after: timedelta) -> None:
        """Let go of a sandbox once so much real time has passed. To be called on the event loop."""
        sandbox.expires_at = Clock().now() + after
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ends = [each.expires_at for each in self._by_name.values() if each.expires_at is not None]
        if ends:
            wait = min(ends) - Clock().now()
            # Real time may be set, so that nothing is waited for longer than an hour.
            seconds = min(max(wait.total_seconds(), 0), 3600) + 0.01
            self._timer = asyncio.get_running_loop().call_later(seconds, self._sweep)

    def _sweep(self) -> None:
        self.purge_expired()
        self._arm()

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
