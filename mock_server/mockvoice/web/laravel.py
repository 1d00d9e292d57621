"""Habits that two vendors share because both are built on Laravel.

What happens to a body before it is checked, how a tolerant field is read, and how a refused
body is worded. Each vendor keeps its own envelope around it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mockvoice.kernel.money import decimal
from mockvoice.web.errors import Violation

Errors = dict[str, list[str]]

_NUMERIC = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def trimmed(value: Any) -> Any:
    """The body as validation sees it: text without blanks around it, empty text as null.

    Objects and lists are changed in place.
    """
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            # Numbers are most of a body, and need no call.
            if isinstance(each, str | dict | list):
                value[key] = trimmed(each)
    return value


def integer(value: int | str) -> int:
    """A whole number that may have come as text."""
    return int(value)


def number(value: Decimal | float | str) -> Decimal:
    """A number that may have come as text, exact."""
    return decimal(value)


def boolean(value: bool | int | str) -> bool:
    """True or false, which may have come as 1 and 0 or as their digits."""
    return value in (True, "1")


def day(value: str) -> date:
    """The calendar day at the front of a date or date-time."""
    return date.fromisoformat(value[:10])


def errors_of(violations: Iterable[Violation]) -> Errors:
    """Violations of a body by field, nested ones written with dots, each in Laravel's words."""
    errors: Errors = {}
    for violation in violations:
        field = ".".join(map(str, violation.field)) or "body"
        message = phrase(field, violation)
        messages = errors.setdefault(field, [])
        if message not in messages:
            messages.append(message)
    return errors


def selected_is_invalid(field: str) -> str:
    """What is said of a reference to a record that does not exist."""
    return f"The selected {spoken(field)} is invalid."


def required(field: str) -> str:
    """What is said of a field that must be there."""
    return f"The {spoken(field)} field is required."


def spoken(field: str) -> str:
    """A field's name in a sentence."""
    return field.replace("_", " ")


def phrase(field: str, violation: Violation) -> str:
    """One violation as a sentence."""
    name, value, limit = spoken(field), violation.value, violation.limit
    if violation.rule == "present":
        return f"The {name} field must be present."
    if violation.rule == "required" or (
        value is None and violation.rule not in ("in", "present|array")
    ):
        return "The body must be an object." if field == "body" else required(field)
    for rule in violation.rule.split("|"):
        word, _, argument = rule.partition(":")
        if word in _FAILS and _FAILS[word](value, argument):
            return _SENTENCES[word].format(name=name, limit=argument, low=argument.partition(",")[0],
                                           high=argument.partition(",")[2])  # fmt: skip
    match violation.rule:
        case "type":
            return f"The {name} field must be {_TYPES.get(_type(limit), 'valid')}."
        case "enum" | "in":
            return selected_is_invalid(field)
        case "maxLength":
            return f"The {name} field must not be greater than {limit} characters."
        case "maxItems":
            return f"The {name} field must not have more than {limit} items."
        case "minLength" | "pattern" if isinstance(value, str) and not value.strip():
            return required(field)
        case "format" if limit == "email":
            return f"The {name} field must be a valid email address."
        case "format" if limit == "date":
            return _SENTENCES["date"].format(name=name)
        case "minimum" | "exclusiveMinimum":
            return f"The {name} field must be at least {limit}."
        case "maximum" | "exclusiveMaximum":
            return f"The {name} field must not be greater than {limit}."
        case _:
            return f"The {name} field format is invalid."


def _type(limit: Any) -> str:
    kinds = [limit] if isinstance(limit, str) else [kind for kind in limit or () if kind != "null"]
    return str(kinds[0]) if kinds else ""


def _number_or_none(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return decimal(value) if _NUMERIC.fullmatch(str(value)) else None


def _is_integer(value: Any) -> bool:
    found = _number_or_none(value)
    return found is not None and "." not in str(value) and "e" not in str(value).lower()


def _exceeds(value: Any, low: str, high: str = "") -> bool:
    found = _number_or_none(value)
    return found is None or found < decimal(low) or (bool(high) and found > decimal(high))


# When a part of a compound rule has failed, in the order in which the parts stand.
_FAILS: Mapping[str, Callable[[Any, str], bool]] = {
    "integer": lambda value, _: not _is_integer(value),
    "numeric": lambda value, _: _number_or_none(value) is None,
    "gt": lambda value, low: (found := _number_or_none(value)) is None or found <= decimal(low),
    "min": lambda value, low: _exceeds(value, low),
    "between": lambda value, ends: _exceeds(value, *ends.split(",")),
    "date": lambda value, _: True,
    "array": lambda value, _: not isinstance(value, list),
    "string": lambda value, _: not isinstance(value, str),
    "boolean": lambda value, _: True,
    "email": lambda value, _: True,
}
_SENTENCES: Mapping[str, str] = {
    "integer": "The {name} field must be an integer.",
    "numeric": "The {name} field must be a number.",
    "gt": "The {name} field must be greater than {limit}.",
    "min": "The {name} field must be at least {limit}.",
    "between": "The {name} field must be between {low} and {high}.",
    "date": "The {name} field must be a valid date.",
    "array": "The {name} field must be an array.",
    "string": "The {name} field must be a string.",
    "boolean": "The {name} field must be true or false.",
    "email": "The {name} field must be a valid email address.",
}
_TYPES: Mapping[str, str] = {
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an array",  # to Laravel an object is an array with names
    "boolean": "true or false",
}
