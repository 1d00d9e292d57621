"""JSON schemas as tables of members, with the types in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from tools.reference_pages.markdown import code, contract_text, table

Node = Mapping[str, Any]
PREFIX = "#/components/schemas/"
HEAD = ("Member", "Type", "Meaning")
BOUNDS = {"minimum": "from", "maximum": "to", "minLength": "length from", "maxLength": "length to"}


class Schemas:
    """The schemas of a document, whose references become links to their headings."""

    def __init__(self, document: Node) -> None:
        self._schemas: Node = document["components"]["schemas"]

    def sections(self) -> list[str]:
        """Return a section for each schema that is an object or a choice of objects."""
        return [
            self._section(name, schema)
            for name, schema in self._schemas.items()
            if _has_section(schema)
        ]

    def members(self, schema: Node) -> str:
        """Return the members of an object as a table."""
        required = schema.get("required", ())
        return table(
            HEAD,
            [
                (code(name), self._type_of(part, name in required), self._meaning(part))
                for name, part in schema.get("properties", {}).items()
            ],
        )

    def type_name(self, schema: Node) -> str:
        """Return a type in words, or a link to its section."""
        schema = _merged(schema)
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(PREFIX)
            target = self._schemas[name]
            return f"[{name}](#{name.lower()})" if _has_section(target) else self.type_name(target)
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            return _joined(self.type_name(choice) for choice in choices)
        if "enum" in schema:
            return _joined(code(str(value)) for value in schema["enum"])
        if schema.get("type") == "array":
            return f"list of {self.type_name(schema['items'])}"
        kind = schema.get("type", "any value")
        details = [schema["format"]] if "format" in schema else []
        details += [f"{word} {schema[key]:,}" for key, word in BOUNDS.items() if key in schema]
        return f"{kind} ({', '.join(details)})" if details else kind

    def _section(self, name: str, schema: Node) -> str:
        parts = [f"### {name}", contract_text(" ".join(schema.get("description", "").split()))]
        for choice in schema.get("oneOf", ()):
            parts += [f"{choice.get('title', 'One of')}:", self.members(choice)]
        return "\n\n".join(part for part in [*parts, self.members(schema)] if part)

    def _type_of(self, schema: Node, is_required: bool) -> str:
        nullable = ", or null" if schema.get("nullable") else ""
        return self.type_name(schema) + nullable + (", required" if is_required else "")

    def _meaning(self, schema: Node) -> str:
        schema = _merged(schema)
        if "description" not in schema and "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(PREFIX)]
        default = f" Default: `{schema['default']}`." if "default" in schema else ""
        return contract_text(" ".join(schema.get("description", "").split())) + default


def _merged(schema: Node) -> Node:
    """Return a schema with the members of the one that it refers to by ``allOf``, which may have a default."""
    if "allOf" not in schema:
        return schema
    own = {name: value for name, value in schema.items() if name != "allOf"}
    return {**schema["allOf"][0], **own}


def _has_section(schema: Node) -> bool:
    return "properties" in schema or any(
        "properties" in choice for choice in schema.get("oneOf", ())
    )


def _joined(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names))
