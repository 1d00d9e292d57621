"""The overview of a sandbox: what is in it, what is owed, and what happens next by the clock."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mockvoice.control.record_list import Sums, sums
from mockvoice.kernel.backend import Backend
from mockvoice.web.record_kinds import RecordKind, Summary
from mockvoice.web.vendor import Vendor

MONTHS = 12
EVENTS_SHOWN = 6
# The upper ends of the ranges of days overdue; the last one is open.
AGES = (("not due", 0), ("1–30 days", 30), ("31–60 days", 60), ("61–90 days", 90))
OLDEST = "over 90 days"


@dataclass(frozen=True, slots=True)
class Series:
    """The bars of a chart, in one currency: a label and an amount each."""

    currency: str
    bars: Sequence[tuple[str, Decimal]]

    @property
    def highest(self) -> Decimal:
        """The largest amount, and at least one cent."""
        return max((amount for _, amount in self.bars), default=Decimal(0)) or Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Records of one kind to which the same happens on one day."""

    on: dt.date
    vendor: Vendor
    kind: RecordKind
    count: int

    @property
    def text(self) -> str:
        """What happens, such as ``4 invoices become overdue``."""
        if self.count == 1:
            return f"1 {self.kind.noun} {self.kind.on_due}"
        verb, space, rest = self.kind.on_due.partition(" ")
        return f"{self.count} {self.kind.plural} {verb.removesuffix('s')}{space}{rest}"


@dataclass(frozen=True, slots=True)
class VendorOverview:
    """One vendor of a sandbox: the numbers of records, and what its clients owe."""

    vendor: Vendor
    counts: Sequence[tuple[RecordKind, int]]
    receivables: Sequence[Sums]
    receivable_kind: RecordKind | None
    ages: Series
    months: Series
    events: Sequence[ClockEvent]

    @property
    def currencies(self) -> list[str]:
        """The currencies that charts can show, the one with the most invoices first."""
        return [sums.currency for sums in self.receivables]


def vendor_overview(
    vendor: Vendor,
    backend: Backend,
    summaries: Callable[[RecordKind], Sequence[Summary]],
    today: dt.date,
    currency: str = "",
) -> VendorOverview:
    """Return the overview of one vendor, with charts in one currency.

    ``summaries`` returns all records of a kind. Kinds that are only counted need none. Without invoices
    in ``currency``, charts show the currency with the most invoices.
    """
    counts: list[tuple[RecordKind, int]] = []
    events: list[ClockEvent] = []
    receivable: Sequence[Summary] = ()
    receivable_kind: RecordKind | None = None
    for kind in vendor.record_kinds:
        if not kind.on_due and not kind.receivable:
            counts.append((kind, kind.count(backend)))
            continue
        rows = summaries(kind)
        counts.append((kind, len(rows)))
        events += _events(vendor, kind, rows, today)
        if kind.receivable:
            receivable, receivable_kind = rows, kind
    owed = sums(receivable, receivable_kind, today) if receivable_kind else []
    if currency not in [each.currency for each in owed]:
        currency = owed[0].currency if owed else ""
    charted = [row for row in receivable if row.currency == currency]
    return VendorOverview(
        vendor, counts, owed, receivable_kind,
        Series(currency, _ages(charted, today)), Series(currency, _months(charted, today)), events,
    )  # fmt: skip


def next_events(overviews: Iterable[VendorOverview]) -> list[ClockEvent]:
    """Return what happens next in all vendors, the earliest first."""
    events = [event for overview in overviews for event in overview.events]
    return sorted(events, key=lambda event: event.on)[:EVENTS_SHOWN]


def _events(
    vendor: Vendor, kind: RecordKind, rows: Iterable[Summary], today: dt.date
) -> list[ClockEvent]:
    """Return the next events of a kind."""
    days = Counter(row.due for row in rows if kind.waits(row))
    delay = dt.timedelta(days=kind.days_after_due)
    latest = dt.date.max - delay
    counts = {due + delay: count for due, count in days.items() if due and due <= latest}
    coming = sorted(on for on in counts if on > today)[:EVENTS_SHOWN]
    return [ClockEvent(on, vendor, kind, counts[on]) for on in coming]


def _ages(rows: Iterable[Summary], today: dt.date) -> list[tuple[str, Decimal]]:
    totals = {label: Decimal(0) for label, _ in AGES} | {OLDEST: Decimal(0)}
    for row in rows:
        if row.open:
            late = (today - row.due).days if row.due else 0
            label = next((label for label, most in AGES if late <= most), OLDEST)
            totals[label] += row.open
    return list(totals.items())


def _months(rows: Iterable[Summary], today: dt.date) -> list[tuple[str, Decimal]]:
    first = today.year * 12 + today.month - MONTHS
    months = [divmod(first + index, 12) for index in range(MONTHS)]
    totals = {f"{year}-{month + 1:02}": Decimal(0) for year, month in months}
    for row in rows:
        label = row.date.isoformat()[:7] if row.date else ""
        if label in totals:
            totals[label] += row.amount or 0
    return list(totals.items())
