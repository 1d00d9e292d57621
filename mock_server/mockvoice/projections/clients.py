"""The projection for generators of clients: one way to send each value.

The contract describes all that a vendor accepts: numbers as text, several media types, other
spellings of a name. Generators turn this into unions and duplicate names, and some fail. A client
needs only the canonical form, which the contract marks:

* of ``anyOf`` in a request, the first alternative is canonical, and null is allowed if any
  alternative allows it;
* ``x-alias-of`` marks operations, parameters and properties that are other names,
  ``x-aliases`` the values of ``enum`` that are other spellings;
* ``x-tolerance`` marks examples of what is accepted beyond the canonical form.

Servers whose URL has variables are left out, because a client is configured with its URL.
"""

from collections.abc import Mapping
from typing import Any

from mockvoice.projections.schemas import (
    SCHEMA_PREFIX,
    Direction,
    Schema,
    convert_parts,
    convert_schemas,
    convert_subschemas,
    directions,
    references,
    without_schemas,
)

_METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
_JSON = "application/json"
_EXAMPLE_PREFIX = "#/components/examples/"
# Both a schema and a part of its ``allOf`` may have these; the schema's own text says more.
_MERGEABLE = {"description", "nullable", "required", "title", "x-evidence", "x-rule"}
_PLAIN_TYPES = ("boolean", "integer", "number", "string")


def for_clients(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract with canonical types and JSON bodies, without links and aliases."""
    schemas = _CanonicalSchemas(contract)
    pruned = _without_tolerant_examples(_prune(without_schemas(contract)))
    result: dict[str, Any] = convert_schemas(pruned, schemas.convert)
    result["components"]["schemas"] = schemas.components()
    if "servers" in result:
        result["servers"] = [each for each in result["servers"] if "variables" not in each]
    return _without_unused_components(result)


def anchored(pattern: str) -> str:
    """Return a pattern that describes the whole text.

    Some clients match a pattern only at the start of a text, as ``re.match`` does in Python.
    """
    if pattern.startswith("^") and pattern.endswith("$"):
        return pattern
    if "|" in pattern:
        pattern = f"(?:{pattern})"
    start = "" if pattern.startswith("^") else r"^[\s\S]*"
    end = "" if pattern.endswith("$") else r"[\s\S]*$"
    return f"{start}{pattern}{end}"


def _prune(node: Any) -> Any:
    """Return a part of a contract without links, aliases, and media types beside JSON."""
    if isinstance(node, list):
        return [_prune(item) for item in node if not _is_alias(item)]
    if not isinstance(node, Mapping):
        return node
    kept = {
        key: {_JSON: value[_JSON]} if key == "content" and _JSON in value else value
        for key, value in node.items()
        if key != "links" and not (key in _METHODS and _is_alias(value))
    }
    if "paths" in kept:
        kept["paths"] = {path: item for path, item in kept["paths"].items() if _has_operation(item)}
    return convert_parts(kept, lambda key, part: part if key == "schema" else _prune(part))


def _without_tolerant_examples(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract without the examples of values that a client does not need to send."""
    shared = contract.get("components", {}).get("examples", {})
    tolerant = {
        f"{_EXAMPLE_PREFIX}{name}" for name, example in shared.items() if "x-tolerance" in example
    }

    def without_examples(node: Any) -> Any:
        if isinstance(node, list):
            return [without_examples(item) for item in node]
        if not isinstance(node, Mapping):
            return node
        result = convert_parts(node, lambda _, part: without_examples(part))
        if isinstance(examples := result.get("examples"), Mapping):
            result["examples"] = {
                name: example
                for name, example in examples.items()
                if "x-tolerance" not in example and example.get("$ref") not in tolerant
            }
        return result

    result: dict[str, Any] = without_examples(contract)
    return result


def _is_alias(node: Any) -> bool:
    return isinstance(node, Mapping) and "x-alias-of" in node


def _has_operation(path_item: Mapping[str, Any]) -> bool:
    return any(key in _METHODS and not _is_alias(part) for key, part in path_item.items())


class _CanonicalSchemas:
    """Converts the schemas of one contract. Those that responses use keep their alternatives."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Schema] = contract.get("components", {}).get("schemas", {})
        self._directions = directions(contract)
        self._converted: dict[str, dict[str, Any]] = {}

    def components(self) -> dict[str, Any]:
        """Return all schemas, converted, by name."""
        return {name: self._component(name) for name in self._schemas}

    def convert(self, schema: Schema, direction: Direction) -> dict[str, Any]:
        """Convert a schema that describes data of this direction."""
        if direction is Direction.REQUEST:
            schema = self._canonical(schema)
        if "$ref" in schema:
            component = self._component(schema["$ref"].removeprefix(SCHEMA_PREFIX))
            return component if _is_plain(component) else dict(schema)
        result = convert_subschemas(schema, lambda part: self.convert(part, direction))
        if "pattern" in result:
            result["pattern"] = anchored(result["pattern"])
        return _flattened(result)

    def _component(self, name: str) -> dict[str, Any]:
        if name not in self._converted:
            self._converted[name] = {}  # a placeholder, because a schema may refer to itself
            used = self._directions.get(name, Direction.RESPONSE)
            direction = used if used is Direction.REQUEST else Direction.RESPONSE
            self._converted[name] = self.convert(self._schemas[name], direction)
        return self._converted[name]

    def _canonical(self, schema: Schema) -> Schema:
        """Return the canonical alternative of a schema, without what a client must not send."""
        result = dict(schema)
        if aliases := result.pop("x-aliases", None):
            result["enum"] = [value for value in result["enum"] if value not in aliases]
        if "properties" in result:
            result["properties"] = {
                name: property_
                for name, property_ in result["properties"].items()
                if not _is_alias(property_) and "not" not in self._resolve(property_)
            }
        if alternatives := result.pop("anyOf", None):
            if any(self._allows_null(each) for each in alternatives):
                result["nullable"] = True
            result["allOf"] = [*result.get("allOf", ()), alternatives[0]]
        return result

    def _resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(SCHEMA_PREFIX)]
        return schema

    def _allows_null(self, schema: Schema) -> bool:
        resolved = self._resolve(schema)
        return bool(resolved.get("nullable")) or any(
            self._allows_null(each) for each in resolved.get("anyOf", ())
        )


def _is_plain(schema: Schema) -> bool:
    """Whether a schema describes a value that needs no type of its own in a client."""
    return schema.get("type") in _PLAIN_TYPES and "enum" not in schema


def _flattened(schema: dict[str, Any]) -> dict[str, Any]:
    """Merge into a schema the parts of ``allOf``, except references and what would conflict."""
    parts = schema.pop("allOf", [])
    kept = []
    for part in parts:
        if "$ref" in part or (part.keys() & schema.keys()) - _MERGEABLE:
            kept.append(part)
            continue
        required = dict.fromkeys([*schema.get("required", ()), *part.get("required", ())])
        schema = {**part, **schema}
        if required:
            schema["required"] = list(required)
    if not schema and len(kept) == 1:
        return dict(kept[0])
    return {**schema, "allOf": kept} if kept else schema


def _without_unused_components(contract: dict[str, Any]) -> dict[str, Any]:
    """Return a contract without the components that no operation uses."""
    components = contract.pop("components")
    used: set[str] = set()
    pending = references(contract)
    while pending:
        reference = pending.pop()
        if reference not in used:
            used.add(reference)
            _, _, kind, name = reference.split("/")
            pending += references(components[kind][name])
    contract["components"] = {
        kind: {
            name: entry
            for name, entry in entries.items()
            if kind == "securitySchemes" or f"#/components/{kind}/{name}" in used
        }
        for kind, entries in components.items()
    }
    return contract
