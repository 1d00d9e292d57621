"""Lists of all resources: filters, up to five sort keys, pages or a count.

No list is sorted for a single response: the sort order of its keys is created on first use and
kept from then on. Filters without an index are tests, which run one after the other.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from mockvoice.kernel.paging import page_size
from mockvoice.kernel.store import Between, Key, Table
from mockvoice.vendors.halo.backend import Settings

Row = TypeVar("Row")
Query = Mapping[str, Any]
RowTest = Callable[[Row], bool]
# Returns a function that reads a property from a row; ``None`` for an unknown property.
ValueGetters = Callable[[str], Callable[[Row], Any] | None]
SortKey = tuple[str, bool]

_ORDER_SUFFIXES = ("", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class PageResult(Generic[Row]):
    """The requested rows, the number of all matches, and the page if there is paging."""

    rows: Sequence[Row]
    count: int
    page_no: int | None = None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class RowFilter(Generic[Row]):
    """The conditions of a list: index values, ranges of sort orders, keys, and tests of rows."""

    where: Mapping[str, Hashable]
    between: Between
    tests: Sequence[RowTest[Row]] = ()
    keys: set[Key] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The requested part of a list; ``size`` is ``None`` for all of it."""

    offset: int = 0
    size: int | None = None
    page_no: int | None = None
    page_size: int | None = None


def parse_flag(value: Any) -> bool | None:
    """Parse a switch. Observed: true and false in any case; any other value is treated as absent."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def parse_numbers(value: str | None) -> frozenset[int] | None:
    """Parse a comma-separated list of integers, and skip other entries. ``None`` if not sent."""
    if value is None:
        return None
    parts = (part.strip() for part in value.split(","))
    return frozenset(int(part) for part in parts if part.removeprefix("-").isdecimal())


def window(query: Query, settings: Settings) -> Window:
    """Return the part of a list that a query requests.

    Observed: the names, 50 rows on a page, and that paging takes precedence over ``count``.
    Assumed: a ``page_no`` alone turns paging on, and values below 1 count as absent.
    """
    paging = parse_flag(query.get("pageinate"))
    if paging or (paging is None and query.get("page_no") is not None):
        page = max(query.get("page_no") or 1, 1)
        size = page_size(
            query.get("page_size"), default=settings.page_size, maximum=settings.max_page_size
        )
        return Window((page - 1) * size, size, page, size)
    count = query.get("count")
    return Window(size=count if isinstance(count, int) and count >= 1 else None)


def sort_keys(query: Query, values: ValueGetters[Row], default: Sequence[SortKey]) -> list[SortKey]:
    """Return sort keys and whether they descend. Assumed: unknown names are ignored."""
    keys: list[SortKey] = []
    for suffix in _ORDER_SUFFIXES:
        name = (query.get("order" + suffix) or "").strip().lower()
        if name and values(name) is not None and name not in {key for key, _ in keys}:
            keys.append((name, bool(parse_flag(query.get("orderdesc" + suffix)))))
    return keys or list(default)


def paginate(
    table: Table[Row],
    row_filter: RowFilter[Row],
    query: Query,
    values: ValueGetters[Row],
    settings: Settings,
    default: Sequence[SortKey] = (("id", False),),
    unindexed: Collection[str] = (),
) -> PageResult[Row]:
    """Return the rows that match a filter, in the order and the part that a query requests.

    Assumed: ``count`` is the number of all matches, but 0 on a page after the last. The properties
    in ``unindexed`` depend on other records, so rows are sorted by them on each request.
    """
    requested = window(query, settings)
    sorted_by = sort_keys(query, values, default)
    if not {name for name, _ in sorted_by}.isdisjoint(unindexed):
        rows = _sorted_rows(_tested_rows(table, row_filter), sorted_by, values)
        return _part(requested, len(rows), lambda start, size: rows[start : start + size])
    order, descending = _sort_order(table, sorted_by, values)
    keys = row_filter.keys
    if row_filter.tests:
        get_id = _value_getter("id", values)
        keys = {get_id(row) for row in _tested_rows(table, row_filter)}
        selection = table.select(keys=keys, order=order)
    else:
        selection = table.select(
            row_filter.where, between=row_filter.between, keys=keys, order=order
        )
    return _part(
        requested,
        len(selection),
        lambda start, size: selection.slice(start, size, descending=descending),
    )


def _part(
    requested: Window, count: int, read: Callable[[int, int], Sequence[Row]]
) -> PageResult[Row]:
    """Return the requested part of ``count`` rows."""
    if requested.page_no is not None and requested.offset >= count:
        return PageResult((), 0, requested.page_no, requested.page_size)
    size = count if requested.size is None else requested.size
    rows = read(requested.offset, size)
    return PageResult(rows, count, requested.page_no, requested.page_size)


def _sorted_rows(rows: list[Row], keys: Sequence[SortKey], values: ValueGetters[Row]) -> list[Row]:
    """Return the rows sorted by the keys, and then by id."""
    for name, descending in reversed([*keys, ("id", False)]):
        get_value = _value_getter(name, values)
        rows.sort(key=lambda row, get=get_value: sort_value(get(row)), reverse=descending)  # type: ignore[misc]
    return rows


def _tested_rows(table: Table[Row], row_filter: RowFilter[Row]) -> list[Row]:
    """Return the rows that pass the tests.

    Each test runs over all rows, since a list comprehension is faster than a loop over the tests.
    """
    rows: list[Row]
    if row_filter.where or row_filter.between or row_filter.keys is not None:
        keys = table.matching_keys(
            row_filter.where, between=row_filter.between, keys=row_filter.keys
        )
        rows = [row for key in keys if (row := table.get(key)) is not None]
    else:
        rows = list(table)
    for test in row_filter.tests:
        rows = [row for row in rows if test(row)]
    return rows


def _sort_order(
    table: Table[Row], keys: Sequence[SortKey], values: ValueGetters[Row]
) -> tuple[str | None, bool]:
    """Return the table's sort order for these keys, and whether to read it in reverse.

    The order is created on first use. Equal rows are sorted by id, so a final key ``id`` in the
    direction of the only other key needs no separate order.
    """
    if keys[0][0] == "id":
        return None, keys[0][1]
    (first, descending), further = keys[0], [*keys[1:]]
    if further[:1] == [("id", descending)]:
        further = []
    elif descending:
        further, descending = further or [("id", False)], False
    if not further:
        get_value = _value_getter(first, values)
        table.add_sort_order(first, lambda row: sort_value(get_value(row)))
        return first, descending
    name = ",".join(f"-{key}" if is_descending else key for key, is_descending in keys)
    getters = [
        (_value_getter(key, values), descending_sort_value if is_descending else sort_value)
        for key, is_descending in keys
    ]
    table.add_sort_order(
        name, lambda row: tuple(convert(get_value(row)) for get_value, convert in getters)
    )
    return name, False


def _value_getter(name: str, values: ValueGetters[Row]) -> Callable[[Row], Any]:
    getter = values(name)
    if getter is None:
        raise KeyError(name)
    return getter


def sort_value(value: Any) -> Any:
    """Return a value in a form that sorts. Assumed: null first, text regardless of case."""
    if value is None:
        return _NULL_FIRST
    if isinstance(value, str):
        return (1, value.lower())
    return (1, value)


def descending_sort_value(value: Any) -> Any:
    """Return a value in a form that sorts in the reverse order of ``sort_value``."""
    if value is None:
        return _NULL_LAST
    if isinstance(value, str):
        # The end of a text sorts after every letter: a longer text comes before its own prefix.
        return (0, (*(-ord(char) for char in value.lower()), 1))
    if isinstance(value, datetime):
        second = value.hour * 3600 + value.minute * 60 + value.second
        return (0, (-value.toordinal(), -second, -value.microsecond))
    return (0, -value)


_NULL_FIRST, _NULL_LAST = (0,), (1,)


def text_tests(term: str | None, *texts: Callable[[Row], str | None]) -> list[RowTest[Row]]:
    """Return a test for the term in any of the texts, in any case; no test without a term."""
    needle = (term or "").strip().lower()
    if not needle:
        return []
    return [lambda row: any(needle in (get_text(row) or "").lower() for get_text in texts)]


def first_rows(rows: Iterable[Row], count: Any) -> list[Row]:
    """Return the first ``count`` rows; all rows if that is not a positive integer."""
    limit = count if isinstance(count, int) and count >= 1 else None
    return list(islice(rows, limit))
