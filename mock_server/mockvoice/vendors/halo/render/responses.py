"""The shapes of answers: one object or an array of them, a bare array or an envelope."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from mockvoice.vendors.halo.rules.lists import PageResult
from mockvoice.web.responses import Response

Json = dict[str, Any]
Row = TypeVar("Row")


def one_or_many(rows: Sequence[Json]) -> Json | list[Json]:
    """The object itself where there is one, else an array. Assumed: for more than one."""
    return rows[0] if len(rows) == 1 else list(rows)


def saved_response(rows: Sequence[Json]) -> Response:
    """What a save stored. Documented: 201 for invoices. Assumed: for all else too, and updates."""
    return Response(one_or_many(rows), 201)


def page(key: str, result: PageResult[Row], render_row: Callable[[Row], Json]) -> Json:
    """Rows in an envelope. Assumed: page number and size are shown under paging alone."""
    out: Json = {"record_count": result.count, key: [render_row(each) for each in result.rows]}
    if result.page_no is not None:
        out |= {"page_no": result.page_no, "page_size": result.page_size}
    return out


def envelope(key: str, rows: Sequence[Json], count: int | None = None) -> Json:
    """All rows in an envelope, and how many match."""
    return {"record_count": len(rows) if count is None else count, key: list(rows)}
