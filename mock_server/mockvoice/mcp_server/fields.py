"""The fields of a schema as flat lines, such as ``lines[].qty_order: number, required``."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvoice.mcp_server.texts import one_line

Schema = Mapping[str, Any]
Resolve = Callable[[Any], Any]

_MAX_DEPTH = 8
_MAX_ENUM = 12
_MAX_PATTERN = 60
_MAX_BOUND = 2**31 - 1  # further bounds are those of a data type
# "0" of "items.0.rate", "[0]" of "[0].client_id".
_INDEX = re.compile(r"(?:^|\.)\d+(?=\.|$)|\[\d*\]")


@dataclass(frozen=True, eq=False)
class Field:
    """A value of a body, or a parameter."""

    path: str  # "lines[].qty_order"
    schema: Schema
    required: bool = False
    place: str = ""  # of a parameter: "path", "query", "header"

    def line(self, limit: int = 160) -> str:
        """Return its name, its type and the beginning of its description."""
        facts = [type_text(self.schema), *([self.place] if self.place else [])]
        text = f"{self.path or 'the body'}: {', '.join(facts)}{', required' * self.required}"
        description = one_line(self.schema.get("description"), limit)
        return f"{text} — {description}" if description else text


def normalized(path: str) -> str:
    """Return the path of a field without the numbers of list items."""
    return _INDEX.sub("[]", path).removeprefix(".")


def fields(
    resolve: Resolve, schema: Schema, path: str = "", *, required: bool = False
) -> Iterator[Field]:
    """Iterate over a value and all that it contains, the containers first."""
    yield from _fields(resolve, schema, path, required, ())


def _fields(
    resolve: Resolve, schema: Schema, path: str, required: bool, above: Sequence[str]
) -> Iterator[Field]:
    reference = schema.get("$ref", "")
    if len(above) > _MAX_DEPTH or (reference and reference in above):
        return
    above = [*above, reference]
    merged = merge(resolve, schema)
    if path:
        yield Field(path, merged, required)
    needed = merged.get("required", ())
    for name, member in merged.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield from _fields(resolve, member, below, name in needed, above)
    if "items" in merged:
        for field in _fields(resolve, merged["items"], f"{path}[]", False, above):
            # The list itself says of what simple type its items are.
            if field.path != f"{path}[]":
                yield field
    if isinstance(merged.get("additionalProperties"), Mapping):
        yield from _fields(resolve, merged["additionalProperties"], f"{path}.*", False, above)


def merge(resolve: Resolve, schema: Schema) -> dict[str, Any]:
    """Return a schema with the members of its parts: of ``allOf``, and of all alternatives."""
    merged: dict[str, Any] = {**resolve(schema)}
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = [merge(resolve, part) for part in merged.get(keyword, ())]
        for part in parts:
            both = {**part.get("properties", {}), **merged.get("properties", {})}
            needed = part.get("required", ()) if keyword == "allOf" else ()
            merged = {
                **part, **merged,
                **({"properties": both} if both else {}),
                "required": [*merged.get("required", ()), *needed],
            }  # fmt: skip
        if keyword != "allOf" and len(parts) > 1:
            merged["alternatives"] = list(dict.fromkeys(type_text(part) for part in parts))
    merged["items_text"] = type_text(merge(resolve, merged["items"])) if "items" in merged else ""
    return merged


def type_text(schema: Schema) -> str:
    """Return the type of a merged schema in words, with its bounds."""
    if "enum" in schema:
        values = [str(value) for value in schema["enum"]]
        more = ", …" * (len(values) > _MAX_ENUM)
        return f"one of {', '.join(values[:_MAX_ENUM])}{more}" + _or_null(schema)
    if len(schema.get("alternatives", ())) > 1:
        return " or ".join(schema["alternatives"]) + _or_null(schema)
    kind = schema.get("type", "any value")
    if kind == "array":
        kind = f"list of {schema.get('items_text') or 'any value'}"
    return " ".join(filter(None, [kind, _bounds(schema)])) + _or_null(schema)


def _or_null(schema: Schema) -> str:
    return " or null" if schema.get("nullable") else ""


def _bounds(schema: Schema) -> str:
    facts = [f"({schema['format']})"] if "format" in schema else []
    for keyword, text in (
        ("minimum", "from {}"), ("maximum", "to {}"), ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"), ("minItems", "at least {} items"),
        ("maxItems", "at most {} items"), ("pattern", "pattern {}"), ("default", "default {}"),
    ):  # fmt: skip
        if _is_useful(value := schema.get(keyword)):
            facts.append(text.format(value))
    return " ".join(facts)


def _is_useful(bound: Any) -> bool:
    """Return whether a bound is there, and is neither that of a data type nor a long pattern."""
    if isinstance(bound, int | float):
        return abs(bound) < _MAX_BOUND
    return bound is not None and len(str(bound)) <= _MAX_PATTERN
