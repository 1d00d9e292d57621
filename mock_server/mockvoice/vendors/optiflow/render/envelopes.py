"""Envelopes of records and lists, and responses that are not records."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from mockvoice.vendors.optiflow.render.parts import Json, Record
from mockvoice.vendors.optiflow.rules.lists import PageResult, Query, check_filters
from mockvoice.web.request_context import RequestUrl
from mockvoice.web.responses import Response

_OTHER_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]")


def envelope(data: Any) -> Json:
    """Return a record, or a list that is not paginated, in its envelope."""
    return {"data": data}


def page(result: PageResult[Record], render: Callable[[Record], Json], address: RequestUrl) -> Json:
    """Return a page of records. Documented: four keys of ``meta``. Assumed: the others, as in Laravel."""
    number, last = result.page.number, result.page.last
    first_row = result.page.offset + 1 if result.rows else None
    link = _page_link(address)
    return {
        "data": [render(record) for record in result.rows],
        "meta": {
            "current_page": number,
            "from": first_row,
            "last_page": last,
            "path": address.path,
            "per_page": result.page.size,
            "to": first_row and result.page.offset + len(result.rows),
            "total": result.page.total,
        },
        "links": {
            "first": link(1),
            "last": link(last),
            "prev": link(number - 1) if number > 1 else None,
            "next": link(number + 1) if number < last else None,
        },
    }


def _page_link(address: RequestUrl) -> Callable[[int], str]:
    """Return a function that returns the URL of another page of the same list.

    The rest of the query, which may be long, is encoded only once.
    """
    others = [(name, value) for name, value in address.query if name != "page"]
    query = urlencode([*others, ("page", "")], errors="replace")
    return lambda number: f"{address.path}?{query}{number}"


def check_query(address: RequestUrl, query: Query) -> None:
    """Reject filters that the list does not support; ``query`` names the supported ones.

    Raises ``UnknownQuery``.
    """
    supported = [name.removeprefix("filter_") for name in query if name.startswith("filter_")]
    check_filters(address.query, supported)


def pdf_response(content: bytes, name: str) -> Response:
    """Return a file download. Documented: the media type. Observed: the attachment and its name.

    Numbers of imported documents can have any character; a file name has only harmless ones.
    """
    safe_name = _OTHER_CHARACTERS.sub("_", name)
    header = {"Content-Disposition": f'attachment; filename="{safe_name}.pdf"'}
    return Response(content, headers=header, media_type="application/pdf")


def ncf_validation(valid: bool, message: str) -> Json:
    """Return the result of an NCF validation. Observed: not wrapped in ``data``."""
    return {"valid": valid, "message": message}
