"""Values that are large: how to recognise them, and to shorten what is wrong with them.

The errors of a validator keep copies of the value that they are about, so they take long for long texts
and for objects with many members.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

MAX_SMALL_NODES = 100
# Above the length of any text that a contract limits.
MAX_TEXT_LENGTH = 70_000
MAX_UNKNOWN_MEMBERS = 100


def is_small(value: Any) -> bool:
    """Whether a value has few nodes and short texts."""
    nodes, count = [value], 0
    while nodes:
        node = nodes.pop()
        if isinstance(node, str):
            count += len(node) // 1_000
        elif isinstance(node, list):
            nodes += node[:MAX_SMALL_NODES]
        elif isinstance(node, dict):
            nodes += islice(node.values(), MAX_SMALL_NODES)
        count += 1
        if count + len(nodes) > MAX_SMALL_NODES:
            return False
    return True


def shortened(value: Any, names: frozenset[str]) -> Any:
    """Return a value with the beginnings of long texts, and the first members without known names."""
    if isinstance(value, str):
        return value[:MAX_TEXT_LENGTH]
    if isinstance(value, list):
        return [shortened(item, names) for item in value]
    if isinstance(value, dict):
        unknown = islice((name for name in value if name not in names), MAX_UNKNOWN_MEMBERS)
        kept = names.union(unknown)
        return {name: shortened(item, names) for name, item in value.items() if name in kept}
    return value


def member_names(schema: Any) -> frozenset[str]:
    """Return the names of all members that a schema mentions, also in nested values."""
    return frozenset(_member_names(schema))


def _member_names(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(properties := schema.get("properties"), Mapping):
            yield from properties
        if isinstance(required := schema.get("required"), list):
            yield from required
    for part in schema.values() if isinstance(schema, Mapping) else schema:
        if isinstance(part, Mapping | list):
            yield from _member_names(part)
