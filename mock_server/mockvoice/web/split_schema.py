"""Schemas of requests, split at their lists, so that the errors of a large body are found one by one.

The validator finds all errors of a value before it returns the first, and each of them keeps a copy of
the value that it is about: a body with ten thousand invalid items would take seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Self

Path = tuple[str, ...]
Schema = dict[str, Any]

_MAX_WHOLE = 100  # values in a value
_MAX_ITEMS = 100  # of a list whose items are not split off
_MAX_TEXT = 100_000  # more than the contracts allow, except for files


def is_small(value: Any) -> bool:
    """Whether a value is validated as a whole."""
    nodes, count = [value], 0
    while nodes:
        node = nodes.pop()
        if isinstance(node, str):
            count += len(node) // 1_000  # a long text is copied into each error
        elif isinstance(node, list):
            nodes += node[:_MAX_WHOLE]
        elif isinstance(node, dict):
            nodes += islice(node.values(), _MAX_WHOLE)
        count += 1
        if count + len(nodes) > _MAX_WHOLE:
            return False
    return True


@dataclass(frozen=True, slots=True)
class SplitSchema:
    """A schema without the schemas of its lists' items.

    ``items`` has those, by the names of the members that lead to the list; ``members`` has the names
    that the objects on these ways declare.
    """

    schema: Schema
    items: Mapping[Path, Schema] = field(default_factory=dict)
    members: Mapping[Path, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema) -> Self:
        """Split a self-contained JSON Schema."""
        splitter = _Splitter(schema.get("components", {}))
        shallow = splitter.split(schema, ())
        return cls(shallow, splitter.items, splitter.members)

    def shorten(self, value: Any, path: Path = ()) -> Any:
        """Return a value with nulls for the items of its lists, and without undeclared members."""
        if isinstance(value, str):
            return value[:_MAX_TEXT]
        if isinstance(value, list):
            return [None] * len(value) if path in self.items else value[:_MAX_ITEMS]
        if isinstance(value, dict):
            declared = self.members.get(path, value.keys())
            return {
                name: self.shorten(member, (*path, name))
                for name, member in value.items()
                if name in declared
            }
        return value


class _Splitter:
    """Collects what it removes from a schema."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self.items: dict[Path, Schema] = {}
        self.members: dict[Path, frozenset[str]] = {}

    def split(self, schema: Schema, path: Path) -> Schema:
        """Return the schema of a value at a path, without the items of its lists."""
        result = dict(schema)
        if "properties" in schema:
            names = self.members.get(path, frozenset()) | schema["properties"].keys()
            self.members[path] = names
            result["properties"] = {
                name: self.split(member, (*path, name))
                for name, member in schema["properties"].items()
            }
        if "items" in schema and "uniqueItems" not in schema and path not in self.items:
            del result["items"]
            self.items[path] = {**schema["items"], "components": self._components}
        if "allOf" in schema:
            result["allOf"] = [self.split(part, path) for part in schema["allOf"]]
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword, ())
            structured = [branch for branch in branches if _is_structured(branch)]
            # Items of several alternatives cannot be validated apart from them.
            if len(structured) == 1:
                result[keyword] = [
                    self.split(branch, path) if branch is structured[0] else branch
                    for branch in branches
                ]
        return result


def _is_structured(schema: Schema) -> bool:
    return bool({"properties", "items", "allOf", "anyOf", "oneOf", "$ref"} & schema.keys())


def list_at(value: Any, path: Path) -> list[Any]:
    """Return the list that the members of a path lead to; empty if there is none."""
    for name in path:
        if not isinstance(value, dict):
            return []
        value = value.get(name)
    return value if isinstance(value, list) else []
