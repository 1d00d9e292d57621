"""JSON text with other spellings of the same values: escapes, spaces, key order and number forms."""

import json
from collections.abc import Mapping
from typing import Any


class Number(str):
    """The text of a JSON number, so that no digit changes on the way."""

    __slots__ = ()


def parse(content: bytes) -> Any:
    """Parse JSON text; numbers keep their text."""
    return json.loads(content, parse_int=Number, parse_float=Number)


def dump_plain(value: Any) -> str:
    """Serialize JSON data in the usual way."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(k)}:{dump_plain(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump_plain, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def dump(value: Any) -> str:
    """Serialize JSON data with members in reverse order, spaces, and escaped texts."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, Mapping):
        members = (f"{_escaped(name)} : {dump(item)}" for name, item in reversed(value.items()))
        return "{ " + ", ".join(members) + " }"
    if isinstance(value, list):
        return "[ " + ", ".join(map(dump, value)) + " ]"
    return json.dumps(value)


def _escaped(text: str) -> str:
    r"""Return a text of JSON with an escape for the slash and for the first letter: ``"a"``."""
    encoded = json.dumps(text)[1:-1].replace("/", "\\/")
    if encoded[:1].isalpha():
        encoded = f"\\u{ord(encoded[0]):04x}{encoded[1:]}"
    return f'"{encoded}"'
