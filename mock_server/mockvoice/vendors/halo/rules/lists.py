"""Lists as all resources have them: filters, up to five sort keys, pages or a count.

A list is never sorted for one answer: an order for its keys is made when it is first asked for,
and kept from then on. Filters that no index serves are tests, made one after the other.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from mockvoice.kernel.store import Between, Key, Table
from mockvoice.vendors.halo.backend import Settings

Row = TypeVar("Row")
Query = Mapping[str, Any]
RowTest = Callable[[Row], bool]
# Gives a row's value of a property, or ``None``; ``None`` in place of it for an unknown property.
ValueGetters = Callable[[str], Callable[[Row], Any] | None]
SortKey = tuple[str, bool]

_ORDER_SUFFIXES = ("", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class PageResult(Generic[Row]):
    """The rows asked for, how many match in all, and the page if there are pages."""

    rows: Sequence[Row]
    count: int
    page_no: int | None = None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class RowFilter(Generic[Row]):
    """Which rows a list holds: by index, by range, out of some keys, and by tests for the rest."""

    where: Mapping[str, Hashable]
    between: Between
    tests: Sequence[RowTest[Row]] = ()
    keys: set[Key] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for; ``size`` is ``None`` for all of it."""

    offset: int = 0
    size: int | None = None
    page_no: int | None = None
    page_size: int | None = None


def parse_flag(value: Any) -> bool | None:
    """A switch of a query. Observed: true and false in any case; anything else counts as absent."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def parse_numbers(value: str | None) -> frozenset[int] | None:
    """The numbers of a comma list; entries that are none match nothing. ``None`` if not sent."""
    if value is None:
        return None
    parts = (part.strip() for part in value.split(","))
    return frozenset(int(part) for part in parts if part.removeprefix("-").isdecimal())


def window(query: Query, settings: Settings) -> Window:
    """The part of a list that a query asks for.

    Observed: the names, 50 rows on a page, and that pages go before ``count``. Assumed: a
    ``page_no`` alone turns paging on, and what is below 1 counts as absent.
    """
    on = parse_flag(query.get("pageinate"))
    if on or (on is None and query.get("page_no") is not None):
        page = max(query.get("page_no") or 1, 1)
        size = query.get("page_size") or 0
        size = min(size, settings.max_page_size) if size >= 1 else settings.page_size
        return Window((page - 1) * size, size, page, size)
    count = query.get("count")
    return Window(size=count if isinstance(count, int) and count >= 1 else None)


def sort_keys(query: Query, values: ValueGetters[Row], default: Sequence[SortKey]) -> list[SortKey]:
    """Properties to sort by, each with whether it descends. Assumed: unknown ones are ignored."""
    keys: list[SortKey] = []
    for suffix in _ORDER_SUFFIXES:
        name = (query.get("order" + suffix) or "").strip().lower()
        if name and values(name) is not None and name not in {each for each, _ in keys}:
            keys.append((name, bool(parse_flag(query.get("orderdesc" + suffix)))))
    return keys or list(default)


def paginate(
    table: Table[Row],
    row_filter: RowFilter[Row],
    query: Query,
    values: ValueGetters[Row],
    settings: Settings,
    default: Sequence[SortKey] = (("id", False),),
) -> PageResult[Row]:
    """The rows that a query asks for, out of those that are wanted.

    Assumed: the count is of all that match, except for a page after the last, where it is 0.
    """
    part = window(query, settings)
    order, descending = _sort_order(table, sort_keys(query, values, default), values)
    among = row_filter.keys
    if row_filter.tests:
        identity = _value_getter("id", values)
        among = {identity(row) for row in _tested_rows(table, row_filter)}
        selection = table.select(keys=among, order=order)
    else:
        selection = table.select(
            row_filter.where, between=row_filter.between, keys=among, order=order
        )
    count = len(selection)
    if part.page_no is not None and part.offset >= count:
        return PageResult((), 0, part.page_no, part.page_size)
    size = count if part.size is None else part.size
    rows = selection.slice(part.offset, size, descending=descending)
    return PageResult(rows, count, part.page_no, part.page_size)


def _tested_rows(table: Table[Row], row_filter: RowFilter[Row]) -> list[Row]:
    """The rows that pass the tests. One test after the other, because a loop is dearer than a list."""
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
    """The table's order for these keys, made if there is none yet, and whether it is read backwards.

    Rows that are equal in an order stand by their ids, so an id at the end that goes the way of
    the only other key costs nothing.
    """
    if keys[0][0] == "id":
        return None, keys[0][1]
    (first, descending), rest = keys[0], [*keys[1:]]
    if rest[:1] == [("id", descending)]:
        rest = []
    elif descending:
        rest, descending = rest or [("id", False)], False
    if not rest:
        read = _value_getter(first, values)
        table.add_sort_order(first, lambda row: sort_value(read(row)))
        return first, descending
    name = ",".join(f"-{each}" if down else each for each, down in keys)
    reads = [
        (_value_getter(each, values), descending_sort_value if down else sort_value)
        for each, down in keys
    ]
    table.add_sort_order(name, lambda row: tuple(form(read(row)) for read, form in reads))
    return name, False


def _value_getter(name: str, values: ValueGetters[Row]) -> Callable[[Row], Any]:
    read = values(name)
    if read is None:
        raise KeyError(name)
    return read


def sort_value(value: Any) -> Any:
    """A value that sorts with others of its property. Assumed: nothing first, text without case."""
    if value is None:
        return _NULL_FIRST
    if isinstance(value, str):
        return (1, value.lower())
    return (1, value)


def descending_sort_value(value: Any) -> Any:
    """The same for a property that descends: what sorted first now sorts last."""
    if value is None:
        return _NULL_LAST
    if isinstance(value, str):
        # The end of a text sorts after every letter, so that a longer one comes before its start.
        return (0, (*(-ord(char) for char in value.lower()), 1))
    if isinstance(value, datetime):
        second = value.hour * 3600 + value.minute * 60 + value.second
        return (0, (-value.toordinal(), -second, -value.microsecond))
    return (0, -value)


_NULL_FIRST, _NULL_LAST = (0,), (1,)


def text_tests(term: str | None, *texts: Callable[[Row], str | None]) -> list[RowTest[Row]]:
    """Whether one of a row's texts holds the term, whatever its case; no test without a term."""
    wanted = (term or "").strip().lower()
    if not wanted:
        return []
    return [lambda row: any(wanted in (text(row) or "").lower() for text in texts)]


def first_rows(rows: Iterable[Row], count: Any) -> list[Row]:
    """At most so many rows, where a query asks for a number of them."""
    some = count if isinstance(count, int) and count >= 1 else None
    return list(islice(rows, some))
