"""Tables of frozen rows, with indexes that make a list's cost independent of the table's size.

A table stores its rows by key. It may have *indexes* (the keys of the rows that share a value),
*sort orders* (all rows sorted by a value) and *texts* (for substring searches).

A query that combines conditions (``status = 2`` by due date) uses a *view*: the sorted entries of
just those rows, created by the first such query and kept up to date from then on.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from mockvoice.kernel.gradual_copy import GradualCopy, copy_gradually
from mockvoice.kernel.indexes import (
    Predicate,
    TextIndex,
    ValueIndex,
    View,
    Views,
    Where,
    equals,
    within,
)
from mockvoice.kernel.query_result import QueryResult, sorted_entries
from mockvoice.kernel.sorted_entries import Key, SortedEntries, SortedKeys, SortedPairs
from mockvoice.kernel.undo import UndoLog
from mockvoice.kernel.work_budget import WorkBudget

__all__ = ["Key", "QueryResult", "Table"]

Row = TypeVar("Row")
Between = Mapping[str, tuple[Any, Any]]

# The matches of a query are sorted up to this number; above it, the table's sort order is filtered.
SORT_LIMIT = 2000
# The cost of finding a key among sorted keys, as a multiple of that of reading one of them for a set.
_LOOKUP_COST = 16
# The maximum number of sort orders added by ``add_sort_order``.
MAX_ADDED_ORDERS = 8


class RowCounter:
    """The number of rows in the tables of one backend."""

    __slots__ = ("rows",)

    def __init__(self, rows: int = 0) -> None:
        self.rows = rows


class Table(Generic[Row]):
    """Rows by key. Rows are immutable: a change replaces the row.

    ``key`` returns a row's key. ``indexes``, ``sort_orders`` and ``texts`` map names to functions
    that return the value by which a row is found, sorted or searched. A row whose index function
    returns a ``frozenset`` is indexed under each of its members, and under nothing for ``None``.
    All keys of a table must have one type, and all values of a sort order; none may be ``None``.
    """

    def __init__(
        self,
        name: str,
        row_type: type[Row],
        undo: UndoLog,
        budget: WorkBudget,
        row_counter: RowCounter,
        *,
        key: Callable[[Row], Key],
        indexes: Mapping[str, Callable[[Row], Hashable]] | None = None,
        sort_orders: Mapping[str, Callable[[Row], Any]] | None = None,
        texts: Mapping[str, Callable[[Row], str]] | None = None,
        references: Mapping[str, str] | None = None,
        sequence: str | None = None,
        field_sequences: Mapping[str, str] | None = None,
        required_keys: Collection[Key] = (),
        required_values: Mapping[str, Collection[Hashable]] | None = None,
    ) -> None:
        self.name = name
        self.row_type = row_type
        # What an import checks; see ``Backend.add_table``.
        self.references = references or {}
        self.sequence = sequence
        self.field_sequences = field_sequences or {}
        self.required_keys = required_keys
        self.required_values = required_values or {}
        self.revision = 0  # grows with every change, so that computed results can be cached
        self._undo = undo
        self._budget = budget
        self._row_counter = row_counter
        self._key = key
        self._order_by = dict(sort_orders or {})
        self._shared = False
        # The mark of the last fork; of a fork, its own, and whether its original was shared before.
        self._last_fork: object = None
        self._mark: object = None
        self._was_shared = False
        self._rows: dict[Key, Row] | GradualCopy[Key, Row] = {}
        self._keys = SortedKeys()
        self._indexes = {n: ValueIndex(by) for n, by in (indexes or {}).items()}
        self._orders = {n: SortedPairs() for n in self._order_by}
        self._texts = {n: TextIndex(by) for n, by in (texts or {}).items()}
        self._added_orders: OrderedDict[str, None] = OrderedDict()
        self._views = Views()

    # -- queries ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows in the order of their keys."""
        self._budget.spend_scanned(len(self._rows))
        return map(self._all_rows().__getitem__, self._keys)

    def created_keys(self) -> Iterator[Key]:
        """Iterate over the keys in the order in which their rows were created."""
        return iter(self._all_rows())

    def key_of(self, row: Row) -> Key:
        """Return the key of a row."""
        return self._key(row)

    def changes_since(self, before: "Table[Row]") -> Iterator[tuple[Key, Row | None, Row | None]]:
        """Iterate over the changes since an earlier state, by key: the key, old row and new row.

        A row that both states share costs one identity check.
        """
        if before._rows is self._rows:
            return
        old, new = before._all_rows(), self._all_rows()
        deleted = [key for key in old if key not in new]
        replaced = [key for key, row in new.items() if old.get(key) is not row]
        for key in sorted((*deleted, *replaced)):
            old_row, new_row = old.get(key), new.get(key)
            if old_row != new_row:
                yield key, old_row, new_row

    def get(self, key: Key) -> Row | None:
        """Return the row with this key, or ``None``."""
        return self._rows.get(key)

    def find_by(self, index: str, value: Hashable) -> list[Row]:
        """Return the rows with this value in the index, in the order of their keys."""
        keys = self._indexes[index].get(value)
        self._budget.spend(len(keys))
        return [self._rows[key] for key in sorted(keys)]

    def keys_by(self, index: str, value: Hashable) -> Collection[Key]:
        """Return the keys of the rows with this value in the index, unordered."""
        return self._indexes[index].get(value)

    def keys_between(self, order: str, low: Any, high: Any) -> Iterator[Key]:
        """Iterate over the keys of a closed range of values; ``None`` leaves an end open."""
        entries = self._orders[order]
        return entries.islice(*entries.index_range(low, high))

    def keys_containing(self, text: str, term: str) -> set[Key]:
        """Return the keys of the rows whose text contains the term, ignoring case."""
        self._budget.spend_scanned(len(self._rows) // 10)
        return self._texts[text].containing(term)

    def count(self, index: str, value: Hashable) -> int:
        """Return the number of rows with this value in the index."""
        return len(self._indexes[index].get(value))

    def values(self, index: str) -> Collection[Hashable]:
        """Return every value in the index."""
        return self._indexes[index].values()

    def sort_key(self, order: str) -> Callable[[Row], Any]:
        """Return the function by whose value the order sorts rows."""
        return self._order_by[order]

    def select(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keys: set[Key] | None = None,
        predicate: Predicate | None = None,
        order: str | None = None,
    ) -> QueryResult[Row]:
        """Return the matching rows, sorted by ``order``, if it is set, and then by key.

        ``where`` maps indexes to required values. ``between`` maps sort orders to closed ranges;
        ``None`` leaves an end open. ``keys`` limits the rows to those keys. ``predicate`` is called
        for each remaining row, so its cost depends on the other conditions. A condition that every
        row meets costs nothing.
        """
        where, between = self._selective(where or {}, between or {})
        if not between and keys is None and predicate is None:
            return self._result(self._entries(where, order))
        if order and keys is None and predicate is None and between.keys() == {order}:
            # The matching entries are one range of the sorted entries.
            pairs = self._entries(where, order)
            return self._result(pairs, index_range=pairs.index_range(*between[order]))

        matching = self.matching_keys(
            where, between=between, keys=keys, predicates=() if predicate is None else (predicate,)
        )
        if len(matching) > SORT_LIMIT:
            entries = self._keys if order is None else self._orders[order]
            return self._result(entries, keys=_as_set(matching))
        return self._result(self._sorted_entries(matching, order))

    def _result(self, entries: SortedEntries, **options: Any) -> QueryResult[Row]:
        return QueryResult(self._rows, entries, self._budget, **options)

    def matching_keys(
        self,
        where: Where | None = None,
        *,
        between: Between | None = None,
        keys: set[Key] | None = None,
        predicates: Iterable[Predicate] = (),
    ) -> Collection[Key]:
        """Return the keys of the matching rows, unordered: for a count, or if the caller sorts.

        Accepts the conditions of ``select``, and any number of ``predicates``.
        """
        where, between = self._selective(where or {}, between or {})
        sets = [self._indexes[name].get(value) for name, value in where.items()]
        if keys is not None:
            sets.append(keys & self._rows.keys())
        sets.sort(key=len)
        range_checks = {name: within(self._order_by[name], *ends) for name, ends in between.items()}
        smallest = min(
            between, key=lambda name: self._range_size(name, between[name]), default=None
        )
        if smallest and not (
            sets and len(sets[0]) <= self._range_size(smallest, between[smallest])
        ):
            del range_checks[smallest]
            sets.insert(0, list(self.keys_between(smallest, *between[smallest])))
        matching = _intersection(sets) if sets else self._all_rows().keys()
        rows = self._rows
        for predicate in (*range_checks.values(), *predicates):
            self._budget.spend_scanned(len(matching))
            matching = [key for key in matching if predicate(rows[key])]
        return matching

    def add_index(self, name: str, by: Callable[[Row], Hashable]) -> None:
        """Add an index; an existing one of this name stays unchanged.

        For rarely used filters, which cost nothing until their first use. Added indexes are never
        dropped, so use a small fixed set of names.
        """
        if name in self._indexes:
            return
        self._budget.spend_sorted(len(self._rows))
        if self._shared:
            self._unshare()
        index = self._indexes[name] = ValueIndex(by)
        for key, row in self._all_rows().items():
            index.update(key, None, by(row))

    def _selective(self, where: Where, between: Between) -> tuple[Where, Between]:
        """Return the conditions without those that every row meets."""
        count = len(self._rows)
        return (
            {n: v for n, v in where.items() if len(self._indexes[n].get(v)) < count},
            {n: ends for n, ends in between.items() if self._range_size(n, ends) < count},
        )

    def _range_size(self, order: str, ends: tuple[Any, Any]) -> int:
        """Return the number of rows between two values of an order."""
        start, stop = self._orders[order].index_range(*ends)
        return stop - start

    def floor(self, order: str, value: Any) -> Row | None:
        """Return the last row of the order whose value is at most ``value``, or ``None``."""
        entries = self._orders[order]
        _, stop = entries.index_range(None, value)
        return self._rows[entries.key_at(stop - 1)] if stop else None

    def add_sort_order(self, name: str, by: Callable[[Row], Any]) -> None:
        """Add a sort order; an existing one of this name stays unchanged.

        For rarely used orders, which cost nothing until their first use. Only the most recently
        used ones are kept.
        """
        if name in self._added_orders:
            self._added_orders.move_to_end(name)
        if name in self._order_by:
            return
        self._budget.spend_sorted(len(self._rows))
        if self._shared:
            self._unshare()
        self._added_orders[name] = None
        self._order_by[name] = by
        self._orders[name] = SortedPairs((by(row), key) for key, row in self._all_rows().items())
        if len(self._added_orders) > MAX_ADDED_ORDERS:
            idle, _ = self._added_orders.popitem(last=False)
            del self._order_by[idle], self._orders[idle]

    def _sorted_entries(self, keys: Collection[Key], order: str | None) -> SortedEntries:
        self._budget.spend_sorted(len(keys))
        return sorted_entries(keys, self._rows, None if order is None else self._order_by[order])

    @overload
    def _entries(self, where: Where, order: str) -> SortedPairs: ...
    @overload
    def _entries(self, where: Where, order: str | None) -> SortedEntries: ...
    def _entries(self, where: Where, order: str | None) -> SortedEntries:
        """Return the entries of the rows that meet the conditions; create a view if needed."""
        if not where:
            return self._keys if order is None else self._orders[order]
        cached = self._views.get(where, order)
        if cached is not None:
            return cached
        entries = self._sorted_entries(self.matching_keys(where), order)
        predicates = [equals(self._indexes[name].by, value) for name, value in where.items()]
        by = None if order is None else self._order_by[order]
        self._views.add(where, order, View(next(iter(where.items())), predicates, by, entries))
        return entries

    # -- changes ---------------------------------------------------------------------------

    def put(self, row: Row) -> Row:
        """Insert a row or replace the row with the same key, and return it."""
        key = self._key(row)
        before = self._rows.get(key)
        self._budget.spend()
        self._undo.record(self, key, before)
        self._change(key, before, row)
        return row

    def delete(self, key: Key) -> None:
        """Delete the row with this key. Raises ``KeyError`` if there is none."""
        before = self._rows[key]
        self._budget.spend()
        self._undo.record(self, key, before)
        self._change(key, before, None)

    def restore(self, key: Key, before: Row | None) -> None:
        """Undo a change of the row at ``key``."""
        self._change(key, self._rows.get(key), before)

    def fork(self, undo: UndoLog, budget: WorkBudget, row_counter: RowCounter) -> "Table[Row]":
        """Return an independent table with the same rows.

        The cost does not depend on the number of rows: both tables share everything until one of
        them is changed, which then copies what changes, a part of a container at a time.
        """
        copy: Table[Row] = Table.__new__(Table)
        copy.__dict__.update(self.__dict__, _undo=undo, _budget=budget, _row_counter=row_counter)
        self._last_fork = copy._mark = object()
        copy._last_fork, copy._was_shared = None, self._shared
        self._shared = copy._shared = True
        return copy

    def forget(self, fork: "Table[Row]") -> None:
        """Share nothing with a fork that is no longer used, and keep what its queries created.

        Neither of them may have changed since.
        """
        if not self._shared:
            return  # a query of this table has added an index, so it has containers of its own
        self._views, self._indexes = fork._views, fork._indexes
        self._order_by, self._orders = fork._order_by, fork._orders
        self._added_orders = fork._added_orders
        if self._is_last_fork(fork):
            self._shared = False

    def take_over(self, original: "Table[Row]") -> None:
        """Share nothing with the table of which this is a fork, and which is no longer used."""
        if self._shared and original._is_last_fork(self):
            self._shared = False

    def _is_last_fork(self, fork: "Table[Row]") -> bool:
        """Whether nothing but this fork has shared the containers."""
        return self._last_fork is fork._mark and not fork._was_shared

    def detach(self) -> None:
        """Stop sharing what queries change, so that a thread may use this fork.

        The rest of what forks share does not change: each of them copies it first.
        """
        self._views = self._views.fork()
        self._order_by = dict(self._order_by)
        self._added_orders = self._added_orders.copy()

    def _all_rows(self) -> dict[Key, Row]:
        """Return the rows as a dictionary, for work on all of them."""
        if isinstance(self._rows, GradualCopy):
            self._rows = self._rows.merged()
        return self._rows

    def _unshare(self) -> None:
        self._rows = copy_gradually(self._rows)
        self._keys = self._keys.clone()
        self._indexes = {name: index.clone() for name, index in self._indexes.items()}
        self._orders = {name: entries.clone() for name, entries in self._orders.items()}
        self._texts = {name: text.clone() for name, text in self._texts.items()}
        self._views = self._views.clone()
        self._order_by = dict(self._order_by)
        self._added_orders = self._added_orders.copy()
        self._shared = False

    def _change(self, key: Key, old: Row | None, new: Row | None) -> None:
        if old is None and new is None:
            return
        if self._shared:
            self._unshare()
        self.revision += 1
        if new is None:
            del self._rows[key]
            self._keys.remove(key)
            self._row_counter.rows -= 1
        else:
            self._rows[key] = new
            if old is None:
                self._keys.add(key)
                self._row_counter.rows += 1
        if isinstance(self._rows, GradualCopy):
            self._rows = self._rows.advance()
        for name, index in self._indexes.items():
            before = None if old is None else index.by(old)
            after = None if new is None else index.by(new)
            if before != after:
                index.update(key, before, after)
            if self._views:
                self._views.update(name, before, after, key, old, new)
        for name, by in self._order_by.items():
            self._orders[name].move(
                key, None if old is None else by(old), None if new is None else by(new)
            )
        for text in self._texts.values():
            text.put(key, None if new is None else text.by(new))


def _intersection(collections: Sequence[Collection[Key]]) -> Collection[Key]:
    """Return the keys that are in all collections, the smallest of which comes first."""
    common, *others = collections
    for other in others:
        if len(other) <= len(common) * _LOOKUP_COST or not isinstance(other, SortedKeys):
            other = _as_set(other)
        common = [key for key in common if key in other]
    return common


def _as_set(keys: Collection[Key]) -> set[Key]:
    return keys if isinstance(keys, set) else set(keys)
