"""Lists as all resources have them: filters, up to five sort keys, pages or a count.

A list is counted without being sorted. It is sorted as far as its page needs: rows are walked in
the order of the first key, and only rows that are equal in it are compared by the others.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from mock_server.kernel.store import Between, Table
from mock_server.vendors.halo.backend import Settings

Row = TypeVar("Row")
Query = Mapping[str, Any]
Test = Callable[[Row], bool]
# Gives a row's value of a property, or ``None``; ``None`` in place of it for an unknown property.
Values = Callable[[str], Callable[[Row], Any] | None]
SortKey = tuple[str, bool]

# So few matching rows are sorted as they are; of more, the page is looked for in a kept order.
_FEW = 2_000
_KEYS = ("", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """The rows asked for, how many match in all, and the page if there are pages."""

    rows: Sequence[Row]
    count: int
    page_no: int | None = None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Row]):
    """Which rows a list holds: by index, by range, and by tests for the rest."""

    where: Mapping[str, Hashable]
    between: Between
    tests: Sequence[Test[Row]] = ()

    @property
    def is_everything(self) -> bool:
        return not (self.where or self.between or self.tests)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for; ``size`` is ``None`` for all of it."""

    offset: int = 0
    size: int | None = None
    page_no: int | None = None
    page_size: int | None = None


def flag(value: Any) -> bool | None:
    """A switch of a query. Observed: true and false in any case; anything else counts as absent."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def numbers(value: str | None) -> frozenset[int] | None:
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
    on = flag(query.get("pageinate"))
    if on or (on is None and query.get("page_no") is not None):
        page = max(query.get("page_no") or 1, 1)
        size = query.get("page_size") or 0
        size = min(size, settings.most_on_a_page) if size >= 1 else settings.page_size
        return Window((page - 1) * size, size, page, size)
    count = query.get("count")
    return Window(size=count if isinstance(count, int) and count >= 1 else None)


def sort_keys(query: Query, values: Values[Row], default: Sequence[SortKey]) -> list[SortKey]:
    """Properties to sort by, each with whether it descends. Assumed: unknown ones are ignored."""
    keys: list[SortKey] = []
    for suffix in _KEYS:
        name = (query.get("order" + suffix) or "").strip().lower()
        if name and values(name) is not None and name not in {each for each, _ in keys}:
            keys.append((name, bool(flag(query.get("orderdesc" + suffix)))))
    return keys or list(default)


def listed(
    table: Table[Row],
    wanted: Wanted[Row],
    query: Query,
    values: Values[Row],
    settings: Settings,
    default: Sequence[SortKey] = (("id", False),),
) -> Listed[Row]:
    """The rows that a query asks for, out of those that are wanted.

    Assumed: the count is of all that match, except for a page after the last, where it is 0.
    """
    part = window(query, settings)
    keys = sort_keys(query, values, default)
    if wanted.tests or wanted.between:
        found = table.matching(wanted.where, between=wanted.between, keep=wanted.tests)
        count = len(found)
        rows = _of_some(table, found, keys, values, part)
    else:
        count = len(table.select(wanted.where))
        rows = _of_all(table, wanted.where, keys, values, part)
    if part.page_no is not None and part.offset >= count:
        return Listed((), 0, part.page_no, part.page_size)
    return Listed(rows, count, part.page_no, part.page_size)


def _of_all(
    table: Table[Row],
    where: Mapping[str, Hashable],
    keys: Sequence[SortKey],
    values: Values[Row],
    part: Window,
) -> list[Row]:
    """The part of the rows that an index gives, from its kept order."""
    (first, descending), rest = keys[0], keys[1:]
    selection = table.select(where, order=_order(table, first, values))
    size = len(selection) if part.size is None else part.size
    if first == "id" or rest[:1] == [("id", descending)]:
        return selection.slice(part.offset, size, descending=descending)
    walk = reversed(selection) if descending else iter(selection)
    return _by_groups(walk, keys, values, part)


def _of_some(
    table: Table[Row],
    found: list[Any],
    keys: Sequence[SortKey],
    values: Values[Row],
    part: Window,
) -> list[Row]:
    if len(found) <= _FEW:
        rows = [row for key in found if (row := table.get(key)) is not None]
        return _sorted(rows, keys, values)[_slice(part)]
    (first, descending) = keys[0]
    selection = table.select(order=_order(table, first, values))
    if len(found) < len(table):
        ids = set(found)
        by_id = values("id")
        if by_id is None:
            raise KeyError("id")
        walk = reversed(selection) if descending else iter(selection)
        kept: Iterator[Row] = (row for row in walk if by_id(row) in ids)
        return _by_groups(kept, keys, values, part)
    return _by_groups(reversed(selection) if descending else iter(selection), keys, values, part)


def _order(table: Table[Row], name: str, values: Values[Row]) -> str | None:
    """The table's order by a property, made if there is none yet; ``None`` for the id."""
    if name == "id":
        return None
    value = values(name)
    if value is None:
        raise KeyError(name)
    table.add_order(name, lambda row: sortable(value(row)))
    return name


def _by_groups(
    walk: Iterable[Row], keys: Sequence[SortKey], values: Values[Row], part: Window
) -> list[Row]:
    """The part of rows that come sorted by the first key, equal ones sorted by the others."""
    by_first = _key(keys[0][0], values)
    rest = [*keys[1:], ("id", False)]
    position, found = 0, []
    stop = None if part.size is None else part.offset + part.size
    for _, equal in groupby(walk, by_first):
        group = list(equal)
        end = position + len(group)
        if end > part.offset:
            found += _part_of(group, rest, values, part.offset - position, stop and stop - position)
        position = end
        if stop is not None and position >= stop:
            break
    return found


def _part_of(
    group: list[Row], keys: Sequence[SortKey], values: Values[Row], start: int, stop: int | None
) -> list[Row]:
    start = max(start, 0)
    if stop is not None and stop * 20 < len(group) and not any(desc for _, desc in keys):
        by = [_key(name, values) for name, _ in keys]
        return nsmallest(stop, group, key=lambda row: tuple(key(row) for key in by))[start:]
    return _sorted(group, keys, values)[start:stop]


def _sorted(rows: list[Row], keys: Sequence[SortKey], values: Values[Row]) -> list[Row]:
    if len(rows) < 2:
        return rows
    named = {name for name, _ in keys}
    for name, descending in reversed(keys if "id" in named else [*keys, ("id", False)]):
        rows = sorted(rows, key=_key(name, values), reverse=descending)
    return rows


def _slice(part: Window) -> slice:
    return slice(part.offset, None if part.size is None else part.offset + part.size)


def _key(name: str, values: Values[Row]) -> Callable[[Row], Any]:
    value = values(name)
    if value is None:
        raise KeyError(name)
    return lambda row: sortable(value(row))


def sortable(value: Any) -> Any:
    """A value that sorts with others of its property. Assumed: nothing first, text without case."""
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return (1, value.lower())
    return (1, value)


_NOTHING = (0, Decimal(0))


def containing(term: str | None, *texts: Callable[[Row], str | None]) -> list[Test[Row]]:
    """Whether one of a row's texts holds the term, whatever its case; no test without a term."""
    wanted = (term or "").strip().lower()
    if not wanted:
        return []
    return [lambda row: any(wanted in (text(row) or "").lower() for text in texts)]


def head(rows: Iterable[Row], count: Any) -> list[Row]:
    """At most so many rows, where a query asks for a number of them."""
    some = count if isinstance(count, int) and count >= 1 else None
    return list(islice(rows, some))
