"""The check of a field of a request's body."""

from typing import Any

import requests

from tests.documents.json_values import Json, Object, at
from tests.documents.service import Trial

NOT_OF_TYPE = {
    "integer": "abc", "number": "abc", "numeric": "abc", "date": "someday", "array": "abc", "boolean": "maybe",
    "string": {"a": 1},
}  # fmt: skip


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
    assert at(body, inside).get(name) != value, "the body has this value already"
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
