"""The kinds of checks that data files name. Each one fails if the server ignores what it tries."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.documents.body_checks import body_field
from tests.documents.json_values import Json, Object, at, has_type
from tests.documents.list_checks import adds, filters, pages, sorts
from tests.documents.service import CheckContext
from tests.documents.statements import Statement


def request(
    context: CheckContext, *, method: str = "GET", path: str, status: int, body: Json = None,
    query: Object | None = None, headers: Object | None = None, has: Object | None = None,
    types: Mapping[str, str] | None = None, media_type: str = "", empty: bool = False, names: str = "", gone: bool = False,
) -> None:  # fmt: skip
    """Send a request; check status, media type, the named field, and types and values.

    With ``gone``, the path must not exist afterwards.
    """
    body, query, path = context.resolve([body, query, path])
    content = {"json": body} if body is not None else {}
    response = context.service.send(method, path, params=query, headers=headers, **content)
    assert response.status_code == status, response.text
    assert response.headers.get("Content-Type", "").startswith(media_type)
    assert not (empty and response.content), response.text
    assert not names or context.service.names(response, names), response.text
    for place, expected in context.resolve(has or {}).items():
        assert at(response.json(), place) == expected, place
    for place, types_of in (types or {}).items():
        value = at(response.json(), place)
        assert has_type(value, types_of), f"{place}: {value!r} is not {types_of}"
    if gone:
        assert context.service.send("GET", path).status_code == 404, "it still exists"


def anonymous(context: CheckContext, *, method: str = "GET", path: str, body: Json = None, status: int = 401) -> None:  # fmt: skip
    """Send a request without credentials: it is rejected, and with them it is not."""
    body, path = context.resolve([body, path])
    content = {"json": body} if body is not None else {}
    rejected = context.service.send(method, path, anonymous=True, **content)
    accepted = context.service.send(method, path, **content)
    assert rejected.status_code == status, rejected.text
    assert accepted.status_code in (200, 201), accepted.text


Checks = dict[str, Callable[..., None]]
# The checks of requests, and those of a parameter or field, whose name they get.
REQUEST_CHECKS: Checks = {check.__name__: check for check in (request, anonymous)}
NAMED_CHECKS: Checks = {
    check.__name__: check for check in (filters, pages, sorts, adds, body_field)
}


def run_check(
    context: CheckContext, statement: Statement, name: str | None = None, **changes: Any
) -> None:
    """Run the check of a statement; a name and arguments can replace those of the statement."""
    assert statement.check
    arguments = {**statement.arguments, **changes}
    if statement.check in REQUEST_CHECKS:
        REQUEST_CHECKS[statement.check](context, **arguments)
    else:
        NAMED_CHECKS[statement.check](context, name or statement.name, **arguments)
