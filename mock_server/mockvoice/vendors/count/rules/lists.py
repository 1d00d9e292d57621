"""Lists as every resource has them: filters joined by AND, one order, numbered pages."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeVar

from msgspec import Struct

from mockvoice.kernel.store import Key, QueryResult, Table

Row = TypeVar("Row")
Query = Mapping[str, Any]

# Up to so many conditions of one filter are answered by walking their orders side by side.
WALKED_TOGETHER = 16


class Listed(Struct, Generic[Row]):
    """One page of rows, and where in the list it is."""

    rows: Sequence[Row]
    page: int
    limit: int
    total: int

    @property
    def pages(self) -> int:
        """Documented: an empty list has no page."""
        return -(-self.total // self.limit)


def listed(
    table: Table[Row],
    query: Query,
    *,
    where: Mapping[str, Any] | None = None,
    among: set[Key] | None = None,
    between: Mapping[str, tuple[Any, Any]] | None = None,
    order: str | None = None,
    descending: bool = False,
) -> Listed[Row]:
    """The page of the rows that fit, by an order and then by id."""
    rows = table.select(where, keys=among, between=between, order=order)
    return _page(rows, query, descending)


def listed_any(
    table: Table[Row],
    query: Query,
    *,
    where: Mapping[str, Any],
    anyof: Mapping[str, Sequence[Any]],
    among: set[Key] | None,
    between: Mapping[str, tuple[Any, Any]] | None,
    order: str,
    position: Callable[[Row], Any],
) -> Listed[Row]:
    """The page of the rows that, in each index of ``anyof``, have one of the values, last first.

    An index without values does not count, and only one may have several, under two of which no
    row is filed. ``position`` is the order's function.
    """
    where = {**where, **{index: each[0] for index, each in anyof.items() if len(each) == 1}}
    several = [(index, values) for index, values in anyof.items() if len(values) > 1]
    if several and len(several[0][1]) <= WALKED_TOGETHER:
        index, values = several[0]
        parts: list[QueryResult[Row]] = [
            table.select({**where, index: value}, keys=among, between=between, order=order)
            for value in values
        ]
        return _page(_Merged(parts, position), query, True)
    for index, values in several:
        keys = {key for value in values for key in table.keys_by(index, value)}
        among = keys if among is None else among & keys
    return listed(
        table, query, where=where, among=among, between=between, order=order, descending=True
    )


class _Merged(Generic[Row]):
    """Several selections without a common row, as one."""

    def __init__(self, parts: Iterable[QueryResult[Row]], position: Callable[[Row], Any]) -> None:
        self._parts = list(parts)
        self._position = position

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def slice(self, offset: int, limit: int, *, descending: bool) -> list[Row]:
        parts = map(reversed, self._parts) if descending else iter(self._parts)
        rows = heapq.merge(*parts, key=self._position, reverse=descending)
        return list(islice(rows, offset, offset + limit))


def _page(rows: QueryResult[Row] | _Merged[Row], query: Query, descending: bool) -> Listed[Row]:
    number, size = query["page"], query["limit"]
    found = rows.slice((number - 1) * size, size, descending=descending)
    return Listed(found, number, size, len(rows))


def found_by(table: Table[Any], term: str | None) -> set[Key] | None:
    """The keys of the rows that a search finds; ``None`` without a search."""
    return table.keys_containing("search", term) if term else None


def given(**conditions: Any) -> dict[str, Any]:
    """The conditions that are set."""
    return {name: value for name, value in conditions.items() if value is not None}


def days(query: Query) -> tuple[date | None, date | None]:
    """The first and the last day that a query asks for."""
    first, last = query["start_date"], query["end_date"]
    return first and date.fromisoformat(first), last and date.fromisoformat(last)


def uuids(*sent: str | Sequence[str] | None) -> list[str]:
    """UUIDs that are separated by commas, repeated, or both."""
    texts = [text for each in sent if each for text in ([each] if isinstance(each, str) else each)]
    return list(dict.fromkeys(uuid.lower() for text in texts for uuid in text.split(",")))
