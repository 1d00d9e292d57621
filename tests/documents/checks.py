"""The kinds of checks that data files name. Each one fails if the server ignores what it tries."""

from collections.abc import Callable, Mapping
from typing import Any

import requests

from tests.documents.service import Trial

Json = Any
Object = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,), "number": (int, float), "string": (str,), "boolean": (bool,), "array": (list,),
    "object": (dict,), "null": (type(None),),
}  # fmt: skip
NOT_OF_TYPE = {
    "integer": "abc", "number": "abc", "numeric": "abc", "date": "someday", "array": "abc", "boolean": "maybe",
    "string": {"a": 1},
}  # fmt: skip


def has_type(value: Any, names: str) -> bool:
    """Return whether a JSON value is of one of the types, for example ``string|null``."""
    return any(
        isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names.split("|")
    )


def at(value: Any, path: str) -> Any:
    """Return the value at a dotted path. Raises ``AssertionError`` if there is none."""
    for name in path.split(".") if path else ():
        if isinstance(value, list):
            assert len(value) > int(name), f"no item {name} in {value}"
            value = value[int(name)]
        else:
            assert name in value, f"{name} is not in {sorted(value)}"
            value = value[name]
    return value


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


def filters(
    trial: Trial, name: str, *, path: str, query: Object, create: str = "", body: Object | None = None,
    match: Json = None, other: Json = None, scope: Object | None = None, rows: str = "", typed: str = "string",
) -> None:  # fmt: skip
    """Create a record that matches and another; with the parameter, only the first is listed."""
    own = [_created(trial, create, body, value) for value in (match, other)]
    trial.values["match"], trial.values["other"] = own
    query, scope = trial.resolve([query, scope or {}])
    without = {key: value for key, value in query.items() if key != name}
    assert without != query, f"the query does not contain {name}"
    unfiltered = _ids(trial, path, {**scope, **without}, rows)
    filtered = _ids(trial, path, {**scope, **query}, rows)
    for record_id in own:
        assert record_id is None or record_id in unfiltered, "not listed without the parameter"
    assert own[0] is None or own[0] in filtered, "the matching record is not listed"
    assert own[1] not in filtered, "the other record is listed"
    if typed == "integer":
        wrong = {**scope, **query, name: "abc"}
        rejected = trial.service.send("GET", trial.resolve(path), params=wrong)
        assert rejected.status_code == trial.service.rejection, rejected.text


def _created(trial: Trial, path: str, body: Object | None, value: Json) -> Any:
    """Return the id of a record that is created, or of an existing one that ``$name`` selects."""
    if value is None or isinstance(value, str):
        return trial.resolve(value)
    content = trial.resolve({**(body or {}), **value})
    return trial.service.save("POST", trial.resolve(path), content)["id"]


def _ids(trial: Trial, path: str, query: Object, rows: str) -> list[Any]:
    response = trial.service.send("GET", trial.resolve(path), params=query)
    assert response.status_code == 200, response.text
    return [row["id"] for row in trial.service.rows(response, rows)]


def pages(
    trial: Trial, name: str, *, path: str, query: Object, start: int, stop: int, scope: Object, rows: str = "",
    typed: str = "string",
) -> None:  # fmt: skip
    """List a part of the rows, which is another part without the parameter."""
    query, scope = trial.resolve([query, scope])
    all_ids = _ids(trial, path, scope, rows)
    part = _ids(trial, path, {**scope, **query}, rows)
    without = {key: value for key, value in query.items() if key != name}
    assert part == all_ids[start:stop], (part, all_ids)
    assert without != query, f"the query does not contain {name}"
    assert _ids(trial, path, {**scope, **without}, rows) != part, "nothing changes without it"
    if typed == "integer":
        rejected = trial.service.send("GET", trial.resolve(path), params={**query, name: "abc"})
        assert rejected.status_code == trial.service.rejection, rejected.text


def sorts(
    trial: Trial, name: str, *, path: str, query: Object, by: str, scope: Object, rows: str = "",
    descending: bool = False,
) -> None:  # fmt: skip
    """List rows sorted by a field; without the parameter, their order is another."""
    query, scope = trial.resolve([query, scope])

    def values(parameters: Object) -> list[Any]:
        response = trial.service.send("GET", trial.resolve(path), params={**scope, **parameters})
        assert response.status_code == 200, response.text
        return [_sortable(at(row, by)) for row in trial.service.rows(response, rows)]

    ordered = values(query)
    assert len(set(ordered)) > 1, "the rows do not differ"
    assert ordered == sorted(ordered, reverse=descending), ordered
    without = {key: value for key, value in query.items() if key != name}
    assert without != query, f"the query does not contain {name}"
    assert values(without) != ordered, "the order does not change"


def _sortable(value: Any) -> Any:
    """Return an amount as a number, and text regardless of case."""
    try:
        return float(value)
    except ValueError:
        return value.lower()


def adds(
    trial: Trial, name: str, *, path: str, field: str, query: Object, absent: bool = False, rows: str = "",
    scope: Object | None = None,
) -> None:  # fmt: skip
    """Request a row or record with a switch: it has a field that it lacks without, or conversely."""
    path, query, scope = trial.resolve([path, query, scope or {}])

    def has_field(parameters: Object) -> bool:
        response = trial.service.send("GET", path, params=parameters)
        assert response.status_code == 200, response.text
        body = trial.service.rows(response, rows)[0] if rows else trial.service.record(response)
        try:
            return at(body, field) not in (None, [])
        except AssertionError:
            return False

    without = {key: value for key, value in query.items() if key != name}
    assert without != query, f"the query does not contain {name}"
    assert has_field({**scope, **query}) is not absent
    assert has_field({**scope, **without}) is absent


def body_field(
    trial: Trial, name: str, *, path: str, body: Object, value: Json, read: str = "", shown: str = "",
    shows: Json = None, method: str = "POST", typed: str = "string", required: bool = False,
    inside: str = "", wrong: Json = None, enum: bool = False, named: str = "",
) -> None:  # fmt: skip
    """Send a body with a field: it is stored and shown, has the type, and may be required.

    ``inside`` is the place of the object with the field, for example ``items.0``. ``named`` is what
    a rejection names if the field is missing and is not named itself.
    """
    path, body, value, shows = trial.resolve([path, body, value, shows])
    record = trial.service.save(method, path, _with(body, inside, name, value))
    if shown:
        if read:
            trial.values["saved"] = record["id"]
            response = trial.service.send("GET", trial.resolve(read))
            assert response.status_code == 200, response.text
            record = trial.service.record(response)
        assert at(record, shown) == (value if shows is None else shows), shown
    field = f"{inside}.{name}" if inside else name
    sent = NOT_OF_TYPE[typed] if wrong is None else wrong
    _rejected(trial, method, path, _with(body, inside, name, sent), field)
    if enum:
        _rejected(trial, method, path, _with(body, inside, name, "neither"), field)
    if required:
        _rejected(trial, method, path, _without(body, inside, name), named or field)
    else:
        trial.service.save(method, path, _without(body, inside, name))


def _rejected(trial: Trial, method: str, path: str, body: Object, field: str) -> None:
    response: requests.Response = trial.service.send(method, path, json=body)
    assert response.status_code == trial.service.rejection, f"{body}: {response.text}"
    assert trial.service.names(response, field), f"{field}: {response.text}"


def _with(body: Object, inside: str, name: str, value: Any) -> Object:
    changed = _copy(body)
    at(changed, inside)[name] = value
    return changed


def _without(body: Object, inside: str, name: str) -> Object:
    changed = _copy(body)
    at(changed, inside).pop(name, None)
    return changed


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


CHECKS: dict[str, Callable[..., None]] = {
    check.__name__: check for check in (request, anonymous, filters, pages, sorts, adds, body_field)
}
