"""Sorted entries, and query results that fetch their rows lazily."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, Self, TypeVar

from sortedcontainers import SortedList

from mockvoice.kernel.work_budget import WorkBudget

Row = TypeVar("Row")
Key = int | str


class SortedEntries(SortedList):
    """Sorted keys, or (value, key) pairs sorted by value and then by key."""

    def clone(self) -> Self:
        """Return a copy without sorting again."""
        copy = type(self)()
        copy._lists = [part.copy() for part in self._lists]
        copy._maxes = self._maxes.copy()
        copy._len = self._len
        return copy

    def build_index(self) -> None:
        """Build the index of positions, which the first query that needs it would build."""
        if self:
            self[len(self) - 1]

    def move(self, before: Any, after: Any) -> None:
        """Replace one entry by another; ``None`` means no entry."""
        if before == after:
            return
        if before is not None:
            self.remove(before)
        if after is not None:
            self.add(after)

    def index_range(self, low: Any, high: Any) -> tuple[int, int]:
        """Return the start and stop index of a closed range; ``None`` leaves an end open."""
        start = 0 if low is None else self.bisect_left((low,))
        stop = len(self) if high is None else self.bisect_right((high, _HIGHEST))
        return start, max(start, stop)

    def ties_reversed(self, position: int, stop: int) -> Iterator[Any]:
        """Iterate over the pairs between two indexes, the highest key first among equal values."""
        while position < stop:
            value = self[position][0]
            first, end = self.index_range(value, value)
            for index in range(position, min(end, stop)):
                yield self[first + end - 1 - index]
            position = end


class _Highest:
    """A key that sorts after all others, to bisect after all pairs of one value."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_HIGHEST = _Highest()


class QueryResult(Generic[Row]):
    """The sorted rows that match a query.

    ``keys`` limits ``entries`` to those keys, and ``index_range`` to a range of them. If
    ``paired``, the entries are (value, key) pairs. The table must not change while the result is
    read.
    """

    __slots__ = ("_budget", "_entries", "_keys", "_paired", "_rows", "_start", "_stop")

    def __init__(
        self,
        rows: dict[Key, Row],
        entries: SortedEntries,
        budget: WorkBudget,
        *,
        paired: bool,
        keys: set[Key] | None = None,
        index_range: tuple[int, int] | None = None,
    ) -> None:
        self._rows = rows
        self._entries = entries
        self._budget = budget
        self._paired = paired
        self._keys = keys
        self._start, self._stop = index_range or (0, len(entries))

    def __len__(self) -> int:
        return self._stop - self._start if self._keys is None else len(self._keys)

    def __iter__(self) -> Iterator[Row]:
        self._budget.spend_scanned(len(self))
        return self._fetch(self._entries.islice(self._start, self._stop))

    def __reversed__(self) -> Iterator[Row]:
        self._budget.spend_scanned(len(self))
        return self._fetch(self._entries.islice(self._start, self._stop, reverse=True))

    def first(self) -> Row | None:
        """Return the first row, or ``None``."""
        return next(iter(self.slice(0, 1)), None)

    def slice(
        self, offset: int, limit: int, *, descending: bool = False, ties_descending: bool = False
    ) -> list[Row]:
        """Return up to ``limit`` rows from a zero-based offset, reversed if ``descending``.

        Rows with equal values are sorted by key in the same direction, or always highest key first
        with ``ties_descending``.
        """
        count, entry_count = len(self), self._stop - self._start
        stop = min(offset + limit, count)
        if offset >= stop:
            return []
        self._budget.spend((stop - offset) / 2)
        if count < entry_count:  # some entries are excluded, so offsets do not equal indexes
            entries = self._entries_between(0, entry_count, descending, ties_descending)
            return list(islice(self._fetch(entries), offset, stop))
        return list(self._fetch(self._entries_between(offset, stop, descending, ties_descending)))

    def _entries_between(
        self, start: int, stop: int, descending: bool, ties_descending: bool
    ) -> Iterator[Any]:
        entries: SortedEntries = self._entries
        if descending:
            selected: Iterator[Any] = entries.islice(
                self._stop - stop, self._stop - start, reverse=True
            )
        elif ties_descending and self._paired:
            selected = entries.ties_reversed(self._start + start, self._start + stop)
        else:
            selected = entries.islice(self._start + start, self._start + stop)
        return selected

    def _fetch(self, entries: Iterable[Any]) -> Iterator[Row]:
        rows, allowed = self._rows, self._keys
        keys: Iterable[Key] = (key for _, key in entries) if self._paired else entries
        if allowed is not None:
            keys = (key for key in keys if key in allowed)
        return (rows[key] for key in keys)


def sorted_entries(
    keys: Iterable[Key], rows: dict[Key, Row], by: Callable[[Row], Any] | None
) -> SortedEntries:
    """Return the entries of some rows, sorted by the value of ``by`` and then by key."""
    return (
        SortedEntries(keys) if by is None else SortedEntries((by(rows[key]), key) for key in keys)
    )
