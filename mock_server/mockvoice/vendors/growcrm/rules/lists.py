"""List queries: filters joined by AND, one sort order, numbered pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from mockvoice.kernel.paging import Page, page_number, page_size
from mockvoice.kernel.store import Key, Table

Row = TypeVar("Row")
Query = Mapping[str, Any]

MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class PageResult(Generic[Row]):
    """The rows of one page, and its position in the list."""

    rows: Sequence[Row]
    page: Page


def paginate(
    table: Table[Row],
    query: Query,
    *,
    default_size: int,
    filters: Sequence[str] = (),
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
    keys: set[Key] | None = None,
    predicate: Callable[[Row], bool] | None = None,
    where: Query | None = None,
    sorts: Sequence[str] = (),
    default_sort: str | None = None,
    default_ascending: bool = False,
) -> PageResult[Row]:
    """Return one page of a table, filtered and sorted by a query.

    ``filters`` are query parameters with the names of indexes; an empty parameter is ignored.
    ``sorts`` are the allowed values of ``sort``, and name sort orders; any other value means
    ``default_sort``, or else the id. Among equal rows the higher id comes first.
    Documented: the parameters, and at most 100 rows. Assumed: how bad values are handled.
    """
    conditions = dict(where or {})
    conditions |= {name: query[name] for name in filters if query[name] not in (None, "")}
    rows = table.select(
        conditions,
        between={k: ends for k, ends in (ranges or {}).items() if ends != (None, None)} or None,
        keys=keys,
        predicate=predicate,
        order=query["sort"] if query["sort"] in sorts else default_sort,
    )
    page = Page(
        page_number(_integer_or_none(query["page"])),
        page_size(_integer_or_none(query["limit"]), default=default_size, maximum=MAX_PAGE_SIZE),
        len(rows),
    )
    descending = query["order"] == "desc" if default_ascending else query["order"] != "asc"
    page_rows = rows.slice(page.offset, page.size, descending=descending, ties_descending=True)
    return PageResult(page_rows, page)


def number_or_none(value: Any) -> Decimal | None:
    """Parse a bound of a range as a number; return ``None`` for anything else."""
    try:
        bound = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return bound if bound is not None and bound.is_finite() else None


def day_or_none(value: Any) -> date | None:
    """Parse a bound of a range as a day; return ``None`` for anything else."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def text_filter(
    term: str | None, *texts: Callable[[Row], str | None]
) -> Callable[[Row], bool] | None:
    """Return a predicate that finds a term in texts, ignoring case; ``None`` without a term."""
    needle = (term or "").strip().lower()
    if not needle:
        return None
    return lambda row: any(needle in (text(row) or "").lower() for text in texts)


def all_of(*predicates: Callable[[Row], bool] | None) -> Callable[[Row], bool] | None:
    """Join predicates by AND, ignoring ``None``."""
    present = [predicate for predicate in predicates if predicate is not None]
    return (lambda row: all(predicate(row) for predicate in present)) if present else None


def _integer_or_none(value: Any) -> int | None:
    return value if isinstance(value, int) else None
