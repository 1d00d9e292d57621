"""Conversions of a body's values to the contract's types, as Json.NET makes them.

Observed: text becomes a number or a boolean if it denotes one, and null if it is empty; a number
becomes a boolean; numbers and booleans become text.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import orjson

from mockvoice.web.bodies import as_whole_number

# Larger bodies must have the canonical forms, so that no request is slow.
MAX_CONVERTED_BYTES = 256 * 1024

Schema = Mapping[str, Any]

_FIRST_DAY = "0001-01-01"


# Observed: what .NET reads as a number in the invariant culture. Digits of other scripts are none.
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9][0-9,]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_MAX_DIGITS = 400


def _to_integer(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    return int(text) if len(text) <= _MAX_DIGITS and _INTEGER.fullmatch(text) else value


def _to_number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return value
    number = float(text.replace(",", ""))
    if math.isinf(number):
        return value
    return as_whole_number(number)


def _to_boolean(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False, "": None}.get(value.strip().lower(), value)
    return bool(value) if isinstance(value, int | float) else value


def _to_date(value: Any) -> Any:
    # Assumed: the first day of .NET's calendar, which its clients send for no date, is none.
    is_none = value == "" or (isinstance(value, str) and value.startswith(_FIRST_DAY))
    return None if is_none else value


def _to_string(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, int | float) else value


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _to_integer,
    "number": _to_number,
    "boolean": _to_boolean,
    "date": _to_date,
    "string": _to_string,
}


class Conversion:
    """The conversions of one schema's values, compiled."""

    __slots__ = ("_convert", "_items", "_members", "_names")

    def __init__(self) -> None:
        self._convert: Callable[[Any], Any] | None = None
        self._members: dict[str, Conversion] = {}
        self._names: dict[str, str] = {}  # names of members by their lower-case form
        self._items: Conversion | None = None

    @classmethod
    def of(cls, schema: Schema, components: Mapping[str, Any]) -> Self:
        """Compile a schema. Members that differ from a property's name in case only are renamed."""
        return cls._compile(schema, components, {})

    @classmethod
    def _compile(cls, schema: Schema, components: Mapping[str, Any], seen: dict[str, Self]) -> Self:
        reference: str = schema.get("$ref", "")
        if reference in seen:
            return seen[reference]
        conversion = cls()
        if reference:
            seen[reference] = conversion
        for part in _flatten(schema, components):
            kind = "date" if part.get("x-rule") == "date" else part.get("type", "")
            conversion._convert = conversion._convert or _CONVERSIONS.get(kind)
            for name, member in part.get("properties", {}).items():
                conversion._members[name] = cls._compile(member, components, seen)
                conversion._names[name.lower()] = name
            if "items" in part:
                conversion._items = cls._compile(part["items"], components, seen)
        return conversion

    def apply(self, value: Any) -> Any:
        """Return the converted value; values that cannot be converted are unchanged."""
        if isinstance(value, dict) and self._members:
            converted = {}
            for name, item in value.items():
                key = self._name(name)
                member = self._members.get(key)
                converted[key] = item if member is None else member.apply(item)
            return converted
        if isinstance(value, list) and self._items is not None:
            return [self._items.apply(item) for item in value]
        return value if self._convert is None else self._convert(value)

    def _name(self, name: str) -> str:
        return name if name in self._members else self._names.get(name.lower(), name)


def _flatten(schema: Schema, components: Mapping[str, Any]) -> Iterator[Schema]:
    """Return a schema with the schemas that it refers to or consists of."""
    if "$ref" in schema:
        section, name = schema["$ref"].split("/")[-2:]
        yield from _flatten(components[section][name], components)
    yield schema
    # A schema with alternatives of several types takes its values as they are.
    for part in schema.get("allOf", ()):
        yield from _flatten(part, components)
