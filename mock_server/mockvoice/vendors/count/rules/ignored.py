"""What a body says that is not used, and the warnings that tell so.

Which properties there are is read from the contract, so that it is said in one place.
"""

import functools
from collections.abc import Mapping
from typing import Any

from mockvoice.web import contract

Warning_ = dict[str, str]

_EMPTY = {
    "field": "",
    "reason": "unknown_field",
    "message": "The body is empty; nothing was changed.",
}


def ignored(schema: str, body: Mapping[str, Any]) -> list[Warning_]:
    """A warning for each property that the schema does not have, or that COUNT manages itself.

    Documented: the two reasons. Assumed: the wording.
    """
    properties = _properties(schema)
    return [
        _warning(name, properties.get(name, "unknown_field"))
        for name in body
        if properties.get(name) != "taken"
    ]


def empty(body: Mapping[str, Any]) -> list[Warning_]:
    """The warning about an empty body. Assumed: its form."""
    return [] if body else [_EMPTY]


def takes_anything(schema: str, body: Mapping[str, Any]) -> bool:
    """Whether the body has anything that is used."""
    properties = _properties(schema)
    return any(properties.get(name) == "taken" for name in body)


def _warning(name: str, reason: str) -> Warning_:
    if reason == "internal_only":
        return {
            "field": name,
            "reason": reason,
            "message": f"{name} is managed by COUNT and was ignored.",
        }
    return {
        "field": name,
        "reason": reason,
        "message": f"{name} is not known here and was ignored.",
    }


@functools.cache
def _properties(schema: str) -> dict[str, str]:
    """What becomes of each property of a schema: ``taken``, or the reason why it is not."""
    properties = contract.load("count")["components"]["schemas"][schema]["properties"]
    return {
        name: _fate(each.get("$ref", "").rpartition("/")[2]) for name, each in properties.items()
    }


def _fate(reference: str) -> str:
    if reference == "ManagedProperty":
        return "internal_only"
    return "unknown_field" if reference.startswith("LegacyNumeric") else "taken"
