"""Split schemas at their lists, so that the errors of a large value are found item by item.

The validator finds all errors of a value before it returns the first, and each of them keeps a copy of
the value that it is about: a body with ten thousand invalid items would take seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Path = tuple[str, ...]
Schema = dict[str, Any]

# The keywords of lists and objects that do not look into their items and members, beside the two that
# describe those.
_OF_LISTS = frozenset(["type", "items", "minItems", "maxItems"])
_OF_OBJECTS = frozenset(
    ["type", "properties", "required", "additionalProperties", "minProperties", "maxProperties"]
)
_COMPOSITIONS = frozenset(["allOf", "anyOf", "oneOf"])


@dataclass(frozen=True, slots=True)
class SplitSchema:
    """A schema without the items of its lists, and the schemas of those.

    ``items`` has the schemas by the names of the members that lead to the list.
    """

    without_items: Schema
    items: Mapping[Path, Schema] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema) -> Self:
        """Split a self-contained JSON Schema."""
        items: dict[Path, Schema] = {}
        return cls(_Splitter(schema.get("components", {}), items).split(schema, ()), items)

    def empty_lists(self, value: Any, path: Path = ()) -> Any:
        """Return a value with nulls in place of the items that ``without_items`` does not look at."""
        if path in self.items and isinstance(value, list):
            return [None] * len(value)
        if isinstance(value, dict) and any(path == longer[: len(path)] for longer in self.items):
            return {name: self.empty_lists(member, (*path, name)) for name, member in value.items()}
        return value


class _Splitter:
    """Removes the schemas of items, and collects them."""

    def __init__(self, components: Mapping[str, Any], items: dict[Path, Schema]) -> None:
        self._components = components
        self._items = items

    def split(self, schema: Schema, path: Path) -> Schema:
        """Return the schema of a value at a path, without the items of its lists.

        A schema with other keywords, which may look into the items, stays as it is.
        """
        keywords = {key for key in schema if key != "components" and not key.startswith("x-")}
        if "items" in keywords and keywords <= _OF_LISTS:
            self._items[path] = {**schema["items"], "components": self._components}
            return {key: value for key, value in schema.items() if key != "items"}
        composed = {key: schema[key] for key in keywords & _COMPOSITIONS}
        if (
            "properties" in keywords
            and keywords <= _OF_OBJECTS | _COMPOSITIONS
            and not _has_subschemas(composed)
        ):
            properties = {
                name: self.split(member, (*path, name))
                for name, member in schema["properties"].items()
            }
            return {**schema, "properties": properties}
        if keywords in ({"allOf"}, {"anyOf"}, {"oneOf"}):
            (keyword,) = keywords
            # A list or an object can only match a branch that may have members.
            if sum(map(_has_members, schema[keyword])) == 1:
                branches = [
                    self.split(branch, path) if _has_members(branch) else branch
                    for branch in schema[keyword]
                ]
                return {**schema, keyword: branches}
        return schema


def _has_subschemas(schema: Schema) -> bool:
    """Whether a schema looks into the members or items of its value."""
    branches = [branch for key in _COMPOSITIONS & schema.keys() for branch in schema[key]]
    keywords = schema.keys() - _COMPOSITIONS
    return not keywords <= _OF_OBJECTS - {"properties", "additionalProperties"} or any(
        map(_has_subschemas, branches)
    )


def _has_members(schema: Schema) -> bool:
    """Whether a value of the schema may be a list or an object."""
    types = schema.get("type", ["object"])
    return bool({"array", "object"} & set([types] if isinstance(types, str) else types))


def list_at(value: Any, path: Path) -> list[Any]:
    """Return the list that the members of a path lead to; empty if there is none."""
    for name in path:
        if not isinstance(value, dict):
            return []
        value = value.get(name)
    return value if isinstance(value, list) else []
