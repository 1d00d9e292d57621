"""Names in a request that its contract does not know, so that nothing reads their values."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Self

Schema = Mapping[str, Any]

# The maximum number of names that a note lists.
MAX_NAMES = 10
MAX_LENGTH = 80  # of each
# A body may repeat the same unknown names in many rows.
MAX_SCANNED = 1000
# Larger bodies are not searched, so that they are not slower; the journal does not keep them whole.
MAX_SEARCHED_BYTES = 64 * 1024


class KnownNames:
    """The names of an object's members, or of those of an array's items, at every depth.

    Nothing is known about a value whose schema declares no properties: it may have any members.
    """

    __slots__ = ("_items", "_members", "_nested")

    def __init__(self) -> None:
        self._members: set[str] = set()
        self._nested: dict[str, KnownNames] = {}  # of the members that have names themselves
        self._items: KnownNames | None = None

    @classmethod
    def of(cls, schema: Schema, components: Mapping[str, Any]) -> Self | None:
        """Return the names that a schema declares, or ``None`` if it declares none."""
        return cls._compile([schema], components, {})

    @classmethod
    def _compile(
        cls, schemas: Iterable[Schema], components: Mapping[str, Any], seen: dict[str, Self | None]
    ) -> Self | None:
        """Merge the names of alternative and of combined schemas. ``seen`` ends recursion."""
        known = cls()
        for schema in _flatten(schemas, components):
            for name, member in schema.get("properties", {}).items():
                if member.get("readOnly"):
                    continue
                known._members.add(name)
                known._nested.pop(name, None)
                nested = cls._compile_cached(member, components, seen)
                if nested is not None:
                    known._nested[name] = nested
            if "items" in schema:
                known._items = cls._compile_cached(schema["items"], components, seen)
        return known if known._members or known._items else None

    @classmethod
    def _compile_cached(
        cls, schema: Schema, components: Mapping[str, Any], seen: dict[str, Self | None]
    ) -> Self | None:
        reference: str | None = schema.get("$ref")
        if reference is None:
            return cls._compile([schema], components, seen)
        if reference not in seen:
            seen[reference] = None
            seen[reference] = cls._compile([schema], components, seen)
        return seen[reference]

    def knows(self, value: Any) -> bool:
        """Whether all members of a value are known, at every depth; faster than searching for unknown ones."""
        if type(value) is dict:
            nested = self._nested
            return value.keys() <= self._members and all(
                nested[name].knows(value[name]) for name in nested if name in value
            )
        if type(value) is list and self._items is not None:
            return all(map(self._items.knows, value))
        return True

    def unknown_in(self, value: Any, path: str) -> Iterator[str]:
        """Return the paths of members that are not known, such as ``body.items[].discount``."""
        if type(value) is dict:
            members, nested = self._members, self._nested
            for name, member in value.items():
                if name not in members:
                    if members:
                        yield f"{path}.{name}"
                elif name in nested and type(member) in (dict, list):
                    yield from nested[name].unknown_in(member, f"{path}.{name}")
        elif type(value) is list and self._items is not None:
            for item in value:
                yield from self._items.unknown_in(item, f"{path}[]")


def _flatten(schemas: Iterable[Schema], components: Mapping[str, Any]) -> Iterator[Schema]:
    """Return schemas with the parts that they refer to or are composed of."""
    for schema in schemas:
        if "$ref" in schema:
            section, name = schema["$ref"].split("/")[-2:]
            yield from _flatten([components[section][name]], components)
        yield schema
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from _flatten(schema.get(keyword, ()), components)


def unread_note(names: Iterable[str]) -> str:
    """Return the note that nothing reads these names; empty if there are none."""
    unique = list(dict.fromkeys(islice(names, MAX_SCANNED)))
    if not unique:
        return ""
    shown = [
        name[:MAX_LENGTH] if name.isprintable() else json.dumps(name[:MAX_LENGTH])
        for name in unique[:MAX_NAMES]
    ]
    more = " and more" if len(unique) > MAX_NAMES else ""
    return f"not in the contract, so not read: {', '.join(shown)}{more}"
