"""What is wrong with the effect of a fault, by the effects that the contract has."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from mockvoice.control.context import own_contract
from mockvoice.control.suggestions import suggestion
from mockvoice.web.errors import Violation
from mockvoice.web.fault_injection import EFFECT_FORMS
from mockvoice.web.request_validator import request_validator


def effect_problem(effect: Any, describe: Callable[[Violation], str]) -> str:
    """Return the end of a message about an invalid effect; ``describe`` describes one violation."""
    kind = effect.get("kind") if isinstance(effect, Mapping) else None
    if not isinstance(kind, str):
        return f"must be one of {', '.join(EFFECT_FORMS.values())}"
    if kind not in _schemas():
        return f"has the unknown kind {kind[:100]!r}{suggestion(kind, EFFECT_FORMS)}"
    return f"of the kind {kind} {_problem(kind, effect, describe)}; expected {EFFECT_FORMS[kind]}"


def _problem(kind: str, effect: Mapping[str, Any], describe: Callable[[Violation], str]) -> str:
    schema = _schemas()[kind]
    for name in effect:
        if name not in schema["properties"]:
            return f"has the unknown member {name[:100]!r}"
    for name in schema["required"]:
        if name not in effect:
            return f"needs {name}"
    return f"is invalid: {'; '.join(map(describe, _violations(kind, effect, ())))}"


def effect_violations(effect: Any) -> list[Violation]:
    """Return the violations of the members of an effect; none if its kind is unknown."""
    kind = effect.get("kind") if isinstance(effect, Mapping) else None
    if not isinstance(kind, str) or kind not in _schemas():
        return []
    return _violations(kind, effect, ("effect",))


def _violations(kind: str, effect: Mapping[str, Any], place: tuple[str, ...]) -> list[Violation]:
    components = own_contract().data["components"]
    return [
        violation
        for name, schema in _schemas()[kind]["properties"].items()
        if name in effect
        for violation in request_validator(schema, components, "body").violations(
            effect[name], (*place, name)
        )
    ]


@cache
def _schemas() -> Mapping[str, Any]:
    """Return the schemas of the effects by kind."""
    effect = own_contract().data["components"]["schemas"]["Effect"]
    return {
        kind: schema for schema in effect["oneOf"] for kind in schema["properties"]["kind"]["enum"]
    }
