"""HTML form bodies with nested data under bracketed keys, as PHP parses them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def encode(body: Mapping[str, Any], *, blank_nulls: bool = True) -> bytes:
    """Encode a body as ``application/x-www-form-urlencoded``: ``items[0][rate]``, ``tags[0]``.

    A form has no null: it is sent blank, or, without ``blank_nulls``, left out. Empty lists and
    objects cannot be expressed.
    """
    pairs = [pair for name, value in body.items() for pair in _flatten(str(name), value)]
    sent = [(name, value) for name, value in pairs if blank_nulls or value is not None]
    return urlencode([(name, "" if value is None else value) for name, value in sent]).encode()


def _flatten(name: str, value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flatten(f"{name}[{key}]", item)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from _flatten(f"{name}[{position}]", item)
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, None if value is None else str(value)


def decode(data: bytes) -> dict[str, Any]:
    """Decode a form as the server does: every leaf is text, and numbered keys form a list."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(data.decode(), keep_blank_values=True):
        match = _KEY.fullmatch(name)
        path = [match[1], *_PART.findall(match[2])] if match else [name]
        node = root
        for part in path[:-1]:
            child = node.get(part)
            if not isinstance(child, dict):
                child = node[part] = {}
            node = child
        node[path[-1]] = value
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if all(key.isascii() and key.isdigit() for key in node):
        return [_with_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _with_lists(value) for key, value in node.items()}
