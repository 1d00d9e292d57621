"""The shapes of responses: one object or an array of them, a bare array or an envelope."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from mockvoice.vendors.halo.rules.lists import PageResult
from mockvoice.web.responses import Response

Json = dict[str, Any]
Row = TypeVar("Row")


def one_or_many(rows: Sequence[Json]) -> Json | list[Json]:
    """Return a single object as it is, several as an array. Assumed: the array."""
    return rows[0] if len(rows) == 1 else list(rows)


def saved_response(rows: Sequence[Json], status: int) -> Response:
    """Return the response to a save. Assumed: an update has the status of a creation."""
    return Response(one_or_many(rows), status)


def page(key: str, result: PageResult[Row], render_row: Callable[[Row], Json]) -> Json:
    """Return the rows in an envelope. Assumed: only paging adds the page number and size."""
    out: Json = {"record_count": result.count, key: [render_row(row) for row in result.rows]}
    if result.page_no is not None:
        out |= {"page_no": result.page_no, "page_size": result.page_size}
    return out


def envelope(key: str, rows: Sequence[Json], count: int | None = None) -> Json:
    """Return rows in an envelope; ``count`` is the number of matches, if not all are returned."""
    return {"record_count": len(rows) if count is None else count, key: list(rows)}
