"""Lists as every resource has them: filters joined by AND, one sort, numbered pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from mockvoice.kernel.paging import Page
from mockvoice.kernel.store import Key, Table

Row = TypeVar("Row")
Query = Mapping[str, Any]

MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class PageResult(Generic[Row]):
    """One page of rows, and where in the list it is."""

    rows: Sequence[Row]
    page: Page


def paginate(
    table: Table[Row],
    query: Query,
    *,
    page_size: int,
    filters: Sequence[str] = (),
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
    keys: set[Key] | None = None,
    predicate: Callable[[Row], bool] | None = None,
    where: Query | None = None,
    sorts: Mapping[str, str] | None = None,
    default_sort: str | None = None,
    default_ascending: bool = False,
) -> PageResult[Row]:
    """The page that a query asks for.

    ``filters`` are query parameters that are also indexes; one that is empty counts as not sent.
    ``sorts`` gives the order of a ``sort`` word; any other word counts as not sent, and then
    ``sort`` or the id decides. Equal rows stand with the higher id first.
    Documented: the parameters, and at most 100 rows. Assumed: what becomes of bad values.
    """
    wanted = dict(where or {})
    wanted |= {name: query[name] for name in filters if query[name] not in (None, "")}
    order = (sorts or {}).get(query["sort"], default_sort)
    rows = table.select(
        wanted,
        between={k: ends for k, ends in (ranges or {}).items() if ends != (None, None)} or None,
        keys=keys,
        predicate=predicate,
        order=order,
    )
    page = Page(_page_number(query["page"]), _page_size(query["limit"], page_size), len(rows))
    descending = query["order"] != "asc" if not default_ascending else query["order"] == "desc"
    found = rows.slice(page.offset, page.size, descending=descending, ties_descending=True)
    return PageResult(found, page)


def words(*names: str) -> dict[str, str]:
    """Sort words that are orders of the same name."""
    return {name: name for name in names}


def number_or_none(value: Any) -> Decimal | None:
    """A bound as a number; what is none is ignored."""
    try:
        bound = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return bound if bound is not None and bound.is_finite() else None


def day_or_none(value: Any) -> date | None:
    """A bound as a day; what is none is ignored."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def text_filter(
    term: str | None, *texts: Callable[[Row], str | None]
) -> Callable[[Row], bool] | None:
    """Whether one of a row's texts contains the term, letter case aside; ``None`` without a term."""
    wanted = (term or "").strip().lower()
    if not wanted:
        return None
    return lambda row: any(wanted in (text(row) or "").lower() for text in texts)


def all_of(*tests: Callable[[Row], bool] | None) -> Callable[[Row], bool] | None:
    """One test for several; those that are ``None`` do not count."""
    given = [test for test in tests if test is not None]
    return (lambda row: all(test(row) for test in given)) if given else None


def _page_number(value: Any) -> int:
    return value if isinstance(value, int) and value >= 1 else 1


def _page_size(value: Any, default: int) -> int:
    return min(value, MAX_PAGE_SIZE) if isinstance(value, int) and value >= 1 else default
