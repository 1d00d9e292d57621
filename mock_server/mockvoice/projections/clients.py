"""The projection for generators of clients: one way to send each value.

The contract describes all that a vendor accepts: numbers as text, several media types, other
spellings of a name. Generators turn this into unions and duplicate names, and some fail. A client
needs only the canonical form, which the contract marks:

* of ``anyOf`` in a request, the first alternative is canonical, and null is allowed if any
  alternative allows it;
* ``x-alias-of`` marks operations, parameters and properties that are other names,
  ``x-aliases`` the values of ``enum`` that are other spellings;
* ``deprecated`` marks properties that a client no longer sends;
* ``x-tolerance`` marks examples of what is accepted beyond the canonical form.

Request bodies stand in their operations, because some generators send those of components without
a ``Content-Type``. Servers whose URL has variables are left out, because a client is configured
with its URL.
"""

from collections.abc import Mapping
from typing import Any

from mockvoice.projections.schemas import (
    Direction,
    Schema,
    component_of,
    convert_parts,
    convert_schemas,
    convert_subschemas,
    directions,
    references,
    without_schemas,
)
from mockvoice.web.document import METHODS

_JSON = "application/json"

# Both a schema and a part of its ``allOf`` may have these; the schema's own text says more.
_MERGEABLE = {"description", "nullable", "required", "title", "type", "x-evidence", "x-rule"}
_ANY_TEXT = r"[\s\S]*"
_PLAIN_TYPES = ("boolean", "integer", "number", "string")


def for_clients(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return a contract with canonical types and JSON bodies, without links and aliases.

    Raises ``UnsupportedReference`` if it refers to anything but its components.
    """
    schemas = _CanonicalSchemas(contract)
    pruned = _Pruning(contract).prune(without_schemas(contract))
    result: dict[str, Any] = convert_schemas(pruned, schemas.convert)
    result["components"]["schemas"] = schemas.components()
    if "servers" in result:
        result["servers"] = [each for each in result["servers"] if "variables" not in each]
    return _without_unused_components(result)


def anchored(pattern: str) -> str:
    """Return a pattern that describes the whole text.

    Some clients match a pattern only at the start of a text, as ``re.match`` does in Python.
    """
    if _has_alternatives(pattern):
        return f"^{_ANY_TEXT}(?:{pattern}){_ANY_TEXT}$"
    before = "" if pattern.startswith("^") else f"^{_ANY_TEXT}"
    # A dollar sign after an odd number of backslashes is a character of the text.
    backslashes = len(pattern[:-1]) - len(pattern[:-1].rstrip("\\"))
    after = "" if pattern.endswith("$") and backslashes % 2 == 0 else f"{_ANY_TEXT}$"
    return f"{before}{pattern}{after}"


def _has_alternatives(pattern: str) -> bool:
    """Whether a pattern has alternatives outside of groups and sets."""
    depth, in_set, escaped = 0, False, False
    for character in pattern:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_set:
            in_set = character != "]"
        elif character == "[":
            in_set = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            return True
    return False


class _Pruning:
    """Drops from a contract what a client does not need, except within schemas."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._components: Mapping[str, Any] = contract.get("components", {})

    def prune(self, node: Any) -> Any:
        """Return a part of the contract without links, aliases, and media types beside JSON."""
        if isinstance(node, list):
            return [self.prune(item) for item in node if not self._has_mark(item, "x-alias-of")]
        if not isinstance(node, Mapping):
            return node
        result = {}
        for key, value in node.items():
            if key == "links" or (key in METHODS and self._has_mark(value, "x-alias-of")):
                continue
            if key == "requestBody":
                value = self._resolved(value)
            elif key == "content" and _JSON in value:
                value = {_JSON: value[_JSON]}
            elif key == "paths":
                value = {path: item for path, item in value.items() if self._has_operation(item)}
            elif key == "examples" and isinstance(value, Mapping):
                value = {
                    name: example
                    for name, example in value.items()
                    if not self._has_mark(example, "x-tolerance")
                }
            result[key] = value
        return convert_parts(
            result, lambda key, part: part if key == "schema" else self.prune(part)
        )

    def _has_operation(self, path_item: Any) -> bool:
        return not isinstance(path_item, Mapping) or any(
            key in METHODS and not self._has_mark(part, "x-alias-of")
            for key, part in path_item.items()
        )

    def _has_mark(self, node: Any, mark: str) -> bool:
        return isinstance(node, Mapping) and mark in self._resolved(node)

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(reference := node.get("$ref"), str):
            kind, name = component_of(reference)
            target: Mapping[str, Any] = self._components[kind][name]
            return target
        return node


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

        def convert_part(key: str, part: Schema) -> dict[str, Any]:
            # Fewer alternatives below these would allow more, not less.
            is_whole = key in ("not", "oneOf")
            return self.convert(part, Direction.RESPONSE if is_whole else direction)

        if direction is Direction.REQUEST:
            schema = self._canonical(schema)
        if "$ref" in schema:
            _, name = component_of(schema["$ref"])
            component = self._component(name)
            return component if _is_plain(component) else dict(schema)
        result = convert_subschemas(schema, convert_part)
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
        if "enum" in result:
            # ``nullable`` says that null is allowed. Some generators fail at null in a list of texts.
            needless = (None, *result.pop("x-aliases", ()))
            values = [value for value in result["enum"] if value not in needless]
            result["enum"] = values or result["enum"]
        if "properties" in result:
            required = result.get("required", ())
            result["properties"] = {
                name: property_
                for name, property_ in result["properties"].items()
                if name in required or not self._is_needless(property_)
            }
            # A client sends only the properties that are declared.
            if isinstance(result.get("additionalProperties"), Mapping):
                del result["additionalProperties"]
        if alternatives := result.pop("anyOf", None):
            canonical = self.convert(alternatives[0], Direction.REQUEST)
            if "type" not in result and any(map(self._allows_null, alternatives)):
                canonical = _nullable(canonical)
            result.pop("discriminator", None)
            result["allOf"] = [*result.get("allOf", ()), canonical]
        return result

    def _is_needless(self, property_: Schema) -> bool:
        return "x-alias-of" in property_ or bool(self._resolve(property_).get("deprecated"))

    def _resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas[component_of(schema["$ref"])[1]]
        return schema

    def _allows_null(self, schema: Schema) -> bool:
        resolved = self._resolve(schema)
        return bool(resolved.get("nullable")) or any(
            self._allows_null(each) for each in resolved.get("anyOf", ())
        )


def _is_plain(schema: Schema) -> bool:
    """Whether a schema describes a value that needs no type of its own in a client."""
    return schema.get("type") in _PLAIN_TYPES and "enum" not in schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null; generators understand ``nullable`` beside a reference in ``allOf``."""
    if "type" in schema:
        return {**schema, "nullable": True}
    return {"nullable": True, "allOf": [schema]}


def _flattened(schema: dict[str, Any]) -> dict[str, Any]:
    """Merge into a schema the parts of ``allOf``, except references and what would conflict."""
    pending = schema.pop("allOf", [])
    kept = []
    while pending:
        part, *pending = pending
        own = {key: value for key, value in part.items() if key != "allOf"}
        if "$ref" in part or not _are_mergeable(schema, own):
            kept.append(part)
        else:
            schema = _merged(schema, own)
            pending = [*part.get("allOf", ()), *pending]
    if not schema and len(kept) == 1:
        return dict(kept[0])
    return {**schema, "allOf": kept} if kept else schema


def _are_mergeable(schema: Schema, part: Schema) -> bool:
    same_type = schema.get("type", part.get("type")) == part.get("type", schema.get("type"))
    return same_type and not (part.keys() & schema.keys()) - _MERGEABLE


def _merged(schema: Schema, part: Schema) -> dict[str, Any]:
    """Merge two schemas that both apply."""
    result = {**part, **schema}
    if required := dict.fromkeys([*schema.get("required", ()), *part.get("required", ())]):
        result["required"] = list(required)
    # A schema with a type allows null only if it says so.
    result.pop("nullable", None)
    allows_null = [each.get("nullable", "type" not in each) for each in (schema, part)]
    if all(allows_null) and True in (schema.get("nullable"), part.get("nullable")):
        result["nullable"] = True
    return result


def _without_unused_components(contract: dict[str, Any]) -> dict[str, Any]:
    """Return a contract without the components that no operation uses."""
    components = contract.pop("components")
    used: set[tuple[str, str]] = set()
    pending = references(contract)
    while pending:
        component = kind, name = component_of(pending.pop())
        if component not in used:
            used.add(component)
            pending += references(components[kind][name])
    kept: dict[str, dict[str, Any]] = {}
    for kind, entries in components.items():
        for name, entry in entries.items():
            if kind == "securitySchemes" or (kind, name) in used:
                kept.setdefault(kind, {})[name] = entry
    return {**contract, "components": kept}
