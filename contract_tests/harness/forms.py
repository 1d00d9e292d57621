"""Bodies as HTML forms: nested data under bracketed keys, as PHP reads them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode


def encoded(body: Mapping[str, Any], *, blank_nulls: bool = True) -> bytes:
    """A body as ``application/x-www-form-urlencoded``: ``items[0][rate]``, ``tags[0]``.

    A form has no null: it is sent blank, or, without ``blank_nulls``, not at all. Nor can it say
    an empty list or object.
    """
    pairs = [pair for name, value in body.items() for pair in _flat(str(name), value)]
    sent = [(name, value) for name, value in pairs if blank_nulls or value is not None]
    return urlencode([(name, "" if value is None else value) for name, value in sent]).encode()


def _flat(name: str, value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(f"{name}[{key}]", each)
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            yield from _flat(f"{name}[{position}]", each)
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, None if value is None else str(value)
