"""Checks of the query parameters of lists and records."""

from typing import Any

from tests.documents.json_values import Json, Object, at
from tests.documents.service import Trial


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
