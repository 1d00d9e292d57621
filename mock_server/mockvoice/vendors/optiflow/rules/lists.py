"""Lists as every resource has them: bracketed filters, one sort, numbered pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, product
from math import prod
from typing import Any, Generic, TypeVar

from mockvoice.kernel.paging import Page
from mockvoice.kernel.store import QueryResult, Table
from mockvoice.vendors.optiflow.errors import UnknownQuery
from mockvoice.vendors.optiflow.rules.records import day

Row = TypeVar("Row")
Query = Mapping[str, Any]
# What a filter's text means to its index; ``None`` matches nothing.
Reading = Callable[[str], Any]

PAGE_SIZE = 15
MOST_ON_A_PAGE = 100

# A filter may name several values; so many combinations of them are answered from indexes.
_COMBINATIONS = 32


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """One page of rows, and where in the list it is."""

    rows: Sequence[Row]
    page: Page


def listed(
    table: Table[Row],
    query: Query,
    *,
    where: Query | None = None,
    filters: Mapping[str, Reading] | None = None,
    search: str | None = None,
) -> Listed[Row]:
    """The page that a query asks for.

    ``filters`` are named as the table's indexes are. Several values in one filter, separated by
    commas, mean any of them; an empty filter counts as not sent. ``search`` looks for a text.
    Documented: page, per_page up to 100, bracketed filters, sort with a hyphen. Assumed: what
    becomes of bad values, and that equal rows follow their ids in the same direction.
    """
    word: str = query.get("sort") or "id"
    order = word.removeprefix("-")
    wanted = _wanted(query, filters or {})
    among = table.keys_containing("search", search) if search else None
    if prod(map(len, wanted.values())) > _COMBINATIONS:
        among, wanted = _among(table, wanted, among), {}
    # What a filter asks for is rarer than what every row of a workspace has, so it stands first.
    selections = [
        table.select({**each, **(where or {})}, keys=among, order=None if order == "id" else order)
        for each in _combinations(wanted)
    ]
    page = Page(_number(query["page"]), _size(query["per_page"]), sum(map(len, selections)))
    descending = word.startswith("-")
    if len(selections) == 1:
        rows = selections[0].slice(page.offset, page.size, descending=descending)
    else:
        rows = _merged(selections, _sort_key(table, order), page, descending)
    return Listed(rows, page)


def _wanted(query: Query, filters: Mapping[str, Reading]) -> dict[str, list[Any]]:
    """The values that each filter asks for; unreadable ones are left out, since nothing has them."""
    wanted: dict[str, list[Any]] = {}
    for name, reading in filters.items():
        sent = query[f"filter_{name}"]
        if sent in (None, ""):
            continue
        words = [word.strip() for word in _text(sent).split(",")]
        values = dict.fromkeys(reading(word) for word in words)
        wanted[name] = [value for value in values if value is not None]
    return wanted


def _text(sent: Any) -> str:
    return str(sent).lower() if isinstance(sent, bool) else str(sent)


def _combinations(wanted: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every choice of one value for each filter. They share no row, so their lengths add up."""
    combinations = product(*wanted.values())
    for values in combinations:
        yield dict(zip(wanted, values, strict=True))


def _among(
    table: Table[Any], wanted: Mapping[str, Sequence[Any]], among: set[Any] | None
) -> set[Any]:
    """The keys that pass filters of very many values."""
    for name, values in wanted.items():
        found = set().union(*(table.keys_by(name, value) for value in values))
        among = found if among is None else among & found
    return among or set()


def _sort_key(table: Table[Row], order: str) -> Callable[[Any], Any]:
    if order == "id":
        return lambda row: row.id
    by = table.sort_key(order)
    return lambda row: (by(row), row.id)


def _merged(
    selections: Iterable[QueryResult[Row]], by: Callable[[Row], Any], page: Page, descending: bool
) -> list[Row]:
    turned = [reversed(each) if descending else iter(each) for each in selections]
    rows = merge(*turned, key=by, reverse=descending)
    return list(islice(rows, page.offset, page.offset + page.size))


def check_filters(sent: Iterable[tuple[str, str]], known: Iterable[str]) -> None:
    """Refuse a ``filter[…]`` that a list does not have. Raises ``UnknownQuery``.

    Assumed: 400, as for an unknown sort; parameters that are no filter are ignored.
    """
    names = set(known)
    for name, _ in sent:
        if name == "filter" or name.startswith("filter["):
            field = name[7:].partition("]")[0]
            if field not in names or name != f"filter[{field}]":
                raise UnknownQuery("filter", field or name)


def word(text: str) -> str:
    """A value of an enumeration; one that nothing has matches nothing."""
    return text


def identifier(text: str) -> int | None:
    """The id of a record."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def a_day(text: str) -> Any:
    """A calendar day. Assumed: exactly that day."""
    try:
        return day(text) if len(text) == 10 else None
    except ValueError:
        return None


def yes_or_no(text: str) -> bool | None:
    """True or false, also as 1 and 0."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _number(value: Any) -> int:
    return max(_whole(value) or 1, 1)


def _size(value: Any) -> int:
    size = _whole(value) or 0
    return min(size, MOST_ON_A_PAGE) if size >= 1 else PAGE_SIZE


def _whole(value: Any) -> int | None:
    """A whole number that may have come as text; anything else is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
