"""Sorted entries, and the rows that they lead to, fetched only as far as they are asked for."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, Self, TypeVar

from sortedcontainers import SortedList

Row = TypeVar("Row")
Key = int | str


class SortedEntries(SortedList):
    """Keys in their order, or (value, key) pairs in the order of the values and then of the keys."""

    def clone(self) -> Self:
        """A copy that is made part by part, and not sorted anew."""
        copy = type(self)()
        copy._lists = [part.copy() for part in self._lists]
        copy._maxes = self._maxes.copy()
        copy._len = self._len
        return copy

    def move(self, before: Any, after: Any) -> None:
        """Let one entry take the place of another; ``None`` is no entry."""
        if before == after:
            return
        if before is not None:
            self.remove(before)
        if after is not None:
            self.add(after)

    def index_range(self, low: Any, high: Any) -> tuple[int, int]:
        """Where the pairs of the values from ``low`` to ``high`` begin and end; ``None`` is open."""
        start = 0 if low is None else self.bisect_left((low,))
        stop = len(self) if high is None else self.bisect_right((high, _HIGHEST))
        return start, max(start, stop)

    def ties_reversed(self, position: int, stop: int) -> Iterator[Any]:
        """The pairs between two places, but of equal values the highest key first."""
        while position < stop:
            value = self[position][0]
            first, end = self.index_range(value, value)
            for place in range(position, min(end, stop)):
                yield self[first + end - 1 - place]
            position = end


class _Highest:
    """Sorts after every key, so that a bisection can end behind all pairs of one value."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_HIGHEST = _Highest()


class QueryResult(Generic[Row]):
    """Rows that fit, in their order.

    ``entries`` are those of the rows, or, with ``among``, more: then only the keys among those
    count. With ``span``, only the entries from one place to another count. The table must not
    change while a selection is read.
    """

    __slots__ = ("_entries", "_only", "_paired", "_rows", "_start", "_stop")

    def __init__(
        self,
        rows: dict[Key, Row],
        entries: SortedEntries,
        *,
        paired: bool,
        keys: set[Key] | None = None,
        index_range: tuple[int, int] | None = None,
    ) -> None:
        self._rows = rows
        self._entries = entries
        self._paired = paired
        self._only = keys
        self._start, self._stop = index_range or (0, len(entries))

    def __len__(self) -> int:
        return self._stop - self._start if self._only is None else len(self._only)

    def __iter__(self) -> Iterator[Row]:
        return self._fetch(self._entries.islice(self._start, self._stop))

    def __reversed__(self) -> Iterator[Row]:
        return self._fetch(self._entries.islice(self._start, self._stop, reverse=True))

    def first(self) -> Row | None:
        """The first row, or ``None``."""
        return next(iter(self), None)

    def slice(
        self, offset: int, limit: int, *, descending: bool = False, ties_descending: bool = False
    ) -> list[Row]:
        """Up to ``limit`` rows from a zero-based offset, last first when ``descending``.

        Rows with equal values come by key in the same direction, or, with
        ``ties_descending``, always highest key first.
        """
        count, whole = len(self), self._stop - self._start
        stop = min(offset + limit, count)
        if offset >= stop:
            return []
        if count < whole:  # some entries do not count, so that places cannot be computed
            entries = self._turned(0, whole, descending, ties_descending)
            return list(islice(self._fetch(entries), offset, stop))
        return list(self._fetch(self._turned(offset, stop, descending, ties_descending)))

    def _turned(self, start: int, stop: int, descending: bool, ties: bool) -> Iterator[Any]:
        entries: SortedEntries = self._entries
        if descending:
            found: Iterator[Any] = entries.islice(
                self._stop - stop, self._stop - start, reverse=True
            )
        elif ties and self._paired:
            found = entries.ties_reversed(self._start + start, self._start + stop)
        else:
            found = entries.islice(self._start + start, self._start + stop)
        return found

    def _fetch(self, entries: Iterable[Any]) -> Iterator[Row]:
        rows, among = self._rows, self._only
        keys: Iterable[Key] = (key for _, key in entries) if self._paired else entries
        if among is not None:
            keys = (key for key in keys if key in among)
        return (rows[key] for key in keys)


def entries_of(
    keys: Iterable[Key], rows: dict[Key, Row], by: Callable[[Row], Any] | None
) -> SortedEntries:
    """The entries of some rows, sorted by what ``by`` gives, or by key alone."""
    return (
        SortedEntries(keys) if by is None else SortedEntries((by(rows[key]), key) for key in keys)
    )
