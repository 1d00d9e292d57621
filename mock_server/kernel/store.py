"""Tables of frozen rows, with indexes that make a list's cost independent of the table's size.

A table keeps three kinds of order:

* its rows by key;
* for each declared *index*, the keys of the rows that share a value;
* for each declared *order*, all rows sorted by it.

A list that combines them (``status = 2`` by due date) is answered from a *view*: the sorted
entries of just those rows, made when it is first asked for and kept up to date from then on.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

from mock_server.kernel.undo import UndoLog

Row = TypeVar("Row")
Key = int | str
Where = Mapping[str, Hashable]
Between = Mapping[str, tuple[Any, Any]]

# So many views stay alive in one table; the one that was not asked for longest goes first.
VIEWS_KEPT = 128
# And so many orders that were added later.
ORDERS_ADDED = 8


class Table(Generic[Row]):
    """Rows by key. Rows are immutable: a change puts the next row in the old one's place.

    ``key`` gives a row's key. ``indexes`` and ``orders`` give, by name, what a row is found
    or sorted by. An index function that returns a ``frozenset`` files the row under each of its
    members; ``None`` files it nowhere. Keys of one table are all of one type, and so are the
    values of one order; none of these is ``None``.
    """

    def __init__(
        self,
        name: str,
        undo: UndoLog,
        *,
        key: Callable[[Row], Key],
        indexes: Mapping[str, Callable[[Row], Hashable]] | None = None,
        orders: Mapping[str, Callable[[Row], Any]] | None = None,
    ) -> None:
        self.name = name
        self._undo = undo
        self._key = key
        self._index_by = dict(indexes or {})
        self._order_by = dict(orders or {})
        self.revision = 0  # grows with every change, so that what was computed can be kept
        self._shared = False
        self._rows: dict[Key, Row] = {}
        self._keys: SortedList = SortedList()
        self._indexes: dict[str, dict[Hashable, set[Key]]] = {n: {} for n in self._index_by}
        self._orders: dict[str, SortedList] = {n: SortedList() for n in self._order_by}
        self._added: OrderedDict[str, None] = OrderedDict()
        self._views: OrderedDict[_ViewName, _View] = OrderedDict()
        self._watching: dict[tuple[str, Hashable], list[_View]] = {}

    # -- reading ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order of their keys."""
        return (self._rows[key] for key in self._keys)

    def get(self, key: Key) -> Row | None:
        """The row at this key, or ``None``."""
        return self._rows.get(key)

    def with_value(self, index: str, value: Hashable) -> list[Row]:
        """The rows that the index files under the value, in the order of their keys."""
        return [self._rows[key] for key in sorted(self._indexes[index].get(value, ()))]  # type: ignore[type-var]

    def count(self, index: str, value: Hashable) -> int:
        """How many rows the index files under the value."""
        return len(self._indexes[index].get(value, ()))

    def values(self, index: str) -> Collection[Hashable]:
        """Every value under which the index files a row."""
        return self._indexes[index].keys()

    def select(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keep: Callable[[Row], bool] | None = None,
        order: str | None = None,
    ) -> "Selection[Row]":
        """The rows that fit, sorted by an order and then by key; by key alone without one.

        ``where`` names indexes and the value each must have. ``between`` names orders and the
        lowest and highest value, ends included, ``None`` for open. ``keep`` decides on what is
        left, row by row, so it costs what the other two leave over.
        """
        where = where or {}
        if not between and keep is None:
            return Selection(self._rows, self._entries(where, order), order is not None)

        keep_all = () if keep is None else (keep,)
        fitting = self.matching(where, between=between, keep=keep_all)
        return Selection(self._rows, self._sort(fitting, order), order is not None)

    def matching(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keep: Iterable[Callable[[Row], bool]] = (),
    ) -> list[Key]:
        """The keys of the rows that fit, in no order: for a count, or where the caller sorts.

        Takes what ``select`` takes, and as many tests in ``keep`` as there are.
        """
        where, between = where or {}, between or {}
        rows = self._rows
        fitting = list(self._narrowest(where, between))
        for test in (
            *(_equals(self._index_by[name], value) for name, value in where.items()),
            *(_within(self._order_by[name], *ends) for name, ends in between.items()),
            *keep,
        ):
            fitting = [key for key in fitting if test(rows[key])]
        return fitting

    def at_most(self, order: str, value: Any) -> Row | None:
        """The last row of the order whose value is not above this one, or ``None``."""
        entries = self._orders[order]
        place = entries.bisect_right((value, _Highest))
        return self._rows[entries[place - 1][1]] if place else None

    def add_order(self, name: str, by: Callable[[Row], Any]) -> None:
        """Sort the rows by one more thing, from now on; an order of this name stays as it is.

        For what is rarely sorted by: it costs nothing until it is asked for. Of such orders the
        ones asked for last are kept.
        """
        if name in self._added:
            self._added.move_to_end(name)
        if name in self._order_by:
            return
        if self._shared:
            self._own()
        self._added[name] = None
        self._order_by[name] = by
        self._orders[name] = SortedList((by(row), key) for key, row in self._rows.items())
        if len(self._added) > ORDERS_ADDED:
            idle, _ = self._added.popitem(last=False)
            del self._order_by[idle], self._orders[idle]

    def _narrowest(self, where: Where, between: Between) -> Iterable[Key]:
        """The keys that the most selective single condition leaves."""
        best: Iterable[Key] = self._keys
        size = len(self._rows)
        for name, value in where.items():
            bucket = self._indexes[name].get(value, frozenset())
            if len(bucket) < size:
                best, size = bucket, len(bucket)
        for name, (low, high) in between.items():
            entries = self._orders[name]
            start = 0 if low is None else entries.bisect_left((low,))
            stop = len(entries) if high is None else entries.bisect_right((high, _Highest))
            if max(stop - start, 0) < size:
                best, size = (key for _, key in entries.islice(start, stop)), stop - start
        return best

    def _sort(self, keys: Iterable[Key], order: str | None) -> SortedList:
        if order is None:
            return SortedList(keys)
        by, rows = self._order_by[order], self._rows
        return SortedList((by(rows[key]), key) for key in keys)

    def _entries(self, where: Where, order: str | None) -> SortedList:
        if not where:
            return self._keys if order is None else self._orders[order]
        name = (frozenset(where.items()), order)
        view = self._views.get(name)
        if view is not None:
            self._views.move_to_end(name)
            return view.entries

        tests = [_equals(self._index_by[index], value) for index, value in where.items()]
        rows = self._rows
        keys = self._narrowest(where, {})
        fitting = [key for key in keys if all(test(rows[key]) for test in tests)]
        by = None if order is None else self._order_by[order]
        view = _View(next(iter(where.items())), tests, by, self._sort(fitting, order))
        self._views[name] = view
        self._watching.setdefault(view.anchor, []).append(view)
        if len(self._views) > VIEWS_KEPT:
            _, idle = self._views.popitem(last=False)
            self._watching[idle.anchor].remove(idle)
        return view.entries

    # -- writing ---------------------------------------------------------------------------

    def put(self, row: Row) -> Row:
        """Insert the row, or let it take the place of the one with its key; gives the row."""
        key = self._key(row)
        before = self._rows.get(key)
        self._undo.record(self, key, before)
        self._change(key, before, row)
        return row

    def delete(self, key: Key) -> None:
        """Remove the row at this key. Raises ``KeyError`` if there is none."""
        before = self._rows[key]
        self._undo.record(self, key, before)
        self._change(key, before, None)

    def restore(self, key: Key, before: Row | None) -> None:
        """Take a change of the row at ``key`` back."""
        self._change(key, self._rows.get(key), before)

    def fork(self, undo: UndoLog) -> "Table[Row]":
        """A table with the same rows that changes on its own.

        Costs nothing that grows with the table: both share everything until one is changed,
        and that one then copies its containers (not its rows) once.
        """
        twin: Table[Row] = Table.__new__(Table)
        twin.__dict__.update(self.__dict__, _undo=undo, _views=OrderedDict(), _watching={})
        self._shared = twin._shared = True
        return twin

    def _own(self) -> None:
        self._rows = self._rows.copy()
        self._keys = self._keys.copy()
        self._indexes = {
            name: {value: set(keys) for value, keys in index.items()}
            for name, index in self._indexes.items()
        }
        self._orders = {name: entries.copy() for name, entries in self._orders.items()}
        self._order_by = dict(self._order_by)
        self._added = self._added.copy()
        self._shared = False

    def _change(self, key: Key, old: Row | None, new: Row | None) -> None:
        if old is None and new is None:
            return
        if self._shared:
            self._own()
        self.revision += 1
        if new is None:
            del self._rows[key]
            self._keys.remove(key)
        else:
            self._rows[key] = new
            if old is None:
                self._keys.add(key)
        for name, by in self._index_by.items():
            before = None if old is None else by(old)
            after = None if new is None else by(new)
            if before != after:
                self._refile(self._indexes[name], key, before, after)
            if self._watching:
                for value in {*_members(before), *_members(after)}:
                    for view in self._watching.get((name, value), ()):
                        view.follow(key, old, new)
        for name, by in self._order_by.items():
            _move(
                self._orders[name],
                None if old is None else (by(old), key),
                None if new is None else (by(new), key),
            )

    @staticmethod
    def _refile(
        index: dict[Hashable, set[Key]], key: Key, before: Hashable, after: Hashable
    ) -> None:
        for value in _members(before):
            bucket = index[value]
            bucket.discard(key)
            if not bucket:
                del index[value]
        for value in _members(after):
            index.setdefault(value, set()).add(key)


class Selection(Generic[Row]):
    """Sorted rows that are fetched only as far as they are asked for."""

    __slots__ = ("_entries", "_paired", "_rows")

    def __init__(self, rows: dict[Key, Row], entries: SortedList, paired: bool) -> None:
        self._rows = rows
        self._entries = entries
        self._paired = paired  # entries are (value, key) pairs and not bare keys

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Row]:
        """The rows in order, fetched one by one; the table must not change meanwhile."""
        return self._fetch(self._entries)

    def __reversed__(self) -> Iterator[Row]:
        return self._fetch(reversed(self._entries))

    def _fetch(self, entries: Iterable[Any]) -> Iterator[Row]:
        rows = self._rows
        if self._paired:
            return (rows[key] for _, key in entries)
        return (rows[key] for key in entries)

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
        count = len(self._entries)
        stop = min(offset + limit, count)
        if offset >= stop:
            return []
        rows = self._rows
        if descending:
            entries = self._entries.islice(count - stop, count - offset, reverse=True)
        elif ties_descending and self._paired:
            return [rows[key] for key in self._ties_reversed(offset, stop)]
        else:
            entries = self._entries.islice(offset, stop)
        return list(self._fetch(entries))

    def _ties_reversed(self, position: int, stop: int) -> Iterator[Key]:
        entries = self._entries
        while position < stop:
            value = entries[position][0]
            first = entries.bisect_left((value,))
            end = entries.bisect_right((value, _Highest))
            for place in range(position, min(end, stop)):
                yield entries[first + end - 1 - place][1]
            position = end


class _View:
    """The entries of the rows that pass some tests, kept in order.

    The anchor is one of the conditions, an index and a value: a row that the index does not
    file there cannot concern the view.
    """

    __slots__ = ("anchor", "by", "entries", "tests")

    def __init__(
        self,
        anchor: tuple[str, Hashable],
        tests: list[Callable[[Any], bool]],
        by: Callable[[Any], Any] | None,
        entries: SortedList,
    ) -> None:
        self.anchor = anchor
        self.tests = tests
        self.by = by
        self.entries = entries

    def follow(self, key: Key, old: Any, new: Any) -> None:
        was = old is not None and all(test(old) for test in self.tests)
        is_in = new is not None and all(test(new) for test in self.tests)
        if not was and not is_in:
            return
        by = self.by
        before: Any = None
        after: Any = None
        if was:
            before = key if by is None else (by(old), key)
        if is_in:
            after = key if by is None else (by(new), key)
        _move(self.entries, before, after)


_ViewName = tuple[frozenset[tuple[str, Hashable]], str | None]


def _equals(by: Callable[[Any], Hashable], value: Hashable) -> Callable[[Any], bool]:
    def test(row: Any) -> bool:
        found = by(row)
        return value in found if isinstance(found, frozenset) else found == value

    return test


def _within(by: Callable[[Any], Any], low: Any, high: Any) -> Callable[[Any], bool]:
    def test(row: Any) -> bool:
        value = by(row)
        return (low is None or value >= low) and (high is None or value <= high)

    return test


def _members(value: Hashable) -> Iterable[Hashable]:
    if value is None:
        return ()
    return value if isinstance(value, frozenset) else (value,)


def _move(entries: SortedList, before: Any, after: Any) -> None:
    if before == after:
        return
    if before is not None:
        entries.remove(before)
    if after is not None:
        entries.add(after)


class _HighestType:
    """Sorts after every key, so that a bisection can end behind all rows of one value."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_Highest = _HighestType()
