"""What the parameters of a list come to: values of indexes, stretches of orders, and keys.

An index or an order that only a parameter needs is made when the parameter is first sent, and
kept up to date from then on, so that a page costs the same whatever it is filtered by.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mockvoice.kernel.store import Key, Table
from mockvoice.vendors.halo.rules.lists import RowFilter, sort_value

Row = TypeVar("Row")

_FIRST, _AFTER_LAST = (1,), (2,)


class FilterBuilder(Generic[Row]):
    """Collects conditions, all of which a row must meet."""

    def __init__(self, table: Table[Row]) -> None:
        self._table = table
        self._where: dict[str, Hashable] = {}
        self._between: dict[str, tuple[Any, Any]] = {}
        self._keys: set[Key] | None = None

    def build(self) -> RowFilter[Row]:
        """All that was collected."""
        return RowFilter(self._where, self._between, (), self._keys)

    def equal(self, index: str, by: Callable[[Row], Hashable], value: Hashable) -> None:
        """The index files the row under the value."""
        self._table.add_index(index, by)
        self._where[index] = value

    def one_of(self, index: str, by: Callable[[Row], Hashable], values: Iterable[Hashable]) -> None:
        """The index files the row under one of the values."""
        self._table.add_index(index, by)
        several = set(values)
        if len(several) == 1 and index not in self._where:
            (self._where[index],) = several
        else:
            self.has_key(set().union(*(self._table.keys_by(index, each) for each in several)))

    def has_key(self, keys: set[Key]) -> None:
        """The row is one of these."""
        self._keys = keys if self._keys is None else self._keys & keys

    def in_range(self, order: str, low: Any, high: Any) -> None:
        """The row's value in an order that the table has lies between two, ends included."""
        self._between[order] = (low, high)

    def between(self, order: str, by: Callable[[Row], Any], low: Any, high: Any) -> None:
        """The row has a value, and it lies between two, ends included; ``None`` is open."""
        self._table.add_sort_order(order, lambda row: sort_value(by(row)))
        least = _FIRST if low is None else sort_value(low)
        self._between[order] = (least, _AFTER_LAST if high is None else sort_value(high))
