"""Query results that fetch their rows lazily."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar

from mockvoice.kernel.sorted_entries import Key, SortedEntries, SortedKeys, SortedPairs
from mockvoice.kernel.work_budget import WorkBudget

Row = TypeVar("Row")


class QueryResult(Generic[Row]):
    """The sorted rows that match a query.

    ``keys`` limits ``entries`` to those keys, and ``index_range`` to a range of them. The table must
    not change while the result is read.
    """

    __slots__ = ("_budget", "_entries", "_keys", "_rows", "_start", "_stop")

    def __init__(
        self,
        rows: Mapping[Key, Row],
        entries: SortedEntries,
        budget: WorkBudget,
        *,
        keys: set[Key] | None = None,
        index_range: tuple[int, int] | None = None,
    ) -> None:
        self._rows = rows
        self._entries = entries
        self._budget = budget
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
        if self._keys is not None:
            return next(iter(self.slice(0, 1)), None)
        if self._start >= self._stop:
            return None
        self._budget.spend()
        return self._rows[self._entries.key_at(self._start)]

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
            keys = self._keys_between(0, entry_count, descending, ties_descending)
            return list(islice(self._fetch(keys), offset, stop))
        return list(self._fetch(self._keys_between(offset, stop, descending, ties_descending)))

    def _keys_between(
        self, start: int, stop: int, descending: bool, ties_descending: bool
    ) -> Iterator[Key]:
        if descending:
            return self._entries.islice(self._stop - stop, self._stop - start, reverse=True)
        start, stop = self._start + start, self._start + stop
        if ties_descending:
            return self._entries.ties_reversed(start, stop)
        return self._entries.islice(start, stop)

    def _fetch(self, keys: Iterator[Key]) -> Iterator[Row]:
        allowed = self._keys
        if allowed is not None:
            keys = filter(allowed.__contains__, keys)
        return map(self._rows.__getitem__, keys)


def sorted_entries(
    keys: Iterable[Key], rows: Mapping[Key, Row], by: Callable[[Row], Any] | None
) -> SortedEntries:
    """Return the entries of some rows, sorted by the value of ``by`` and then by key."""
    return SortedKeys(keys) if by is None else SortedPairs((by(rows[key]), key) for key in keys)
