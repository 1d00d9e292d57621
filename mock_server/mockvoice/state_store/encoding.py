"""Keys and rows as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mockvoice.state_store.batch import Row

_encode = msgspec.json.Encoder().encode


def text(value: Any) -> str:
    """Return a key or a row as JSON."""
    return _encode(value).decode()


def encoded(rows: Iterable[Row]) -> Iterator[tuple[int, str, str, str | None]]:
    """Yield rows with keys and values as JSON; the value of one that is not there is ``None``."""
    for layer, name, key, value in rows:
        yield layer, name, text(key), None if value is None else text(value)
