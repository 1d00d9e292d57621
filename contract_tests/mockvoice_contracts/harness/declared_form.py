"""Response bodies in one form, for servers that may add properties and spell values differently.

A contract is open: a real service may add properties, write 10 as 10.0, and an instant with another
offset or precision. Scenarios compare bodies in the form of this module, so that none of these is a
difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Schema = Mapping[str, Any]
_LIST_KEYWORDS = ("allOf", "anyOf", "oneOf")


def declared_form(document: Schema, schema: Schema, body: Any) -> Any:
    """Return a body with the declared properties only, and with one spelling of equal values.

    Whole numbers become ``int`` where the schema has integers, and instants have six decimals and
    the offset ``Z`` where the schema has no pattern for them.
    """
    return _form(document, [schema], body)


def _form(document: Schema, schemas: Sequence[Schema], value: Any) -> Any:
    nodes = [node for schema in schemas for node in _nodes(document, schema)]
    if isinstance(value, dict):
        return _object_form(document, nodes, value)
    if isinstance(value, list):
        items = [node["items"] for node in nodes if "items" in node]
        return [_form(document, items, item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if _is_whole_number(nodes, value) else value
    if isinstance(value, str) and any(_is_free_instant(node) for node in nodes):
        return _instant_form(value)
    return value


def _nodes(document: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield a schema and all schemas that it is composed of."""
    while "$ref" in schema:
        target: Any = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        schema = target
    yield schema
    for keyword in _LIST_KEYWORDS:
        for part in schema.get(keyword, ()):
            yield from _nodes(document, part)


def _object_form(
    document: Schema, nodes: Sequence[Schema], value: Mapping[str, Any]
) -> dict[str, Any]:
    additional = [
        rest for node in nodes if (rest := node.get("additionalProperties")) not in (None, False)
    ]
    is_declared = any("properties" in node for node in nodes)
    form = {}
    for name, item in value.items():
        schemas = [node["properties"][name] for node in nodes if name in node.get("properties", {})]
        if not schemas and is_declared and not additional:
            continue
        others = [schema for schema in additional if isinstance(schema, Mapping)]
        form[name] = _form(document, schemas or others, item)
    return form


def _is_whole_number(nodes: Sequence[Schema], value: Decimal) -> bool:
    return value == value.to_integral_value() and any(
        node.get("type") == "integer" for node in nodes
    )


def _is_free_instant(node: Schema) -> bool:
    return node.get("format") == "date-time" and "pattern" not in node


def _instant_form(text: str) -> str:
    """Return an instant in UTC with six decimals; any other text stays as it is."""
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    if instant.tzinfo is None:
        return text
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
