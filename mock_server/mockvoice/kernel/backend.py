"""One vendor's world in one sandbox: its tables, its ids and the sandbox's clock."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from mockvoice.kernel.clock import Clock
from mockvoice.kernel.ids import IdGenerator
from mockvoice.kernel.store import Key, Table
from mockvoice.kernel.undo import UndoLog

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Something that the real service would have sent to a person."""

    id: int
    at: datetime
    to: str
    subject: str
    body: str
    about: str  # what it concerns, such as "invoices/41"


def row_id(row: Any) -> Key:
    """The key of a row that is known by its ``id``."""
    key: Key = row.id
    return key


class Backend:
    """Tables and sequences that change together or not at all.

    A vendor's subclass makes its tables in ``tables`` by calling ``self.table``. Whatever
    changes a row or draws an id does so inside ``transaction``. What it keeps besides its tables it
    names in ``aside``, with the types, so that this is exported too.
    """

    extra_state: ClassVar[Mapping[str, Any]] = {}
    # By table, the fields that only their owner should read, so that reports do not show them.
    secret_fields: ClassVar[Mapping[str, frozenset[str]]] = {}

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.undo = UndoLog()
        self.ids = IdGenerator(seed, self.undo)
        # Whether what happens now is told of the past, so that nobody outside is to hear of it.
        self.is_replaying = False
        self._tables: dict[str, Table[Any]] = {}
        self.outbox: Table[OutboxMessage] = self.add_table("outbox", OutboxMessage)
        self.define_tables()

    def define_tables(self) -> None:
        """Make this vendor's tables."""

    def add_table(
        self,
        name: str,
        row_type: type[Row],
        *,
        key: Callable[[Any], Key] = row_id,
        indexes: Mapping[str, Callable[[Any], Hashable]] | None = None,
        sort_orders: Mapping[str, Callable[[Any], Any]] | None = None,
        texts: Mapping[str, Callable[[Any], str]] | None = None,
    ) -> Table[Row]:
        """Make a table, which takes part in this world's transactions, forks and exports."""
        made = Table(
            name,
            row_type,
            self.undo,
            key=key,
            indexes=indexes,
            sort_orders=sort_orders,
            texts=texts,
        )
        self._tables[name] = made
        return made

    def all_tables(self) -> Mapping[str, Table[Any]]:
        """Every table by its name."""
        return self._tables

    def transaction(self) -> AbstractContextManager[None]:
        """All changes of the block, or, when it raises, none."""
        return self.undo.transaction()

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        return {name: len(table) for name, table in self._tables.items()}

    def version(self) -> Hashable:
        """Something that is another once anything in this world has changed."""
        revisions = tuple(table.revision for table in self._tables.values())
        return revisions, tuple(self.ids.counters().items())

    def queue_email(self, to: str, subject: str, body: str, about: str) -> OutboxMessage:
        """Put a message into the outbox."""
        message = OutboxMessage(self.ids.next("outbox"), self.clock.now(), to, subject, body, about)
        return self.outbox.put(message)

    def next_event_at(self) -> datetime | None:
        """When something will happen by itself next; ``None`` if nothing is waiting.

        An instant that has passed means now.
        """
        return None

    def run_due_events(self) -> None:
        """Do what is due by the clock's present instant. Runs inside a transaction."""

    def start_timers(self) -> None:
        """Arrange for what happens by itself as real time passes.

        Called on the event loop when the world comes to life, and when its clock was moved.
        """

    def close(self) -> None:
        """Let nothing more happen by itself: the world's sandbox is gone, or in another state."""

    def fork(self, clock: Clock, seed: int | None = None) -> Self:
        """A world with the same rows and ids that lives on by another clock.

        Its cost does not grow with the world: rows are shared, tables copy when they change.
        """
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.clock = clock
        copy.undo = UndoLog()
        copy.ids = IdGenerator(
            self.ids.seed if seed is None else seed, copy.undo, self.ids.counters()
        )
        copy._tables = {name: table.fork(copy.undo) for name, table in self._tables.items()}
        for attribute, value in self.__dict__.items():
            if isinstance(value, Table):
                setattr(copy, attribute, copy._tables[value.name])
        return copy
