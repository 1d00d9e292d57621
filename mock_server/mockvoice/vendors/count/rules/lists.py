"""Lists of records: filters joined by AND, one sort order, numbered pages."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeVar

from msgspec import Struct

from mockvoice.kernel.store import Key, QueryResult, Table

Row = TypeVar("Row")
Query = Mapping[str, Any]

# A filter with up to this many values is evaluated by merging one sorted result per value.
MAX_MERGED_VALUES = 16


class PageResult(Struct, Generic[Row]):
    """One page of rows, with its number and the total number of rows."""

    rows: Sequence[Row]
    page: int
    limit: int
    total: int

    @property
    def pages(self) -> int:
        """The number of pages. Documented: an empty list has none."""
        return -(-self.total // self.limit)


def paginate(
    table: Table[Row],
    query: Query,
    *,
    where: Mapping[str, Any] | None = None,
    keys: set[Key] | None = None,
    between: Mapping[str, tuple[Any, Any]] | None = None,
    order: str | None = None,
    descending: bool = False,
) -> PageResult[Row]:
    """Return the requested page of the matching rows, sorted by ``order``, then by id."""
    rows = table.select(where, keys=keys, between=between, order=order)
    return _page(rows, query, descending)


def paginate_any_of(
    table: Table[Row],
    query: Query,
    *,
    where: Mapping[str, Any],
    any_of: Mapping[str, Sequence[Any]],
    keys: set[Key] | None,
    between: Mapping[str, tuple[Any, Any]] | None,
    order: str,
    sort_key: Callable[[Row], Any],
) -> PageResult[Row]:
    """Return a page of rows, descending; a row must match one value of each index in ``any_of``.

    An index without values adds no condition. Only one index may have several values, which must
    exclude each other. ``sort_key`` is the key function of ``order``.
    """
    where = {**where, **{index: values[0] for index, values in any_of.items() if len(values) == 1}}
    multi_valued = [(index, values) for index, values in any_of.items() if len(values) > 1]
    if multi_valued and len(multi_valued[0][1]) <= MAX_MERGED_VALUES:
        index, values = multi_valued[0]
        parts: list[QueryResult[Row]] = [
            table.select({**where, index: value}, keys=keys, between=between, order=order)
            for value in values
        ]
        return _page(_MergedResult(parts, sort_key), query, True)
    for index, values in multi_valued:
        matching = {key for value in values for key in table.keys_by(index, value)}
        keys = matching if keys is None else keys & matching
    return paginate(
        table, query, where=where, keys=keys, between=between, order=order, descending=True
    )


class _MergedResult(Generic[Row]):
    """Sorted query results without common rows, merged into one."""

    def __init__(self, parts: Iterable[QueryResult[Row]], sort_key: Callable[[Row], Any]) -> None:
        self._parts = list(parts)
        self._sort_key = sort_key

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def slice(self, offset: int, limit: int, *, descending: bool) -> list[Row]:
        """Return up to ``limit`` rows, starting at ``offset``."""
        parts = map(reversed, self._parts) if descending else iter(self._parts)
        rows = heapq.merge(*parts, key=self._sort_key, reverse=descending)
        return list(islice(rows, offset, offset + limit))


def _page(
    rows: QueryResult[Row] | _MergedResult[Row], query: Query, descending: bool
) -> PageResult[Row]:
    page_number, size = query["page"], query["limit"]
    page = rows.slice((page_number - 1) * size, size, descending=descending)
    return PageResult(page, page_number, size, len(rows))


def search_keys(table: Table[Any], term: str | None) -> set[Key] | None:
    """Return the keys of the rows that contain the term; ``None`` without a term."""
    return table.keys_containing("search", term) if term else None


def without_none(**values: Any) -> dict[str, Any]:
    """Return the conditions whose value is not ``None``."""
    return {name: value for name, value in values.items() if value is not None}


def date_range(query: Query) -> tuple[date | None, date | None]:
    """Return the first and the last day of a query; ``None`` for no limit."""
    first, last = query["start_date"], query["end_date"]
    return first and date.fromisoformat(first), last and date.fromisoformat(last)


def parse_uuids(*values: str | Sequence[str] | None) -> list[str]:
    """Return the UUIDs of repeated or comma-separated values, in lower case, without duplicates."""
    texts = [
        text for value in values if value for text in ([value] if isinstance(value, str) else value)
    ]
    return list(dict.fromkeys(uuid.lower() for text in texts for uuid in text.split(",")))
