"""Sandboxes and their registry: isolated states, each selected by its own credentials."""

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
from mockvoice.web.request_log import MAX_ENTRIES, RequestLog
from mockvoice.web.state import InitialState, SandboxState, Snapshot

if TYPE_CHECKING:
    from mockvoice.web.vendor import Vendor

DEFAULT = "default"

# An advancing clock stops at each due event, at most this many times; later events run at the end.
# The limit exists because no other request is served meanwhile.
MAX_CLOCK_STOPS = 2000
# The default for the maximum number of sandboxes.
MAX_SANDBOXES = 1000


@dataclass(frozen=True, slots=True)
class Grant:
    """The access that a credential gives: a sandbox and a principal.

    The principal is the credential's name, such as ``api_key``, or the vendor's own identity.
    """

    sandbox: Sandbox
    principal: str


class Sandbox:
    """One isolated state: a clock, and for each vendor its data and its credentials."""

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
            backends if isinstance(backends, LazyBackends) else LazyBackends.wrap(backends, clock)
        )
        self.credentials = credentials
        self.created_at = Clock().now()  # real time, like ``expires_at``
        self.expires_at: datetime | None = None
        self.initial_state = InitialState()
        self.snapshots: dict[str, Snapshot] = {}
        self.faults = Faults()
        self.request_log = RequestLog()

    def run_due_events(self, backend: Backend) -> None:
        """Run the backend's due events; costs one comparison if there are none."""
        due_at = backend.next_event_at()
        if due_at is not None and due_at <= self.clock.now():
            with backend.transaction():
                backend.run_due_events()

    def set_clock(self, now: datetime) -> None:
        """Set the clock, and run the events that are then due. Raises like ``Clock.set``."""
        self.clock.set(now)
        for backend in self.backends.all():
            with backend.transaction():
                backend.run_due_events()
        self._restart_timers()

    def freeze(self) -> None:
        """Freeze the clock."""
        self.clock.freeze()
        self._restart_timers()

    def thaw(self) -> None:
        """Let the clock continue from its frozen time."""
        self.clock.thaw()
        self._restart_timers()

    def _restart_timers(self) -> None:
        for backend in self.backends.values():
            backend.start_timers()

    def advance(self, by: timedelta) -> None:
        """Advance the clock; each due event runs at its own time, in order.

        Raises ``ValueError`` like ``Clock.advance``, before anything has changed.
        """
        start = self.clock.now()
        self.clock.advance(by)  # rejects a time outside the calendar before any event runs
        end = self.clock.now()
        self.clock.set(start)
        pending = self.backends.all()
        for _ in range(MAX_CLOCK_STOPS):
            due = _first_due(pending, end)
            if due is None:
                break
            due_at, backend = due
            self.clock.set(max(due_at, self.clock.now()))
            with backend.transaction():
                backend.run_due_events()
            next_due_at = backend.next_event_at()
            if next_due_at is not None and next_due_at <= due_at:
                pending.remove(backend)  # its next event depends on more than time
        self.set_clock(end)

    def run_all_due_events(self) -> None:
        """Run the due events of every vendor."""
        now = self.clock.now()
        for key in self.backends.vendors():
            due_at = self.backends.peek(key).next_event_at()
            if due_at is not None and due_at <= now:
                self.run_due_events(self.backends[key])

    def save(self) -> SandboxState:
        """Return the present state; the cost does not depend on the size of the data."""
        now = self.clock.now()
        backends = self.backends.snapshot(Clock(now, frozen=True))
        return SandboxState(backends, self.seed, now, self.clock.frozen)

    def restore(self, state: SandboxState) -> None:
        """Restore a saved state: data, ids, random numbers, tokens and time. Credentials stay."""
        self.seed = state.seed
        state.apply_to(self.clock)
        self.backends.rebase(state.backends)

    def reset(self, initial_state: InitialState, state: SandboxState) -> None:
        """Reset to an initial state; ``state`` is the state that it describes.

        Deletes faults and the request log; credentials and snapshots stay.
        """
        self.initial_state = initial_state
        self.faults.clear()
        self.request_log.clear()
        self.restore(state)


def _first_due(backends: Iterable[Backend], end: datetime) -> tuple[datetime, Backend] | None:
    """Return the first event that is due by the end: its time and its backend."""
    events = [(backend.next_event_at(), backend) for backend in backends]
    due = [(at, backend) for at, backend in events if at is not None and at <= end]
    return min(due, key=lambda pair: pair[0], default=None)


class SandboxRegistry:
    """Every sandbox of a server, by name and by credential."""

    def __init__(
        self,
        *,
        quirks: str = "observed",
        limit: int = MAX_SANDBOXES,
        journal_size: int = MAX_ENTRIES,
    ) -> None:
        # "strict" follows a vendor's documentation, "observed" its real service, where they differ.
        self.quirks = quirks
        self._limit = limit
        self.journal_size = journal_size  # requests per sandbox; 0 disables the journal
        self._by_name: dict[str, Sandbox] = {}
        self._timer: asyncio.TimerHandle | None = None  # runs at the next expiry
        # By sandbox: the vendor and the principal of each credential.
        self._credential_keys: dict[str, list[tuple[str, str]]] = {}
        # Secrets are looked up by their digest, so response times do not reveal how much of a
        # guess is correct.
        self._grants: dict[tuple[str, bytes], Grant] = {}

    def __iter__(self) -> Iterator[Sandbox]:
        self.purge_expired()
        return iter(list(self._by_name.values()))

    def get(self, name: str) -> Sandbox | None:
        """Return the sandbox of this name, or ``None``."""
        sandbox = self._by_name.get(name)
        if sandbox is not None and sandbox.expires_at is not None:
            self.purge_expired()
        return self._by_name.get(name)

    def add(self, sandbox: Sandbox, vendors: Mapping[str, Vendor]) -> None:
        """Register a sandbox by its name and its credentials at each vendor.

        Above the limit, the oldest sandbox is removed, but never the default one.
        """
        self.purge_expired()
        while len(self._by_name) >= self._limit and (oldest := self._oldest()):
            self.remove(oldest)
        self._by_name[sandbox.name] = sandbox
        sandbox.request_log.size = self.journal_size
        credential_keys = [
            (key, principal)
            for key in sandbox.credentials
            for principal in vendors[key].lookup_credentials
        ]
        self._credential_keys[sandbox.name] = credential_keys
        for key, principal in credential_keys:
            self.grant(key, sandbox.credentials[key][principal], Grant(sandbox, principal))

    def remove(self, name: str) -> None:
        """Remove a sandbox with its credentials and its snapshots."""
        sandbox = self._by_name.pop(name)
        for key, principal in self._credential_keys.pop(name):
            self.revoke(key, sandbox.credentials[key][principal])
        sandbox.backends.close()
        sandbox.snapshots.clear()

    def _oldest(self) -> str | None:
        return next((name for name in self._by_name if name != DEFAULT), None)

    def purge_expired(self) -> None:
        """Remove the expired sandboxes."""
        now = Clock().now()
        for sandbox in list(self._by_name.values()):
            if sandbox.expires_at is not None and sandbox.expires_at <= now:
                self.remove(sandbox.name)

    def expire(self, sandbox: Sandbox, after: timedelta) -> None:
        """Remove a sandbox after a duration of real time. Must be called on the event loop."""
        sandbox.expires_at = Clock().now() + after
        self._schedule_purge()

    def _schedule_purge(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        expiries = [
            sandbox.expires_at
            for sandbox in self._by_name.values()
            if sandbox.expires_at is not None
        ]
        if expiries:
            remaining = min(expiries) - Clock().now()
            # The system time may be changed, so the timer waits at most an hour.
            seconds = min(max(remaining.total_seconds(), 0), 3600) + 0.01
            self._timer = asyncio.get_running_loop().call_later(seconds, self._purge_and_reschedule)

    def _purge_and_reschedule(self) -> None:
        self.purge_expired()
        self._schedule_purge()

    def grant(self, vendor: str, secret: str, grant: Grant) -> None:
        """Give a secret access to a sandbox."""
        self._grants[vendor, _digest(secret)] = grant

    def revoke(self, vendor: str, secret: str) -> None:
        """Remove a secret's access; does nothing if it has none."""
        self._grants.pop((vendor, _digest(secret)), None)

    def find(self, vendor: str, secret: str) -> Grant | None:
        """Return the grant of a vendor's secret, or ``None``."""
        return self._grants.get((vendor, _digest(secret)))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
