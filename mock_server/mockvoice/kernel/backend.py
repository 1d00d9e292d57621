"""The data of one vendor in one sandbox: its tables, its ids and the sandbox's clock."""

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from mockvoice.kernel.clock import REAL_TIME, Clock
from mockvoice.kernel.ids import IdGenerator
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.kernel.schedule import NO_EVENTS
from mockvoice.kernel.store import Key, RowCounter, Table
from mockvoice.kernel.undo import UndoLog
from mockvoice.kernel.work_budget import WorkBudget

Row = TypeVar("Row")

# The most messages in the outbox of one vendor in one sandbox; the oldest is deleted first.
MAX_OUTBOX = 10_000


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """An e-mail that the real service would have sent."""

    id: int
    at: datetime
    to: str
    subject: str
    body: str
    about: str  # the record that it concerns, such as "invoices/41"


# Returns the effect of the fault that a webhook delivery of an event triggers, if there is one.
DeliveryEffect = Callable[[str], Mapping[str, Any] | None]


def no_effect(event: str) -> None:
    """Return no effect, for backends outside of a sandbox."""


def row_id(row: Any) -> Key:
    """Return the ``id`` of a row as its key."""
    key: Key = row.id
    return key


class Backend:
    """Tables and sequences that change together or not at all.

    A vendor's subclass creates its tables in ``define_tables`` by calling ``add_table``. Code that
    changes a row or draws an id runs inside ``transaction``. State outside the tables is listed in
    ``extra_state``, with its types, so that it is exported too.
    """

    # The version of the tables' fields, which exports carry. It grows with changes that need
    # ``upgrade_export``: a new table, or a new field that has a default, needs none.
    schema_version: ClassVar[int] = 1
    extra_state: ClassVar[Mapping[str, Any]] = {}
    # The settings of the sandbox, which stay when its data is reset or restored.
    sandbox_settings = SandboxSettings()
    # By table, the fields that only their owner should read. Reports omit them.
    secret_fields: ClassVar[Mapping[str, frozenset[str]]] = {}

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.budget = WorkBudget()
        self.undo = UndoLog(self.budget)
        self.row_counter = RowCounter()
        self.layer: Any = None  # where a store keeps the rows
        self.ids = IdGenerator(seed, self.undo, self.budget)
        # Whether past requests are being replayed. Nothing is sent to other servers meanwhile.
        self.is_replaying = False
        self.schedule = NO_EVENTS
        self.delivery_effect: DeliveryEffect = no_effect
        self.is_for_thread = False  # whether this is a copy that a thread works on
        # While a thread works on a copy that may replace this backend; others wait for it.
        self.change_in_progress: asyncio.Event | None = None
        # By table: its revision, and the time of its next event at that revision.
        self._next_events: dict[str, tuple[int, datetime | None]] = {}
        self._tables: dict[str, Table[Any]] = {}
        self.outbox: Table[OutboxMessage] = self.add_table(
            "outbox", OutboxMessage, sequence="outbox"
        )
        self.define_tables()

    def define_tables(self) -> None:
        """Create this vendor's tables."""

    def add_table(
        self,
        name: str,
        row_type: type[Row],
        *,
        key: Callable[[Any], Key] = row_id,
        indexes: Mapping[str, Callable[[Any], Hashable]] | None = None,
        sort_orders: Mapping[str, Callable[[Any], Any]] | None = None,
        texts: Mapping[str, Callable[[Any], str]] | None = None,
        references: Mapping[str, str] | None = None,
        sequence: str | None = None,
        field_sequences: Mapping[str, str] | None = None,
        required_keys: Collection[Key] = (),
        required_values: Mapping[str, Collection[Hashable]] | None = None,
    ) -> Table[Row]:
        """Create a table that takes part in this backend's transactions, forks and exports.

        An import checks the arguments from ``references`` on. References map a row's fields to the
        tables whose keys they contain, such as ``{"bill.lines.*.item_id": "items"}``: a dot leads
        into a nested row, a number to one item of a tuple, and ``*`` to every item. ``None`` refers
        to nothing; after a path that ends in ``?``, so do ``0`` and ``""``. ``sequence`` is the one
        that the table's integer keys, which may be negated, are drawn from; ``field_sequences`` maps
        other fields that are drawn from a sequence to its name. Every state has rows with the
        ``required_keys``, and with the ``required_values`` of an index.
        """
        table = Table(
            name,
            row_type,
            self.undo,
            self.budget,
            self.row_counter,
            key=key,
            indexes=indexes,
            sort_orders=sort_orders,
            texts=texts,
            references=references,
            sequence=sequence,
            field_sequences=field_sequences,
            required_keys=required_keys,
            required_values=required_values,
        )
        self._tables[name] = table
        return table

    @classmethod
    def upgrade_export(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Return the data of an export with an older schema version in the present schema.

        ``data`` has the members ``tables``, ``ids`` and ``extra_state``, as JSON; it may be changed.
        """
        return data

    def all_tables(self) -> Mapping[str, Table[Any]]:
        """Return every table by its name."""
        return self._tables

    @property
    def strict(self) -> bool:
        """Whether the sandbox follows the vendor's documents to the letter."""
        return self.sandbox_settings.quirks == "strict"

    @property
    def token_clock(self) -> Clock:
        """The clock by which tokens expire: the sandbox's, or real time."""
        by_real_time = self.sandbox_settings.token_clock == "real"  # noqa: S105
        return REAL_TIME if by_real_time else self.clock

    def transaction(self) -> AbstractContextManager[None]:
        """Apply all changes of the block, or none if it raises."""
        return self.undo.transaction()

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table."""
        return {name: len(table) for name, table in self._tables.items()}

    def version(self) -> Hashable:
        """Return a value that differs after any change to this backend."""
        revisions = tuple(table.revision for table in self._tables.values())
        return revisions, tuple(self.ids.counters().items())

    def queue_email(self, to: str, subject: str, body: str, about: str) -> OutboxMessage:
        """Put a message into the outbox, which keeps the newest ``MAX_OUTBOX`` messages."""
        message = OutboxMessage(self.ids.next("outbox"), self.clock.now(), to, subject, body, about)
        self.outbox.put(message)
        if len(self.outbox) > MAX_OUTBOX:
            self.outbox.delete(next(iter(self.outbox)).id)
        return message

    def next_event_at(self) -> datetime | None:
        """Return the time of the next due event, or ``None`` if there is none.

        An instant in the past means now.
        """
        earliest: datetime | None = None
        for name, find_next in self.schedule.next_at.items():
            revision = self._tables[name].revision
            cached = self._next_events.get(name)
            if cached is None or cached[0] != revision:
                cached = self._next_events[name] = (revision, find_next(self))
            if cached[1] is not None and (earliest is None or cached[1] < earliest):
                earliest = cached[1]
        return earliest

    def has_due_events(self) -> bool:
        """Whether an event is due at the clock's present time."""
        due_at = self.next_event_at()
        return due_at is not None and due_at <= self.clock.now()

    def run_due_events(self) -> None:
        """Run the events that are due at the clock's present time. Runs inside a transaction."""
        self.schedule.run(self)

    def catch_up(self) -> None:
        """Run the due events in a transaction; costs one comparison if there are none."""
        if self.has_due_events():
            with self.transaction():
                self.run_due_events()

    @property
    def needs_timers(self) -> bool:
        """Whether something waits that happens as real time passes, also without any request."""
        return False

    def start_timers(self) -> None:
        """Start timers for events that happen as real time passes.

        Called on the event loop when the backend is created and after its clock has been changed.
        """

    def take_over(self, previous: Self) -> None:
        """Take the place of a backend of which this is a changed copy."""
        self.is_for_thread = False
        for name, table in self._tables.items():
            table.take_over(previous._tables[name])
        previous.close()
        self.start_timers()

    def forget(self, copy: Self) -> None:
        """Share nothing with a copy that was only read, and keep the indexes that its queries created.

        This backend may not have changed since the copy was made.
        """
        for name, table in self._tables.items():
            table.forget(copy._tables[name])

    def close(self) -> None:
        """Stop all timers: the sandbox was deleted, or its state was replaced."""

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        """Return a copy with the same rows and ids, and with another clock.

        The cost does not depend on the number of rows: rows are shared, tables copy on change.
        """
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.clock = clock
        copy._next_events = {}
        copy.change_in_progress = None
        copy.is_for_thread = False
        copy.budget = WorkBudget()
        copy.undo = UndoLog(copy.budget)
        if self.undo.change_record is not None:
            copy.undo.change_record = self.undo.change_record.fork()
        copy.row_counter = RowCounter(self.row_counter.rows)
        copy.ids = IdGenerator(
            self.ids.seed if seed is None else seed,
            copy.undo,
            copy.budget,
            self.ids.counters(),
        )
        copy._tables = {
            name: table.fork(copy.undo, copy.budget, copy.row_counter)
            for name, table in self._tables.items()
        }
        for attribute, value in self.__dict__.items():
            if isinstance(value, Table):
                setattr(copy, attribute, copy._tables[value.name])
        return copy

    def copy_for_thread(self) -> Self:
        """Return a fork for one thread, while others go on using this backend.

        Its clock is frozen at the present time, since the other one may be moved meanwhile.
        """
        copy = self.fork(Clock(self.clock.now(), frozen=True))
        copy.is_for_thread = True
        for table in copy._tables.values():
            table.detach()
        return copy
