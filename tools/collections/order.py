"""The order of the requests in a collection."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tools.collections.operations import Operation


def in_order(
    operations: Iterable[Operation], tags: Sequence[str], after: Mapping[str, str] | None = None
) -> list[Operation]:
    """Return the operations by the order of the tags, and within a tag from reads to deletions.

    ``after`` names the operation that must come right before another one.
    """
    result = sorted(operations, key=lambda each: (tags.index(each.tag), rank(each)))
    for later, earlier in (after or {}).items():
        moved = next(each for each in result if each.id == later)
        result.remove(moved)
        place = next(index for index, each in enumerate(result) if each.id == earlier)
        result.insert(place + 1, moved)
    return result


def folders(operations: Iterable[Operation]) -> list[tuple[str, list[Operation]]]:
    """Return the tags of ordered operations, each with its operations."""
    return [(tag, list(group)) for tag, group in groupby(operations, key=lambda each: each.tag)]


def rank(operation: Operation) -> int:
    """Return the place of a kind of operation: lists, reads, creations, updates, others, deletions."""
    if operation.method == "get":
        return 1 if operation.parameters else 0
    if operation.method == "delete":
        return 5
    if operation.is_create:
        return 2
    return 3 if operation.is_update else 4
