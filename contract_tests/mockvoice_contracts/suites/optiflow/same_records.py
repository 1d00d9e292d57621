"""Comparison of a record in two responses, which may spell the same values differently."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any


def check_same(actual: Any, expected: Any, *, ignoring: Collection[str] = ()) -> None:
    """Check that two responses show the same record. Raises ``AssertionError``.

    The members that both have must be equal, and points in time must be the same instant. ``ignoring``
    names members of the record that may differ.
    """
    if differences := list(_differences("", actual, expected, ignoring)):
        raise AssertionError("\n".join(differences))


def _differences(
    path: str, actual: Any, expected: Any, ignoring: Collection[str] = ()
) -> Iterator[str]:
    if isinstance(actual, dict) and isinstance(expected, dict):
        for name in actual.keys() & expected.keys() - set(ignoring):
            yield from _differences(f"{path}.{name}".strip("."), actual[name], expected[name])
    elif isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        for position, (one, other) in enumerate(zip(actual, expected, strict=True)):
            yield from _differences(f"{path}.{position}".strip("."), one, other)
    elif instant(actual) != instant(expected):
        yield f"{path or 'the record'} is {actual!r}, expected {expected!r}"


def instant(value: Any) -> Any:
    """Return the point in time that a text with date and time names, or any other value unchanged."""
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value
