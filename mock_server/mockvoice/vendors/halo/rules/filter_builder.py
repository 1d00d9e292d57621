"""Builder of row filters from list parameters: index values, ranges of sort orders, and keys.

An index or sort order that only one parameter needs is created when the parameter is first sent,
and kept up to date from then on. So filters do not make a page slower.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mockvoice.kernel.store import Key, Table
from mockvoice.vendors.halo.rules.lists import RowFilter, sort_value

Row = TypeVar("Row")

_FIRST, _AFTER_LAST = (1,), (2,)


class FilterBuilder(Generic[Row]):
    """Collects conditions; a row must meet all of them."""

    def __init__(self, table: Table[Row]) -> None:
        self._table = table
        self._where: dict[str, Hashable] = {}
        self._between: dict[str, tuple[Any, Any]] = {}
        self._keys: set[Key] | None = None

    def build(self) -> RowFilter[Row]:
        """Return the filter of all conditions."""
        return RowFilter(self._where, self._between, (), self._keys)

    def equal(self, index: str, by: Callable[[Row], Hashable], value: Hashable) -> None:
        """Require this value in an index, which is created if it does not exist."""
        self._table.add_index(index, by)
        self._where[index] = value

    def one_of(self, index: str, by: Callable[[Row], Hashable], values: Iterable[Hashable]) -> None:
        """Require one of the values in an index, which is created if it does not exist."""
        self._table.add_index(index, by)
        distinct = set(values)
        if len(distinct) == 1 and index not in self._where:
            (self._where[index],) = distinct
        else:
            self.in_keys(set().union(*(self._table.keys_by(index, value) for value in distinct)))

    def in_keys(self, keys: set[Key]) -> None:
        """Require that the row has one of these keys."""
        self._keys = keys if self._keys is None else self._keys & keys

    def in_range(self, order: str, low: Any, high: Any) -> None:
        """Require a value between two inclusive limits, in an existing sort order."""
        self._between[order] = (low, high)

    def between(self, order: str, by: Callable[[Row], Any], low: Any, high: Any) -> None:
        """Require a value between two inclusive limits; ``None`` is no limit."""
        self._table.add_sort_order(order, lambda row: sort_value(by(row)))
        lowest = _FIRST if low is None else sort_value(low)
        self._between[order] = (lowest, _AFTER_LAST if high is None else sort_value(high))
