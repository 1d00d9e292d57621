"""The check of a field of a request's body."""

from typing import Any

import requests

from tests.documents.json_values import Json, Object, at
from tests.documents.service import CheckContext

NOT_OF_TYPE = {
    "integer": "abc", "number": "abc", "numeric": "abc", "date": "someday", "array": "abc", "boolean": "maybe",
    "string": {"a": 1},
}  # fmt: skip


def body_field(
    context: CheckContext, name: str, *, path: str, body: Object, value: Json, read: str, shown: str = "",
    shows: Json = None, method: str = "POST", typed: str = "string", required: bool = False,
    inside: str = "", wrong: Json = None, enum: bool = False, named: str = "",
) -> None:  # fmt: skip
    """Send a body with a field: it is stored and shown, has the type, and may be required.

    ``inside`` is the place of the object with the field, for example ``items.0``; ``shown`` is the
    place of the value, in the response and in the record that ``read`` names. ``named`` is what a
    rejection names if the field is missing and is not named itself.
    """
    path, body, value, shows = context.resolve([path, body, value, shows])
    assert at(body, inside).get(name) != value, "the body has this value already"
    record = context.service.save(method, path, _with(body, inside, name, value))
    context.values["saved"] = record["id"]
    stored = context.service.send("GET", context.resolve(read))
    for saved in (record, context.service.record(stored)) if shown else ():
        assert at(saved, shown) == (value if shows is None else shows), shown
    field = f"{inside}.{name}" if inside else name
    sent = NOT_OF_TYPE[typed] if wrong is None else wrong
    _rejected(context, method, path, _with(body, inside, name, sent), field)
    if enum:
        _rejected(context, method, path, _with(body, inside, name, "neither"), field)
    if required:
        _rejected(context, method, path, _without(body, inside, name), named or field)
    else:
        context.service.save(method, path, _without(body, inside, name))


def _rejected(context: CheckContext, method: str, path: str, body: Object, field: str) -> None:
    response: requests.Response = context.service.send(method, path, json=body)
    assert response.status_code == context.service.rejection, f"{body}: {response.text}"
    assert context.service.names(response, field), f"{field}: {response.text}"


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
