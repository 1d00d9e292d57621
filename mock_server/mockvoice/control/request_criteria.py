"""Criteria for requests in calls of the control API."""

from collections.abc import Mapping
from typing import Any

from mockvoice.control.errors import InvalidCriteria
from mockvoice.sandboxes.request_match import ABSENT, RequestMatch

MAX_VALUES = 500  # of the body and the query together, so that a comparison is quick


def parse_match(criteria: Mapping[str, Any]) -> RequestMatch:
    """Return the criteria of a call. Raises ``InvalidCriteria``."""
    match = RequestMatch(
        criteria.get("method"),
        criteria.get("path"),
        criteria.get("query", {}),
        criteria.get("headers", {}),
        criteria.get("body", ABSENT),
    )
    if match == RequestMatch():
        raise InvalidCriteria(
            "match must have at least one of method, path, query, headers and body"
        )
    if _count([*match.query.values(), match.body]) > MAX_VALUES:
        raise InvalidCriteria(f"query and body must have at most {MAX_VALUES} values")
    return match


def _count(value: Any) -> int:
    members = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, Mapping | list):
        return 1
    return 1 + sum(map(_count, members))
