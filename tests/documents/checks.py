"""The kinds of checks that data files name. Each one fails if the server ignores what it tries."""

from collections.abc import Callable, Mapping

from tests.documents.body_checks import body_field
from tests.documents.json_values import Json, Object, at, has_type
from tests.documents.list_checks import adds, filters, pages, sorts
from tests.documents.service import Trial


def request(
    trial: Trial, name: str, *, method: str = "GET", path: str, status: int, body: Json = None,
    query: Object | None = None, headers: Object | None = None, has: Object | None = None,
    types: Mapping[str, str] | None = None, media_type: str = "", empty: bool = False, names: str = "",
) -> None:  # fmt: skip
    """Send a request; check status, media type, the named field, and types and values."""
    body, query, path = trial.resolve([body, query, path])
    content = {"json": body} if body is not None else {}
    response = trial.service.send(method, path, params=query, headers=headers, **content)
    assert response.status_code == status, response.text
    assert response.headers.get("Content-Type", "").startswith(media_type)
    assert not (empty and response.content), response.text
    assert not names or trial.service.names(response, names), response.text
    for place, expected in trial.resolve(has or {}).items():
        assert at(response.json(), place) == expected, place
    for place, types_of in (types or {}).items():
        value = at(response.json(), place)
        assert has_type(value, types_of), f"{place}: {value!r} is not {types_of}"


def anonymous(trial: Trial, name: str, *, method: str = "GET", path: str, body: Json = None, status: int = 401) -> None:  # fmt: skip
    """Send a request without credentials: it is rejected, and with them it is not."""
    body, path = trial.resolve([body, path])
    content = {"json": body} if body is not None else {}
    rejected = trial.service.send(method, path, anonymous=True, **content)
    accepted = trial.service.send(method, path, **content)
    assert rejected.status_code == status, rejected.text
    assert accepted.status_code in (200, 201), accepted.text


CHECKS: dict[str, Callable[..., None]] = {
    check.__name__: check for check in (request, anonymous, filters, pages, sorts, adds, body_field)
}
