"""Criteria for requests in calls of the control API."""

from collections.abc import Mapping
from typing import Any

from mockvoice.control.errors import InvalidCriteria
from mockvoice.sandboxes.request_match import ABSENT, ANY_REQUEST, RequestMatch
from mockvoice.web.bodies import load_json
from mockvoice.web.errors import MalformedBody
from mockvoice.web.parameters import parse_query

MAX_VALUES = 500  # of the body and the query together, so that a comparison is quick


def parse_match(criteria: Mapping[str, Any]) -> RequestMatch:
    """Return the criteria of a fault, at least one. Raises ``InvalidCriteria``."""
    match = parse_criteria(criteria)
    if match == ANY_REQUEST:
        raise InvalidCriteria(
            "match must have at least one of method, path, query, headers and body"
        )
    return match


def parse_criteria(criteria: Mapping[str, Any]) -> RequestMatch:
    """Return the criteria in the members of a call. Raises ``InvalidCriteria``."""
    method: str | None = criteria.get("method")
    match = RequestMatch(
        method and method.upper(),
        criteria.get("path"),
        criteria.get("query", {}),
        criteria.get("headers", {}),
        criteria.get("body", ABSENT),
    )
    if match.values > MAX_VALUES:
        raise InvalidCriteria(f"query and body must have at most {MAX_VALUES} values")
    return match


def parse_texts(
    method: str | None, path: str | None, query: str | None, header: str | None, body: str | None
) -> RequestMatch:
    """Return the criteria in the query of a call, where all are texts. Raises ``InvalidCriteria``."""
    criteria: dict[str, Any] = {"method": method, "path": path}
    if query is not None:
        values: dict[str, list[str]] = {}
        for name, value in parse_query(query.encode()):
            values.setdefault(name, []).append(value)
        criteria["query"] = values
    if header is not None:
        name, _, value = header.partition(":")
        criteria["headers"] = {name.strip(): value.strip()}
    if body is not None:
        try:
            criteria["body"] = load_json(body.encode())
        except MalformedBody as error:
            raise InvalidCriteria(f"body must be JSON, not {body[:100]!r}: {error}") from error
    return parse_criteria(criteria)
