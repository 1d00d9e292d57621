"""Positions of values in the text of a JSON document, for messages that name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecoder

_WHITESPACE = re.compile(r"[ \t\r\n]*")
_raw_decode = JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Span:
    """The indexes of a value's first character and of the character after its last one."""

    start: int
    end: int


def find_span(text: str, path: Sequence[str | int]) -> Span | None:
    """Return where a value stands: ``path`` has names, which match in any case, and indexes.

    Of a repeated name, the last member counts. ``None`` if there is no such value.
    """
    try:
        start = _skip_whitespace(text, 0)
        for step in path:
            start = (
                _find_item(text, start, step)
                if isinstance(step, int)
                else _find_member(text, start, step)
            )
        return Span(start, _raw_decode(text, start)[1])
    except (ValueError, IndexError, RecursionError):
        return None


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Return the line of an index, from 1 on, and the number of characters before it in its line."""
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1)


def _skip_whitespace(text: str, index: int) -> int:
    match = _WHITESPACE.match(text, index)
    return match.end() if match else index


def _find_item(text: str, start: int, number: int) -> int:
    index = _skip_token(text, start, "[")
    for _ in range(number):
        index = _skip_whitespace(text, _raw_decode(text, index)[1])
        index = _skip_token(text, index, ",")
    return index


def _find_member(text: str, start: int, name: str) -> int:
    index, found = _skip_token(text, start, "{"), -1
    while text[index] == '"':
        key, index = _raw_decode(text, index)
        value = _skip_token(text, _skip_whitespace(text, index), ":")
        if key.lower() == name.lower():
            found = value
        index = _skip_whitespace(text, _raw_decode(text, value)[1])
        if text[index] == "}":
            break
        index = _skip_token(text, index, ",")
    if found < 0:
        raise ValueError(name)
    return found


def _skip_token(text: str, index: int, expected: str) -> int:
    """Return the index of the next value after a character that must stand at ``index``."""
    if text[index] != expected:
        raise ValueError(f"expected {expected} at {index}")
    return _skip_whitespace(text, index + 1)
