"""What surrounds a record or a list, and the answers that are no record."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from mockvoice.vendors.optiflow.render.parts import Json, Record
from mockvoice.vendors.optiflow.rules.lists import Listed, Query, check_filters
from mockvoice.web.request_context import Address
from mockvoice.web.responses import Response


def one(data: Any) -> Json:
    """One record, or a list without pages."""
    return {"data": data}


def page(found: Listed[Record], show: Callable[[Record], Json], address: Address) -> Json:
    """A page of records. Documented: four keys of ``meta``. Assumed: the rest, Laravel's own."""
    number, last = found.page.number, found.page.last
    first_row = found.page.offset + 1 if found.rows else None
    link = partial(_link, address)
    return {
        "data": [show(record) for record in found.rows],
        "meta": {
            "current_page": number,
            "from": first_row,
            "last_page": last,
            "path": address.path,
            "per_page": found.page.size,
            "to": first_row and found.page.offset + len(found.rows),
            "total": found.page.total,
        },
        "links": {
            "first": link(1),
            "last": link(last),
            "prev": link(number - 1) if number > 1 else None,
            "next": link(number + 1) if number < last else None,
        },
    }


def _link(address: Address, number: int) -> str:
    """The address of another page of the same list."""
    query = [(name, value) for name, value in address.query if name != "page"]
    return f"{address.path}?{urlencode([*query, ('page', number)], errors='replace')}"


def check_query(address: Address, query: Query) -> None:
    """Refuse filters that the list does not have; ``query`` are those that it has."""
    known_names = [name.removeprefix("filter_") for name in query if name.startswith("filter_")]
    check_filters(address.query, known_names)


def pdf_answer(content: bytes, name: str) -> Response:
    """A file to be saved. Documented: the media type. Observed: sent as attachment, and its name."""
    header = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(content, headers=header, media_type="application/pdf")


def verdict(valid: bool, message: str) -> Json:
    """Whether a number is good. Observed: not wrapped in ``data``."""
    return {"valid": valid, "message": message}
