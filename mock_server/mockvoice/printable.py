"""Texts of servers, made safe to print: control characters are shown, and a terminal does not execute them."""

import re
from collections.abc import Mapping
from typing import Any

# C0 except tab and newline, DEL, C1, and the characters that change the direction of text.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Separators of lines other than a newline, surrogates, and two more characters that XML does not allow.
_OTHERS = r"\u2028\u2029\ud800-\udfff\ufffe\uffff"
UNPRINTABLE = re.compile(f"[{_CONTROLS}{_OTHERS}]")
_UNPRINTABLE_IN_LINE = re.compile(rf"[\t\n{_CONTROLS}{_OTHERS}]")


def escape_controls(text: str) -> str:
    r"""Return a text with control characters as escape sequences, such as ``\x1b``.

    A terminal would execute them: they can hide text or change its order. Tabs and newlines remain.
    """
    return UNPRINTABLE.sub(_escape, text)


def escape_line(text: str) -> str:
    """Return a text like ``escape_controls``, as one line: tabs and newlines are escaped too."""
    return _UNPRINTABLE_IN_LINE.sub(_escape, text)


def escape_all(value: Any) -> Any:
    """Return JSON data with the control characters of each text escaped."""
    if isinstance(value, str):
        return escape_controls(value)
    if isinstance(value, Mapping):
        return {escape_all(key): escape_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [escape_all(item) for item in value]
    return value


def escape_json(document: str) -> str:
    """Return a JSON document that has the same data and no control characters."""
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
