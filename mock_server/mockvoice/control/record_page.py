"""The page of one record: the parts of a document, related records, and what touched it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

import orjson

from mockvoice.control.record_list import Sums, sums
from mockvoice.kernel.backend import Backend, OutboxMessage
from mockvoice.sandboxes.request_log import Entry
from mockvoice.web.record_kinds import (
    HistoryEntry,
    Json,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
    value_at,
)
from mockvoice.web.responses import to_json
from mockvoice.web.vendor import Vendor
from mockvoice.web.webhook_log import WebhookDelivery

TRACES_SHOWN = 20
RELATED_SHOWN = 50
DELIVERIES_SEARCHED = 1000
TEXT, NUMBER, AMOUNT = "text", "number", "amount"
_EMPTY: tuple[Any, ...] = (None, "", [], (), {})


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a page: headings, rows of values, and the kind of values of each column."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Related records, each with the key of its own kind."""

    title: str
    kind: RecordKind
    rows: Sequence[tuple[str, Summary]]  # the newest first, at most RELATED_SHOWN
    count: int  # of all
    sums: Sequence[Sums]  # of all


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the page of a record shows."""

    summary: Summary
    today: dt.date
    json: Json
    parties: Mapping[str, Sequence[Any]]
    facts: Mapping[str, Any]
    tables: Sequence[PageTable]
    totals: Mapping[str, Decimal]
    notes: Mapping[str, str]
    related: Sequence[RelatedList]
    history: Sequence[HistoryEntry]
    public_page: str | None
    has_pdf: bool


def record_page(vendor: Vendor, kind: RecordKind, backend: Backend, row: Any) -> RecordPage:
    """Return the parts of a record's page, from the JSON that the vendor's API returns for it."""
    layout = kind.layout
    json: Json = orjson.loads(to_json(kind.render(backend, row)))
    history = layout.history(backend, row) if layout.history else ()
    return RecordPage(
        summary=kind.summarize(backend, row),
        today=backend.clock.today(),
        json=json,
        parties={
            heading: lines
            for heading, paths in layout.parties.items()
            if (lines := list(_values(json, paths)))
        },
        facts={
            label: value
            for label, path in layout.facts.items()
            if (value := value_at(json, path)) not in _EMPTY
        },
        tables=[
            _table(part, value_at(json, part.path))
            for part in layout.tables
            if value_at(json, part.path)
        ],
        totals={
            label: amount
            for label, path in layout.totals.items()
            if (amount := as_amount(value_at(json, path))) is not None
        },
        notes={
            heading: str(text)
            for heading, path in layout.notes.items()
            if (text := value_at(json, path))
        },
        related=[_related(vendor, related, backend, row) for related in layout.related],
        history=list(history),
        public_page=layout.public_page(backend, row) if layout.public_page else None,
        has_pdf=layout.pdf is not None,
    )


def _values(json: Json, paths: Iterable[str]) -> Iterable[Any]:
    return (value for path in paths if (value := value_at(json, path)) not in _EMPTY)


def _table(part: PartTable, rows: Sequence[Json]) -> PageTable:
    """Return a table without the columns that are empty or false in every row."""
    every = {
        heading: [value_at(row, path) for row in rows] for heading, path in part.columns.items()
    }
    columns = {
        heading: values
        for heading, values in every.items()
        if any(value not in _EMPTY and value is not False for value in values)
    }
    return PageTable(
        part.title,
        list(columns),
        list(zip(*columns.values(), strict=True)),
        [_kind_of_column(part, heading, values) for heading, values in columns.items()],
    )


def _kind_of_column(part: PartTable, heading: str, values: Sequence[Any]) -> str:
    present = [value for value in values if value not in _EMPTY]
    if any(as_amount(value) is None for value in present):
        return TEXT
    return AMOUNT if heading in part.amounts else NUMBER


def _related(vendor: Vendor, related: RelatedRecords, backend: Backend, row: Any) -> RelatedList:
    kinds = {kind.key: kind for kind in vendor.record_kinds}
    kind = kinds[related.kind]
    siblings = [other for other in vendor.record_kinds if other.table == kind.table]
    rows = []
    for other_row in related.rows(backend, row):
        own = next((other for other in siblings if other.includes(other_row)), kind)
        rows.append((own.key, own.summarize(backend, other_row)))
    rows.sort(key=lambda pair: pair[1].position, reverse=True)
    total = sums([summary for _, summary in rows], kind, backend.clock.today())
    return RelatedList(related.title, kind, rows[:RELATED_SHOWN], len(rows), total)


def as_amount(value: Any) -> Decimal | None:
    """Return a number, or the text of one, as a decimal; ``None`` for any other value."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


@dataclass(frozen=True, slots=True)
class RecordTraces:
    """What touched a record, the newest first: requests, e-mails and webhook deliveries."""

    requests: Sequence[Entry]
    mails: Sequence[OutboxMessage]
    deliveries: Sequence[WebhookDelivery]


def record_traces(
    vendor: Vendor, kind: RecordKind, backend: Backend, entries: Iterable[Entry], key: Any
) -> RecordTraces:
    """Return what touched a record; ``entries`` are a journal's, the newest first."""
    about = f"{kind.mail_subject or kind.table}/{key}"
    mails = [message for message in backend.outbox if message.about == about]
    return RecordTraces(
        list(islice(_requests(vendor, kind, entries, str(key)), TRACES_SHOWN)),
        mails[: -TRACES_SHOWN - 1 : -1],
        list(islice(_deliveries(vendor, backend, str(key)), TRACES_SHOWN)),
    )


def _deliveries(vendor: Vendor, backend: Backend, key: str) -> Iterator[WebhookDelivery]:
    """Return the newest deliveries whose bodies name the record."""
    log = vendor.webhook_log
    if log is not None:
        views = map(log.view, islice(log.rows(backend), DELIVERIES_SEARCHED))
        yield from (delivery for delivery in views if f'"{key}"' in delivery.body)


def _requests(
    vendor: Vendor, kind: RecordKind, entries: Iterable[Entry], key: str
) -> Iterator[Entry]:
    """Return the requests whose path names the record, and the one whose response created it."""
    for entry in entries:
        if entry.vendor == vendor.key and (entry.operation or "").startswith(kind.operations):
            is_named = key in entry.path.split("/")
            if is_named or (entry.method == "POST" and _created(entry, key)):
                yield entry


def _created(entry: Entry, key: str) -> bool:
    """Whether the response to a POST is the record, or has it as its data."""
    try:
        body = orjson.loads(entry.response_body)
    except orjson.JSONDecodeError:
        return False
    records = [body, *(value_at(body, name) for name in ("data", "record", "invoice"))]
    if isinstance(body, list):
        records += body
    return any(str(value_at(record, "id")) == key for record in records)
