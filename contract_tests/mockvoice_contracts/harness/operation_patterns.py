"""Patterns of operation ids, such as ``invoices.*``: the operations that a server is said to have."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase

# Of 1 for equal names. Another action of a resource, such as list for search, is rarely spelled alike.
SIMILAR, LESS_SIMILAR = 0.85, 0.6


class UnknownOperation(Exception):
    """A pattern matches no operation of the contract."""


def matching(patterns: Iterable[str], operation_ids: Collection[str]) -> frozenset[str]:
    """Return the operations that match one of the patterns."""
    return frozenset(
        name for name in operation_ids for pattern in patterns if fnmatchcase(name, pattern)
    )


def check(patterns: Iterable[str], operation_ids: Collection[str]) -> None:
    """Raise ``UnknownOperation`` for a pattern without a match; the message suggests a name."""
    for pattern in patterns:
        if not matching([pattern], operation_ids):
            raise UnknownOperation(
                f"no operation matches {pattern!r}{_suggestion(pattern, operation_ids)}"
            )


def _suggestion(pattern: str, operation_ids: Collection[str]) -> str:
    """Return the most similar name, or the operations of the resource that a pattern names."""
    resource, dot, action = pattern.partition(".")
    siblings = sorted(name for name in operation_ids if name.startswith(f"{resource}."))
    resources = {f"{name.partition('.')[0]}.*" for name in operation_ids}
    known = sorted(resources if "*" in pattern else operation_ids)
    lists_siblings = bool(dot and "*" not in action and siblings)
    similar = get_close_matches(pattern, known, 1, SIMILAR if lists_siblings else LESS_SIMILAR)
    if similar:
        return f"; did you mean {similar[0]!r}?"
    return f"; the operations of {resource} are {', '.join(siblings)}" if lists_siblings else ""
