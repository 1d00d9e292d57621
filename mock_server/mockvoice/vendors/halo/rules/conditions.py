"""What the parameters of a list come to: values of indexes, stretches of orders, and keys.

An index or an order that only a parameter needs is made when the parameter is first sent, and
kept up to date from then on, so that a page costs the same whatever it is filtered by.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mockvoice.kernel.store import Key, Table
from mockvoice.vendors.halo.rules.lists import Wanted, sortable

Row = TypeVar("Row")

_FIRST_VALUE, _BEYOND = (1,), (2,)


class Conditions(Generic[Row]):
    """Collects conditions, all of which a row must meet."""

    def __init__(self, table: Table[Row]) -> None:
        self._table = table
        self._where: dict[str, Hashable] = {}
        self._between: dict[str, tuple[Any, Any]] = {}
        self._among: set[Key] | None = None

    def wanted(self) -> Wanted[Row]:
        """All that was collected."""
        return Wanted(self._where, self._between, (), self._among)

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
            self.within(set().union(*(self._table.keys_by(index, each) for each in several)))

    def within(self, keys: set[Key]) -> None:
        """The row is one of these."""
        self._among = keys if self._among is None else self._among & keys

    def stretch(self, order: str, low: Any, high: Any) -> None:
        """The row's value in an order that the table has lies between two, ends included."""
        self._between[order] = (low, high)

    def between(self, order: str, by: Callable[[Row], Any], low: Any, high: Any) -> None:
        """The row has a value, and it lies between two, ends included; ``None`` is open."""
        self._table.add_sort_order(order, lambda row: sortable(by(row)))
        least = _FIRST_VALUE if low is None else sortable(low)
        self._between[order] = (least, _BEYOND if high is None else sortable(high))
