"""Tables of frozen rows, with indexes that make a list's cost independent of the table's size.

A table keeps its rows by key and, as far as they are declared, *indexes* (the keys of the rows that
share a value), *orders* (all rows sorted by a value) and *texts* (to be searched for a part).

A list that combines conditions (``status = 2`` by due date) is answered from a *view*: the sorted
entries of just those rows, made when it is first asked for and kept up to date from then on.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from mockvoice.kernel.indexes import (
    Test,
    TextIndex,
    ValueIndex,
    View,
    Views,
    Where,
    equals,
    within,
)
from mockvoice.kernel.query_result import Key, QueryResult, SortedEntries, entries_of
from mockvoice.kernel.undo import UndoLog

__all__ = ["Key", "QueryResult", "Table"]

Row = TypeVar("Row")
Between = Mapping[str, tuple[Any, Any]]

# Up to so many rows are sorted for an answer; more are found by walking an order.
SORTED_ANEW = 2000
# So many orders that were added later are kept.
ORDERS_ADDED = 8


class Table(Generic[Row]):
    """Rows by key. Rows are immutable: a change puts the next row in the old one's place.

    ``key`` gives a row's key. ``indexes``, ``orders`` and ``texts`` give, by name, what a row is
    found, sorted or searched by. An index function that returns a ``frozenset`` files the row under
    each of its members; ``None`` files it nowhere. Keys of one table are all of one type, and so
    are the values of one order; none of these is ``None``.
    """

    def __init__(
        self,
        name: str,
        row_type: type[Row],
        undo: UndoLog,
        *,
        key: Callable[[Row], Key],
        indexes: Mapping[str, Callable[[Row], Hashable]] | None = None,
        sort_orders: Mapping[str, Callable[[Row], Any]] | None = None,
        texts: Mapping[str, Callable[[Row], str]] | None = None,
    ) -> None:
        self.name = name
        self.row_type = row_type
        self.revision = 0  # grows with every change, so that what was computed can be kept
        self._undo = undo
        self._key = key
        self._order_by = dict(sort_orders or {})
        self._shared = False
        self._rows: dict[Key, Row] = {}
        self._keys = SortedEntries()
        self._indexes = {n: ValueIndex(by) for n, by in (indexes or {}).items()}
        self._orders = {n: SortedEntries() for n in self._order_by}
        self._texts = {n: TextIndex(by) for n, by in (texts or {}).items()}
        self._added: OrderedDict[str, None] = OrderedDict()
        self._views = Views()

    # -- reading ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order of their keys."""
        return (self._rows[key] for key in self._keys)

    def key_of(self, row: Row) -> Key:
        """The key at which a row belongs."""
        return self._key(row)

    def changes_since(self, before: "Table[Row]") -> Iterator[tuple[Key, Row | None, Row | None]]:
        """What is different from another state of the table: keys, and the rows before and after.

        In the order of the keys. Tables that still share everything are not looked at, and rows
        that they share cost a comparison of two addresses.
        """
        old, new = before._rows, self._rows
        if old is new:
            return
        gone = [key for key in old if key not in new]
        moved = [key for key, row in new.items() if old.get(key) is not row]
        for key in sorted((*gone, *moved)):
            was, is_now = old.get(key), new.get(key)
            if was != is_now:
                yield key, was, is_now

    def get(self, key: Key) -> Row | None:
        """The row at this key, or ``None``."""
        return self._rows.get(key)

    def find_by(self, index: str, value: Hashable) -> list[Row]:
        """The rows that the index files under the value, in the order of their keys."""
        return [self._rows[key] for key in sorted(self._indexes[index].get(value))]

    def keys_by(self, index: str, value: Hashable) -> Collection[Key]:
        """The keys of the rows that the index files under the value, in no order."""
        return self._indexes[index].get(value)

    def keys_between(self, order: str, low: Any, high: Any) -> Iterator[Key]:
        """The keys of the rows whose value lies between two, ends included; ``None`` is open."""
        entries = self._orders[order]
        return (key for _, key in entries.islice(*entries.index_range(low, high)))

    def keys_containing(self, text: str, term: str) -> set[Key]:
        """The keys of the rows whose text contains the term, letter case aside."""
        return self._texts[text].containing(term)

    def count(self, index: str, value: Hashable) -> int:
        """How many rows the index files under the value."""
        return len(self._indexes[index].get(value))

    def values(self, index: str) -> Collection[Hashable]:
        """Every value under which the index files a row."""
        return self._indexes[index].values()

    def sort_key(self, order: str) -> Callable[[Row], Any]:
        """What gives the value by which an order sorts a row."""
        return self._order_by[order]

    def select(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keys: set[Key] | None = None,
        predicate: Test | None = None,
        order: str | None = None,
    ) -> QueryResult[Row]:
        """The rows that fit, sorted by an order and then by key; by key alone without one.

        ``where`` names indexes and the value each must have. ``between`` names orders and the
        lowest and highest value, ends included, ``None`` for open. ``among`` are the only keys
        that count. ``keep`` decides on what is left, row by row, so it costs what the others
        leave over. A condition that every row meets costs nothing.
        """
        where, between = self._telling(where or {}, between or {})
        paired = order is not None
        if not between and keys is None and predicate is None:
            return QueryResult(self._rows, self._entries(where, order), paired=paired)
        if order and keys is None and predicate is None and between.keys() == {order}:
            # A stretch of what is sorted already.
            entries = self._entries(where, order)
            return QueryResult(
                self._rows, entries, paired=True, index_range=entries.index_range(*between[order])
            )

        fitting = self.matching_keys(
            where, between=between, keys=keys, predicates=() if predicate is None else (predicate,)
        )
        if len(fitting) > SORTED_ANEW:
            whole = self._keys if order is None else self._orders[order]
            return QueryResult(self._rows, whole, paired=paired, keys=_as_set(fitting))
        return QueryResult(self._rows, self._sorted(fitting, order), paired=paired)

    def matching_keys(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keys: set[Key] | None = None,
        predicates: Iterable[Test] = (),
    ) -> Collection[Key]:
        """The keys of the rows that fit, in no order: for a count, or where the caller sorts.

        Takes what ``select`` takes, and as many tests in ``keep`` as there are.
        """
        where, between = self._telling(where or {}, between or {})
        sets = [self._indexes[name].get(value) for name, value in where.items()]
        if keys is not None:
            sets.append(keys & self._rows.keys())
        sets.sort(key=len)
        tests = {name: within(self._order_by[name], *ends) for name, ends in between.items()}
        stretch = min(between, key=lambda name: self._width(name, between[name]), default=None)
        if stretch and not (sets and len(sets[0]) <= self._width(stretch, between[stretch])):
            del tests[stretch]
            sets.insert(0, list(self.keys_between(stretch, *between[stretch])))
        found = _common(sets) if sets else self._rows.keys()
        for test in (*tests.values(), *predicates):
            found = [key for key in found if test(self._rows[key])]
        return found

    def add_index(self, name: str, by: Callable[[Row], Hashable]) -> None:
        """Find the rows by one more value, from now on; an index of this name stays as it is.

        For what lists are rarely filtered by: it costs nothing until it is asked for. The names
        must be those of a few kinds of filters, since they are kept.
        """
        if name in self._indexes:
            return
        if self._shared:
            self._own()
        index = self._indexes[name] = ValueIndex(by)
        for key, row in self._rows.items():
            index.update(key, None, by(row))

    def _telling(self, where: Where, between: Between) -> tuple[Where, Between]:
        """The conditions without those that every row meets."""
        count = len(self._rows)
        return (
            {n: v for n, v in where.items() if len(self._indexes[n].get(v)) < count},
            {n: ends for n, ends in between.items() if self._width(n, ends) < count},
        )

    def _width(self, order: str, ends: tuple[Any, Any]) -> int:
        """How many rows lie between two values of an order."""
        start, stop = self._orders[order].index_range(*ends)
        return stop - start

    def floor(self, order: str, value: Any) -> Row | None:
        """The last row of the order whose value is not above this one, or ``None``."""
        entries = self._orders[order]
        _, stop = entries.index_range(None, value)
        return self._rows[entries[stop - 1][1]] if stop else None

    def add_sort_order(self, name: str, by: Callable[[Row], Any]) -> None:
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
        self._orders[name] = entries_of(self._rows, self._rows, by)
        if len(self._added) > ORDERS_ADDED:
            idle, _ = self._added.popitem(last=False)
            del self._order_by[idle], self._orders[idle]

    def _sorted(self, keys: Iterable[Key], order: str | None) -> SortedEntries:
        return entries_of(keys, self._rows, None if order is None else self._order_by[order])

    def _entries(self, where: Where, order: str | None) -> SortedEntries:
        """The entries of the rows that meet these conditions, kept up to date from now on."""
        if not where:
            return self._keys if order is None else self._orders[order]
        kept = self._views.get(where, order)
        if kept is not None:
            return kept
        entries = self._sorted(self.matching_keys(where), order)
        tests = [equals(self._indexes[name].by, value) for name, value in where.items()]
        by = None if order is None else self._order_by[order]
        self._views.keep(where, order, View(next(iter(where.items())), tests, by, entries))
        return entries

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
        copy: Table[Row] = Table.__new__(Table)
        copy.__dict__.update(self.__dict__, _undo=undo)
        self._shared = copy._shared = True
        return copy

    def _own(self) -> None:
        self._rows = self._rows.copy()
        self._keys = self._keys.clone()
        self._indexes = {name: index.clone() for name, index in self._indexes.items()}
        self._orders = {name: entries.clone() for name, entries in self._orders.items()}
        self._texts = {name: text.clone() for name, text in self._texts.items()}
        self._views = self._views.clone()
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
        for name, index in self._indexes.items():
            before = None if old is None else index.by(old)
            after = None if new is None else index.by(new)
            if before != after:
                index.update(key, before, after)
            if self._views:
                self._views.update(name, before, after, key, old, new)
        for name, by in self._order_by.items():
            self._orders[name].move(
                None if old is None else (by(old), key),
                None if new is None else (by(new), key),
            )
        for text in self._texts.values():
            text.put(key, None if new is None else text.by(new))


def _common(sets: Sequence[Collection[Key]]) -> Collection[Key]:
    """The keys that all of some collections hold, the smallest of which comes first."""
    found, *others = sets
    for other in others:
        members = _as_set(other)
        found = found & members if isinstance(found, set) else [k for k in found if k in members]
    return found


def _as_set(keys: Collection[Key]) -> set[Key]:
    return keys if isinstance(keys, set) else set(keys)
