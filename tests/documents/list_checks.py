"""Checks of the query parameters of lists and records."""

from typing import Any

from tests.documents.json_values import Json, Object, at
from tests.documents.service import CheckContext


def filters(
    context: CheckContext, name: str, *, path: str, query: Object, create: str = "", body: Object | None = None,
    match: Json = None, other: Json = None, scope: Object | None = None, rows: str = "", typed: str = "string",
) -> None:  # fmt: skip
    """Create a record that matches and another; with the parameter, only the first is listed."""
    own = [_created(context, create, body, value) for value in (match, other)]
    context.values["match"], context.values["other"] = own
    query, scope = context.resolve([query, scope or {}])
    without = {key: value for key, value in query.items() if key != name}
    assert without != query, f"the query does not contain {name}"
    unfiltered = _ids(context, path, {**scope, **without}, rows)
    filtered = _ids(context, path, {**scope, **query}, rows)
    for record_id in own:
        assert record_id is None or record_id in unfiltered, "not listed without the parameter"
    assert own[0] is None or own[0] in filtered, "the matching record is not listed"
    assert own[1] not in filtered, "the other record is listed"
    if typed == "integer":
        wrong = {**scope, **query, name: "abc"}
        rejected = context.service.send("GET", context.resolve(path), params=wrong)
        assert rejected.status_code == context.service.rejection, rejected.text


def _created(context: CheckContext, path: str, body: Object | None, value: Json) -> Any:
    """Return the id of a record that is created, or of an existing one that ``$name`` selects."""
    if value is None or isinstance(value, str):
        return context.resolve(value)
    content = context.resolve({**(body or {}), **value})
    return context.service.save("POST", context.resolve(path), content)["id"]


def _ids(context: CheckContext, path: str, query: Object, rows: str) -> list[Any]:
    response = context.service.send("GET", context.resolve(path), params=query)
    assert response.status_code == 200, response.text
    return [row["id"] for row in context.service.rows(response, rows)]


def pages(
    context: CheckContext, name: str, *, path: str, query: Object, start: int, stop: int, scope: Object, rows: str = "",
    typed: str = "string",
) -> None:  # fmt: skip
    """List a part of the rows, which is another part without the parameter."""
    query, scope = context.resolve([query, scope])
    all_ids = _ids(context, path, scope, rows)
    part = _ids(context, path, {**scope, **query}, rows)
    without = {key: value for key, value in query.items() if key != name}
    assert part == all_ids[start:stop], (part, all_ids)
    assert without != query, f"the query does not contain {name}"
    assert _ids(context, path, {**scope, **without}, rows) != part, "nothing changes without it"
    if typed == "integer":
        rejected = context.service.send("GET", context.resolve(path), params={**query, name: "abc"})
        assert rejected.status_code == context.service.rejection, rejected.text


def sorts(
    context: CheckContext, name: str, *, path: str, query: Object, by: str, scope: Object, rows: str = "",
    descending: bool = False,
) -> None:  # fmt: skip
    """List rows sorted by a field; without the parameter, their order is another."""
    query, scope = context.resolve([query, scope])

    def values(parameters: Object) -> list[Any]:
        response = context.service.send(
            "GET", context.resolve(path), params={**scope, **parameters}
        )
        assert response.status_code == 200, response.text
        return [_sortable(at(row, by)) for row in context.service.rows(response, rows)]

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
    context: CheckContext, name: str, *, path: str, field: str, query: Object, absent: bool = False, rows: str = "",
    scope: Object | None = None,
) -> None:  # fmt: skip
    """Request a row or record with a switch: it has a field that it lacks without, or conversely."""
    path, query, scope = context.resolve([path, query, scope or {}])

    def has_field(parameters: Object) -> bool:
        response = context.service.send("GET", path, params=parameters)
        assert response.status_code == 200, response.text
        body = context.service.rows(response, rows)[0] if rows else context.service.record(response)
        try:
            return at(body, field) not in (None, [])
        except AssertionError:
            return False

    without = {key: value for key, value in query.items() if key != name}
    assert without != query, f"the query does not contain {name}"
    assert has_field({**scope, **query}) is not absent
    assert has_field({**scope, **without}) is absent
