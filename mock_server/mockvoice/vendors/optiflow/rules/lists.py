"""Lists of all resources: bracketed filters, one sort field, numbered pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, product
from math import prod
from typing import Any, Generic, TypeVar

from mockvoice.kernel.paging import Page, page_number, page_size
from mockvoice.kernel.store import QueryResult, Table
from mockvoice.vendors.optiflow.errors import UnknownQuery
from mockvoice.vendors.optiflow.rules.records import parse_date

Row = TypeVar("Row")
Query = Mapping[str, Any]
# Parses the text of a filter to a value in the index; ``None`` matches nothing.
FilterParser = Callable[[str], Any]

DEFAULT_PAGE_SIZE = 15
MAX_PAGE_SIZE = 100

# A filter can have several values; up to this number, each combination is looked up in the indexes.
_MAX_COMBINATIONS = 32


@dataclass(frozen=True, slots=True)
class PageResult(Generic[Row]):
    """One page of rows, and its position in the list."""

    rows: Sequence[Row]
    page: Page


def paginate(
    table: Table[Row],
    query: Query,
    *,
    where: Query | None = None,
    filters: Mapping[str, FilterParser] | None = None,
    search: str | None = None,
) -> PageResult[Row]:
    """Return the page that a query requests.

    ``filters`` have the names of the table's indexes. A list that documents no names of its filters
    also takes them without brackets. A filter can have several values, separated by
    commas, of which a row must match one; an empty filter is ignored.
    Documented: page, per_page up to 100, bracketed filters, sort with a hyphen. Assumed: the handling
    of invalid values, and that equal rows are sorted by id in the same direction.
    """
    sort: str = query.get("sort") or "id"
    order = sort.removeprefix("-")
    values = _filter_values(query, filters or {})
    keys = table.keys_containing("search", search) if search else None
    if prod(map(len, values.values())) > _MAX_COMBINATIONS:
        keys, values = _matching_keys(table, values, keys), {}
    # Filters come first, since they select fewer rows than the workspace.
    results = [
        table.select(
            {**combination, **(where or {})}, keys=keys, order=None if order == "id" else order
        )
        for combination in _combinations(values)
    ]
    page = Page(
        page_number(_parse_whole_number(query["page"])),
        page_size(
            _parse_whole_number(query["per_page"]), default=DEFAULT_PAGE_SIZE, maximum=MAX_PAGE_SIZE
        ),
        sum(map(len, results)),
    )
    descending = sort.startswith("-")
    if len(results) == 1:
        rows = results[0].slice(page.offset, page.size, descending=descending)
    else:
        rows = _merge(results, _sort_key(table, order), page, descending)
    return PageResult(rows, page)


def _filter_values(query: Query, filters: Mapping[str, FilterParser]) -> dict[str, list[Any]]:
    """Return the valid values of each filter; the others match nothing."""
    values: dict[str, list[Any]] = {}
    for name, parse in filters.items():
        submitted = query[f"filter_{name}"]
        if submitted in (None, ""):
            submitted = query.get(name)
        if submitted in (None, ""):
            continue
        words = [word.strip() for word in _to_text(submitted).split(",")]
        parsed = dict.fromkeys(parse(word) for word in words)
        values[name] = [value for value in parsed if value is not None]
    return values


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _combinations(values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Return every combination of one value per filter.

    No row matches two combinations, so the numbers of their rows add up.
    """
    for combination in product(*values.values()):
        yield dict(zip(values, combination, strict=True))


def _matching_keys(
    table: Table[Any], values: Mapping[str, Sequence[Any]], keys: set[Any] | None
) -> set[Any]:
    """Return the keys of the rows that match every filter, without combining the values."""
    for name, alternatives in values.items():
        matching = set().union(*(table.keys_by(name, value) for value in alternatives))
        keys = matching if keys is None else keys & matching
    return keys or set()


def _sort_key(table: Table[Row], order: str) -> Callable[[Any], Any]:
    if order == "id":
        return lambda row: row.id
    sort_key = table.sort_key(order)
    return lambda row: (sort_key(row), row.id)


def _merge(
    results: Iterable[QueryResult[Row]], key: Callable[[Row], Any], page: Page, descending: bool
) -> list[Row]:
    iterators = [reversed(result) if descending else iter(result) for result in results]
    rows = merge(*iterators, key=key, reverse=descending)
    return list(islice(rows, page.offset, page.offset + page.size))


def check_filters(query: Iterable[tuple[str, str]], supported: Iterable[str]) -> None:
    """Reject a ``filter[…]`` that a list does not support. Raises ``UnknownQuery``.

    Assumed: 400, as for an unknown sort field; parameters that are not filters are ignored.
    """
    names = set(supported)
    for name, _ in query:
        if name == "filter" or name.startswith("filter["):
            field = name[7:].partition("]")[0]
            if field not in names or name != f"filter[{field}]":
                raise UnknownQuery("filter", field or name)


def parse_word(text: str) -> str:
    """Return the text unchanged; an unknown value matches nothing."""
    return text


def parse_id(text: str) -> int | None:
    """Parse an id; ``None`` for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def parse_exact_date(text: str) -> Any:
    """Parse a date; ``None`` for any other text. Assumed: the filter matches exactly that day."""
    try:
        return parse_date(text) if len(text) == 10 else None
    except ValueError:
        return None


def parse_boolean(text: str) -> bool | None:
    """Parse ``true``, ``false``, ``1`` or ``0``; ``None`` for any other text."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _parse_whole_number(value: Any) -> int | None:
    """Parse a whole number or its text; ``None`` for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
