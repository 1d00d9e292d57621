"""Kinds of records, as the console lists and shows them: a vendor's invoices, clients, and payments.

A kind is a description: where its rows are, how one is summarized in a list, and where a page finds
the parts of a document in the JSON that the vendor's API returns for it.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import Struct

from mockvoice.kernel.backend import Backend

Json = Mapping[str, Any]

# The colours of statuses. A status that a kind does not name is NEUTRAL.
NEUTRAL, INFO, GOOD, WARNING, BAD = "neutral", "info", "good", "warning", "bad"


class Summary(Struct, frozen=True, gc=False):
    """A record as lists show, sort, filter and sum it.

    The garbage collector ignores it, since it refers to nothing that could refer to it; a list of ten
    thousand would make it walk through all objects.

    ``open`` is what the client still owes: 0 for drafts, offers and cancelled invoices. ``due`` is the
    day of the record's next event by the clock, such as a due date, an expiry or the next run.
    """

    key: Any
    name: str  # what people call it, such as an invoice's number or a client's name
    position: Any  # grows with every new record
    party: str = ""  # the client's name
    party_key: Any = None
    date: dt.date | None = None
    due: dt.date | None = None
    status: str = ""
    amount: Decimal | None = None
    open: Decimal | None = None
    currency: str = ""
    detail: str = ""  # what tells records of this kind apart, such as an address or a method

    def is_overdue(self, today: dt.date) -> bool:
        """Whether something is owed and the due date has passed."""
        return bool(self.open) and self.due is not None and self.due < today


class HistoryEntry(NamedTuple):
    """A step in the life of a record: the time, as the vendor shows it, and what happened."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class PartTable:
    """A table of a document, such as its lines: a list in its JSON, and the columns' paths."""

    title: str
    path: str
    columns: Mapping[str, str]  # paths by heading
    amounts: Sequence[str] = ()  # the headings of columns of money, shown with two decimals


@dataclass(frozen=True, slots=True)
class RelatedRecords:
    """Records of another kind that belong to a record, such as the payments of an invoice."""

    title: str
    kind: str  # the key of their kind
    rows: Callable[[Any, Any], Iterable[Any]]  # returns the rows for a backend and a row


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLayout:
    """Where the parts of a document are in its JSON. A path such as ``client/name`` leads into objects.

    Parts without a value are not shown; a page has the whole JSON too.
    """

    parties: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # by heading, one path a line
    facts: Mapping[str, str] = field(default_factory=dict)  # by label
    tables: Sequence[PartTable] = ()
    totals: Mapping[str, str] = field(default_factory=dict)  # by label, the grand total last
    notes: Mapping[str, str] = field(default_factory=dict)  # by heading: long texts
    related: Sequence[RelatedRecords] = ()
    history: Callable[[Any, Any], Iterable[HistoryEntry]] | None = None
    # Renders the PDF that the API would return; may run in a thread.
    pdf: Callable[[Any, Any], bytes] | None = None
    # Returns the path of the record's public page below the vendor's prefix, if it has one.
    public_page: Callable[[Any, Any], str | None] | None = None


def _every_row(row: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of record. ``columns`` maps the members of ``Summary`` to headings, in order."""

    key: str  # in addresses, such as "invoices"
    title: str  # such as "Invoices"
    noun: str  # such as "invoice"
    table: str
    columns: Mapping[str, str]
    summarize: Callable[[Any, Any], Summary]  # cheap, since lists summarize every row
    render: Callable[[Any, Any], Json]  # renders a row as the vendor's API does
    includes: Callable[[Any], bool] = _every_row  # whether a row of the table is of this kind
    # An index of the table and its value for exactly the rows of this kind, which saves the others.
    index: tuple[str, Hashable] | None = None
    tones: Mapping[str, str] = field(default_factory=dict)  # the colour of each status
    layout: DocumentLayout = DocumentLayout()
    clients: str | None = None  # the key of the kind of its parties
    # Whether lists filter by ``detail``, for details of few values, such as a branch.
    filters_by_detail: bool = False
    # Whether its open amounts are receivables, which overviews sum up. A vendor has one such kind.
    receivable: bool = False
    # What happens by the clock, for example "becomes overdue", and how many days after ``due``.
    on_due: str = ""
    days_after_due: int = 1
    # The statuses in which it happens; empty: all. An invoice becomes overdue only if something is open.
    waiting_statuses: frozenset[str] = frozenset()
    # The operations whose paths name such a record, as the beginnings of their ids.
    operations: tuple[str, ...] = ()
    # What the outbox calls such a record before its key, such as "invoices".
    mail_subject: str | None = None

    @property
    def plural(self) -> str:
        """The title as it stands within a sentence: ``invoices``, but ``PO invoices``."""
        return self.title if self.title[:2].isupper() else self.title[:1].lower() + self.title[1:]

    def waits(self, summary: Summary) -> bool:
        """Return whether ``on_due`` is still to happen to a record; an invoice must have something open."""
        if summary.due is None or not self.on_due or (self.receivable and not summary.open):
            return False
        return not self.waiting_statuses or summary.status in self.waiting_statuses

    def count(self, backend: Backend) -> int:
        """Return the number of records of this kind."""
        if self.index is not None:
            return backend.all_tables()[self.table].count(*self.index)
        if self.includes is _every_row:
            return len(backend.all_tables()[self.table])
        return sum(1 for _ in self.rows(backend))

    def rows(self, backend: Backend) -> Iterator[Any]:
        """Iterate over the rows of this kind."""
        table = backend.all_tables()[self.table]
        if self.index is not None:
            return iter(table.find_by(*self.index))
        return filter(self.includes, table)

    def summaries(self, backend: Backend) -> Iterator[Summary]:
        """Iterate over the summaries of all records of this kind."""
        summarize = self.summarize
        return (summarize(backend, row) for row in self.rows(backend))

    def find(self, backend: Backend, key: str) -> Any | None:
        """Return the row with this key, as an address has it, or ``None``."""
        table = backend.all_tables()[self.table]
        row = table.get(key)
        if row is None and key.removeprefix("-").isdecimal() and len(key) < 19:
            row = table.get(int(key))
        return row if row is not None and self.includes(row) else None

    def tone(self, summary: Summary, today: dt.date) -> str:
        """Return the colour of a record's status."""
        if summary.is_overdue(today):
            return BAD
        return self.tones.get(summary.status, NEUTRAL)


def value_at(value: Any, path: str) -> Any:
    """Return the value at a path such as ``client/name``, or ``None``."""
    for name in path.split("/"):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list | tuple) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
