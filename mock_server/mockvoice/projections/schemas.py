"""Find the schemas of a contract, and the schemas within a schema."""

from collections.abc import Callable, Iterator, Mapping
from enum import Flag
from typing import Any

Schema = Mapping[str, Any]

COMPOSITION = ("allOf", "anyOf", "oneOf")
SCHEMA_PREFIX = "#/components/schemas/"

# What these contain is data, so a key "schema" or "$ref" in it means nothing.
_DATA = {
    "default",
    "enum",
    "example",
    "examples",
    "links",
    "mapping",
    "required",
    "security",
    "value",
}
# The keys below these are names: a header may be called "x-request-id", a property "example".
_MAPS_BY_NAME = {
    "callbacks",
    "encoding",
    "headers",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
    "webhooks",
}


class Direction(Flag):
    """Who sends the data that a schema describes."""

    REQUEST = 1
    RESPONSE = 2


_DIRECTIONS = {
    "parameters": Direction.REQUEST,
    "requestBodies": Direction.REQUEST,
    "requestBody": Direction.REQUEST,
    "headers": Direction.RESPONSE,
    "responses": Direction.RESPONSE,
}


class UnsupportedReference(ValueError):
    """A contract refers to a part of a component, or of an operation."""


def component_of(reference: str) -> tuple[str, str]:
    """Return the kind and the name of a component, such as ``("schemas", "Invoice")``.

    Raises ``UnsupportedReference``.
    """
    match reference.split("/"):
        case ["#", "components", kind, name]:
            return kind, name
    raise UnsupportedReference(
        f"the contract refers to {reference}; only references to components can be projected, "
        "such as #/components/schemas/Invoice"
    )


def convert_parts(node: Mapping[str, Any], convert: Callable[[str, Any], Any]) -> dict[str, Any]:
    """Return a part of a contract with the parts directly below it converted.

    ``convert`` receives the keyword and the part, such as ``("headers", {"schema": …})`` for each
    header. Data, such as examples, and extensions stay.
    """
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key in _MAPS_BY_NAME and isinstance(value, Mapping):
            result[key] = {name: convert(key, part) for name, part in value.items()}
        elif key in _DATA or key.startswith("x-"):
            result[key] = value
        else:
            result[key] = convert(key, value)
    return result


def convert_schemas(
    node: Any,
    convert: Callable[[Schema, Direction], Any],
    direction: Direction = Direction.RESPONSE,
    *,
    in_callback: bool = False,
) -> Any:
    """Return a part of a contract with every schema converted, except those of ``components``.

    A callback or a webhook is sent by the server, so the body of its request counts as a response.
    """

    def convert_part(key: str, part: Any) -> Any:
        if key == "schema":
            return convert(part, direction)
        inside = in_callback or key in ("callbacks", "webhooks")
        below = direction if inside else _DIRECTIONS.get(key, direction)
        return convert_schemas(part, convert, below, in_callback=inside)

    if isinstance(node, list):
        return [convert_schemas(item, convert, direction, in_callback=in_callback) for item in node]
    return convert_parts(node, convert_part) if isinstance(node, Mapping) else node


def convert_subschemas(schema: Schema, convert: Callable[[str, Schema], Any]) -> dict[str, Any]:
    """Return a schema with the schemas directly below it converted.

    ``convert`` receives the keyword and the schema, such as ``("items", {"type": "integer"})``.
    """
    result = dict(schema)
    for key in ("items", "not"):
        if key in result:
            result[key] = convert(key, result[key])
    for key in COMPOSITION:
        if key in result:
            result[key] = [convert(key, part) for part in result[key]]
    if isinstance(additional := result.get("additionalProperties"), Mapping):
        result["additionalProperties"] = convert("additionalProperties", additional)
    if "properties" in result:
        result["properties"] = {
            name: convert("properties", property_)
            for name, property_ in result["properties"].items()
        }
    return result


def references(node: Any) -> list[str]:
    """Return the references of a part of a contract, such as ``#/components/schemas/Invoice``."""
    return list(_references(node))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    if not isinstance(node, Mapping):
        return
    if isinstance(reference := node.get("$ref"), str):
        yield reference
    if isinstance(examples := node.get("examples"), Mapping):
        yield from (each["$ref"] for each in examples.values() if "$ref" in each)
    if isinstance(discriminator := node.get("discriminator"), Mapping):
        yield from discriminator.get("mapping", {}).values()
    parts: list[Any] = []
    convert_parts(node, lambda _, part: parts.append(part))
    yield from _references(parts)


def directions(contract: Mapping[str, Any]) -> dict[str, Direction]:
    """Return in which directions each schema of ``components`` is used, by name."""
    schemas = contract.get("components", {}).get("schemas", {})
    result: dict[str, Direction] = {}

    def visit(schema: Schema, direction: Direction) -> None:
        for reference in references(schema):
            _, name = component_of(reference)
            known = result.get(name, Direction(0))
            if direction not in known:
                result[name] = known | direction
                visit(schemas[name], direction)

    convert_schemas(without_schemas(contract), visit)
    return result


def without_schemas(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract without the schemas of its components."""
    components = dict(contract.get("components", {}))
    components.pop("schemas", None)
    return {**contract, "components": components}
