"""Warnings about fields of a body that are ignored.

The known properties are read from the contract.
"""

import functools
from collections.abc import Mapping
from typing import Any

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.web import contract

FieldWarning = dict[str, str]

_EMPTY_BODY = {
    "field": "",
    "reason": "unknown_field",
    "message": "The body is empty; nothing was changed.",
}


def warnings_for(backend: CountBackend, schema: str, body: Mapping[str, Any]) -> list[FieldWarning]:
    """Return a warning for each property that is unknown or managed by COUNT.

    Documented: the two reasons. Assumed: the wording.
    """
    backend.budget.spend_scanned(len(body))
    properties = _properties(schema)
    return [
        _warning(name, properties.get(name, "unknown_field"))
        for name in body
        if properties.get(name) != "used"
    ]


def empty_body_warnings(body: Mapping[str, Any]) -> list[FieldWarning]:
    """Return the warning about an empty body, if it is empty. Assumed: its content."""
    return [] if body else [_EMPTY_BODY]


def changes_anything(schema: str, body: Mapping[str, Any]) -> bool:
    """Return whether the body has any property that is not ignored."""
    properties = _properties(schema)
    return any(properties.get(name) == "used" for name in body)


def _warning(name: str, reason: str) -> FieldWarning:
    if reason == "internal_only":
        return {
            "field": name,
            "reason": reason,
            "message": f"{name} is managed by COUNT and was ignored.",
        }
    return {
        "field": name,
        "reason": reason,
        "message": f"{name} is unknown and was ignored.",
    }


@functools.cache
def _properties(schema: str) -> dict[str, str]:
    """Map each property of a schema to ``used``, or to the reason why it is ignored."""
    properties = contract.load("count", "mockvoice.vendors.count").data["components"]["schemas"][
        schema
    ]["properties"]
    return {
        name: _use_or_reason(definition.get("$ref", "").rpartition("/")[2])
        for name, definition in properties.items()
    }


def _use_or_reason(reference: str) -> str:
    if reference == "ManagedProperty":
        return "internal_only"
    return "unknown_field" if reference.startswith("LegacyNumeric") else "used"
