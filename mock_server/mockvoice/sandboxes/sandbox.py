"""A sandbox: one isolated state of every vendor, with its clock, faults and request log."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.backends import LazyBackends
from mockvoice.sandboxes.durability import SandboxStorage, Stored
from mockvoice.sandboxes.faults import Effect, Faults
from mockvoice.sandboxes.request_log import RequestLog
from mockvoice.sandboxes.state import InitialState, SandboxState, Snapshot

# An advancing clock stops at each due event, at most this many times; later events run at the end.
MAX_CLOCK_STOPS = 2000


class Sandbox:
    """One isolated state: a clock, and for each vendor its data and its credentials."""

    # The end of the last batch of changes that a store writes, unless everything is stored.
    unstored: Stored | None = None
    failed_batches = 0  # with changes of this sandbox; they are undone

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
        self.long_changes: set[object] = set()  # those that threads prepare
        self.clock_lock = asyncio.Lock()  # held while the clock moves from event to event
        self.created_at = Clock().now()  # real time, like ``expires_at``
        self.expires_at: datetime | None = None
        self.initial_state = InitialState()
        self.snapshots: dict[str, Snapshot] = {}
        self.faults = Faults(self._faults_changed)
        self.backends.delivery_effect = self._delivery_effect
        self.request_log = RequestLog()
        self.storage: SandboxStorage | None = None

    def use(self) -> None:
        """Note that the sandbox is used now. Raises ``NotLoaded`` if its data is in a store only."""
        if self.storage is not None:
            self.storage.use()

    def changed(self) -> None:
        """Let a store keep what has changed outside of the backends and the faults."""
        if self.storage is not None:
            self.storage.changed()

    def _faults_changed(self) -> None:
        if self.storage is not None:
            self.storage.faults_changed()

    @property
    def settings(self) -> SandboxSettings:
        """The settings that every vendor follows; a change takes effect at once."""
        return self.backends.settings

    @settings.setter
    def settings(self, settings: SandboxSettings) -> None:
        self.backends.settings = settings
        self.changed()

    def _delivery_effect(self, vendor: str, event: str) -> Effect | None:
        return self.faults.use_for_delivery(vendor, event, self.seed)

    def set_clock(self, now: datetime) -> Iterator[str]:
        """Set the clock; return the vendors whose events may be due then, one after the other.

        The caller runs the events of each vendor before it asks for the next. Raises like ``Clock.set``.
        """
        self._move_clock(now)
        yield from self.backends.vendors()
        self._restart_timers()

    def _move_clock(self, now: datetime) -> None:
        self.clock.set(now)
        self.changed()

    def freeze(self) -> None:
        """Freeze the clock."""
        self.clock.freeze()
        self.changed()
        self._restart_timers()

    def thaw(self) -> None:
        """Let the clock continue from its frozen time."""
        self.clock.thaw()
        self.changed()
        self._restart_timers()

    def _restart_timers(self) -> None:
        for backend in self.backends.values():
            backend.start_timers()

    def advance(self, by: timedelta) -> Iterator[str]:
        """Advance the clock from one due event to the next; return the vendor of each, in order.

        The caller runs the events of each vendor before it asks for the next, at whose time the clock
        then is. Raises ``ValueError`` like ``Clock.advance``, before anything has changed.
        """
        start = self.clock.now()
        self.clock.advance(by)  # rejects a time outside the calendar before any event runs
        end = self.clock.now()
        self.clock.set(start)
        pending = list(self.backends.vendors())
        for _ in range(MAX_CLOCK_STOPS):
            due = self._first_due(pending, end)
            if due is None:
                break
            due_at, key = due
            self._move_clock(max(due_at, self.clock.now()))
            yield key
            next_due_at = self.backends[key].next_event_at()
            if next_due_at is not None and next_due_at <= due_at:
                pending.remove(key)  # its next event depends on more than time
        yield from self.set_clock(end)

    def _first_due(self, keys: Iterable[str], end: datetime) -> tuple[datetime, str] | None:
        """Return the first event that is due by the end: its time and its vendor."""
        events = [(self.backends[key].next_event_at(), key) for key in keys]
        due = [(at, key) for at, key in events if at is not None and at <= end]
        return min(due, key=lambda pair: pair[0], default=None)

    def run_all_due_events(self) -> None:
        """Run the due events of every vendor; those of data that is not in memory run later."""
        if not self.backends.is_loaded:
            return
        now = self.clock.now()
        for key in self.backends.vendors():
            due_at = self.backends.peek(key).next_event_at()
            if due_at is not None and due_at <= now:
                self.backends[key].catch_up()

    def counts(self) -> dict[str, Mapping[str, int]]:
        """Return the number of rows by vendor and table, also if they are in a store only."""
        if self.storage is not None and not self.backends.is_loaded:
            return dict(self.storage.counts)
        return {key: self.backends.peek(key).counts() for key in self.backends.vendors()}

    def has_rows(self, key: str, table: str) -> bool:
        """Return whether a table of a vendor has rows, also if they are in a store only."""
        if self.storage is not None and not self.backends.is_loaded:
            return bool(self.storage.counts.get(key, {}).get(table))
        return bool(self.backends.peek(key).all_tables()[table])

    def row_count(self) -> int:
        """Return the number of rows of all vendors."""
        return self.backends.row_count()

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
        self.changed()

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Add a snapshot, or replace the one with its name."""
        self.snapshots[snapshot.name] = snapshot
        self.changed()

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot. Raises ``KeyError`` if there is none of this name."""
        del self.snapshots[name]
        self.changed()

    def reset(self, initial_state: InitialState, state: SandboxState) -> None:
        """Reset to an initial state; ``state`` is the state that it describes.

        Deletes faults and the request log; credentials and snapshots stay.
        """
        self.initial_state = initial_state
        self.faults.clear()
        self.request_log.clear()
        self.restore(state)
