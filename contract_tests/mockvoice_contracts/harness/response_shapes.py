"""Shapes of response bodies, without values that differ from run to run, to compare two servers.

A shape is JSON data. A leaf is a word such as ``date``, or several joined by `` | ``. An object has
the shapes of its properties. A list has one shape for all its rows, or none if it is empty.
"""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from mockvoice_contracts.harness.contract import Contract, Operation

Shape = str | dict[str, Any] | list[Any]

ABSENT, NULL = "absent", "null"
_SEPARATOR = " | "
_MAX_DEPTH = 8
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DECIMAL = re.compile(r"-?[0-9]+\.([0-9]+)")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class EnumValues:
    """The enum values that a contract lists for the properties of an operation's responses."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._values: dict[str, set[Any]] = {}
        for response in operation.responses.values():
            for media in response.get("content", {}).values():
                for path, values in _declared_enums(
                    contract, media.get("schema", {}), "", _MAX_DEPTH
                ):
                    self._values.setdefault(path, set()).update(values)

    def has(self, path: str, value: str) -> bool:
        """Return whether a text is an enum value of the property at a path."""
        return value in self._values.get(path, ())


def shape_of(body: Any, enum_values: EnumValues | None, path: str = "") -> Shape:
    """Return the shape of JSON data; with ``enum_values``, enum values and booleans are kept."""
    if isinstance(body, Mapping):
        return {name: shape_of(item, enum_values, f"{path}.{name}") for name, item in body.items()}
    if isinstance(body, list):
        rows = [shape_of(item, enum_values, f"{path}[]") for item in body]
        return [reduce(merge, rows)] if rows else []
    if body is None:
        return NULL
    if isinstance(body, bool):
        return f"boolean {str(body).lower()}" if enum_values else "boolean"
    if isinstance(body, str):
        return (
            f"text {body!r}" if enum_values and enum_values.has(path, body) else _text_shape(body)
        )
    return "number"


def merge(one: Shape, other: Shape) -> Shape:
    """Merge the shapes of two rows of a list."""
    if one == other or other == NULL:
        return one
    if one == NULL:
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        names = {**one, **other}
        return {name: merge(one.get(name, NULL), other.get(name, NULL)) for name in names}
    if isinstance(one, list) and isinstance(other, list):
        rows = [*one, *other]
        return [reduce(merge, rows)] if rows else []
    return _SEPARATOR.join(sorted({*kinds(one), *kinds(other)}))


def kinds(shape: Shape) -> list[str]:
    """Return the words of a leaf; for other shapes ``object`` or ``list``."""
    if isinstance(shape, str):
        return shape.split(_SEPARATOR)
    return ["object" if isinstance(shape, dict) else "list"]


def _text_shape(text: str) -> str:
    if _DATE.fullmatch(text):
        return "date"
    if _TIME.fullmatch(text):
        # Some servers drop trailing zeros, so the number of fractional digits is ignored.
        plain = re.sub(r"[0-9]", "0", text[:40])
        return f"time {re.sub(r'[.]0+', '.0', plain)}"
    if match := _DECIMAL.fullmatch(text):
        return f"decimal text with {len(match[1])} places"
    if _UUID.fullmatch(text):
        return "uuid"
    return "address" if text.startswith(("http://", "https://")) else "text"


def _declared_enums(
    contract: Contract, schema: Any, path: str, depth: int
) -> Iterator[tuple[str, list[Any]]]:
    schema = contract.resolve(schema)
    if not depth:
        return
    if "enum" in schema:
        yield path, [value for value in schema["enum"] if isinstance(value, str)]
    for name, child in schema.get("properties", {}).items():
        yield from _declared_enums(contract, child, f"{path}.{name}", depth - 1)
    if isinstance(schema.get("items"), Mapping):
        yield from _declared_enums(contract, schema["items"], f"{path}[]", depth - 1)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _declared_enums(contract, part, path, depth - 1)
