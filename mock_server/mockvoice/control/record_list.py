"""Lists of records: filters, sorting, pages, and the sums of what is shown."""

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any

from mockvoice.control.errors import InvalidField, InvalidForm
from mockvoice.control.template_filters import amount
from mockvoice.web.record_kinds import GOOD, RecordKind, Summary

PAGE_SIZE = 50
OVERDUE = "overdue"  # a status that lists of receivables have besides the vendor's own
SORTABLE = ("name", "party", "date", "due", "status", "amount", "open", "detail")
_TEXTS = ("name", "party", "status", "detail")
_DIGITS_OR_OTHERS = re.compile(r"\d+|\D+")
_SPREADSHEET_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """What a list shows. Empty texts and ``None`` mean all; ``sort`` may begin with ``-``."""

    text: str = ""
    status: str = ""
    party: str = ""
    detail: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    sort: str = ""

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "RecordFilter":
        """Return the filter of a page's query. Raises ``InvalidField``, and ``InvalidForm`` for a sort order."""
        texts = {name: args.get(name, "").strip() for name in _QUERY_NAMES}
        sort = texts["sort"]
        if sort and sort.removeprefix("-") not in SORTABLE:
            raise InvalidForm(
                f"sort must be one of {', '.join(SORTABLE)}, or one with '-' before it, not {sort[:100]!r}"
            )
        return cls(
            text=texts["q"],
            status=texts["status"],
            party=texts["client"],
            detail=texts["detail"],
            since=_date(texts, "from"),
            until=_date(texts, "to"),
            at_least=_amount(texts, "min"),
            at_most=_amount(texts, "max"),
            sort=sort,
        )

    @property
    def is_empty(self) -> bool:
        """Whether it shows everything, in any order."""
        return self == RecordFilter(sort=self.sort)

    def matches(self, row: Summary, today: dt.date) -> bool:
        """Whether the list shows this record."""
        return (
            (not self.status or self._has_status(row, today))
            and (not self.party or str(row.party_key) == self.party)
            and (not self.detail or row.detail == self.detail)
            and (self.since is None or (row.date is not None and row.date >= self.since))
            and (self.until is None or (row.date is not None and row.date <= self.until))
            and (self.at_least is None or (row.amount is not None and row.amount >= self.at_least))
            and (self.at_most is None or (row.amount is not None and row.amount <= self.at_most))
            and (not self.text or self._has_text(row))
        )

    def _has_status(self, row: Summary, today: dt.date) -> bool:
        if self.status == OVERDUE and row.is_overdue(today):
            return True
        return row.status.lower() == self.status.lower()

    def _has_text(self, row: Summary) -> bool:
        searched = self.text.lower()
        return any(
            searched in str(text).lower() for text in (row.name, row.party, row.detail, row.key)
        )


_QUERY_NAMES = ("q", "status", "client", "detail", "from", "to", "min", "max", "sort")


def _date(texts: Mapping[str, str], name: str) -> dt.date | None:
    try:
        # Python reads days of weeks too.
        return dt.date.fromisoformat(texts[name].replace("W", "?")) if texts[name] else None
    except ValueError as error:
        problem = f"must be a date such as 2026-03-01, not {texts[name][:100]!r}"
        raise InvalidField(name, problem) from error


def _amount(texts: Mapping[str, str], name: str) -> Decimal | None:
    try:
        # Python reads numbers with underscores too.
        number = Decimal(texts[name].replace("_", "?")) if texts[name] else None
    except InvalidOperation:
        number = Decimal("nan")
    if number is not None and not number.is_finite():
        raise InvalidField(name, f"must be an amount such as 99.50, not {texts[name][:100]!r}")
    return number


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of some records in one currency."""

    currency: str
    count: int
    amount: Decimal
    open: Decimal
    overdue: Decimal
    settled: Decimal  # paid or credited

    @property
    def never_owed(self) -> Decimal:
        """The amount of drafts and cancelled invoices."""
        return self.amount - self.open - self.settled


def sums(rows: Iterable[Summary], kind: RecordKind, today: dt.date) -> list[Sums]:
    """Return the sums of records of one kind by currency, the most used currency first."""
    counts: Counter[str] = Counter()
    totals: dict[str, list[Decimal]] = {}
    zero = Decimal(0)
    for row in rows:
        counts[row.currency] += 1
        sum_of_row, owed = row.amount or zero, row.open or zero
        total = totals.setdefault(row.currency, [zero, zero, zero, zero])
        total[0] += sum_of_row
        if owed:
            total[1] += owed
            if row.is_overdue(today):
                total[2] += owed
        if owed or kind.tones.get(row.status) == GOOD:
            total[3] += sum_of_row - owed
    return [Sums(currency, count, *totals[currency]) for currency, count in counts.most_common()]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a list, with what the whole list has."""

    rows: Sequence[Summary]
    number: int
    pages: int
    count: int  # of the rows that match
    total_count: int  # of all rows
    sums: Sequence[Sums]  # of the rows that match
    statuses: Sequence[str]  # of all rows
    parties: Sequence[tuple[Any, str]]  # keys and names, of all rows
    details: Sequence[str]  # of all rows, if lists filter by them


def list_records(
    kind: RecordKind,
    every: Sequence[Summary],
    today: dt.date,
    record_filter: RecordFilter,
    page: int,
) -> RecordPage:
    """Return a page of the records that match, which counts from 1 and is at most the last one."""
    matching = [row for row in every if record_filter.matches(row, today)]
    pages = max(1, -(-len(matching) // PAGE_SIZE))
    number = min(max(page, 1), pages)
    start = (number - 1) * PAGE_SIZE
    return RecordPage(
        rows=sorted_rows(matching, record_filter.sort)[start : start + PAGE_SIZE],
        number=number,
        pages=pages,
        count=len(matching),
        total_count=len(every),
        sums=sums(matching, kind, today),
        statuses=_statuses(every, kind, today),
        parties=_parties(every) if kind.clients else (),
        details=sorted({row.detail for row in every}) if kind.filters_by_detail else (),
    )


def _statuses(rows: Sequence[Summary], kind: RecordKind, today: dt.date) -> Sequence[str]:
    statuses = {row.status for row in rows} - {""}
    if kind.receivable and any(row.is_overdue(today) for row in rows):
        statuses = {status for status in statuses if status.lower() != OVERDUE} | {OVERDUE}
    return sorted(statuses, key=str.lower)


def _parties(rows: Sequence[Summary]) -> Sequence[tuple[Any, str]]:
    names = {row.party_key: row.party for row in rows if row.party_key is not None}
    return sorted(names.items(), key=lambda party: (party[1].lower(), str(party[0])))


def sorted_rows(rows: list[Summary], sort: str) -> list[Summary]:
    """Return the rows sorted; without a sort order, the newest first. Missing values come last."""
    newest_first = sorted(rows, key=attrgetter("position"), reverse=True)
    member = sort.removeprefix("-")
    if not member:
        return newest_first
    value = attrgetter(member)
    if member in _TEXTS:
        present = [row for row in newest_first if value(row)]
        present.sort(key=lambda row: _natural(value(row)), reverse=sort.startswith("-"))
        return present + [row for row in newest_first if not value(row)]
    present = [row for row in newest_first if value(row) is not None]
    present.sort(key=value, reverse=sort.startswith("-"))
    return present + [row for row in newest_first if value(row) is None]


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return the key by which texts sort as people do: 9 before 10, and without regard to case.

    Digits are compared by their number and then as text, since a text may have thousands of them.
    """
    parts = _DIGITS_OR_OTHERS.findall(text.lower())
    return [
        (0, len(part.lstrip("0")), part.lstrip("0")) if part[0].isdecimal() else (1, 0, part)
        for part in parts
    ]


def as_csv(
    kind: RecordKind, every: Sequence[Summary], today: dt.date, record_filter: RecordFilter
) -> str:
    """Return all records that match as CSV, with the columns of the list, its key and currency."""
    matching = [row for row in every if record_filter.matches(row, today)]
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(["Id", *kind.columns.values(), "Currency"])
    for row in sorted_rows(matching, record_filter.sort):
        values = [row.key, *(getattr(row, member) for member in kind.columns), row.currency]
        writer.writerow([_csv_value(value) for value in values])
    return output.getvalue()


def _csv_value(value: Any) -> str:
    """Return the text of a cell; a text that a spreadsheet would take for a formula gets a quote."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, Decimal):
        return text if text[-3:-2] == "." else amount(value).replace(",", "")
    if isinstance(value, str) and text.startswith(_SPREADSHEET_FORMULA):
        return "'" + text
    return text
