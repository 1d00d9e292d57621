"""Results of handlers other than plain JSON data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import orjson

JSON = "application/json"
# Lists with fewer items are encoded at once.
MANY_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Response:
    """A response with status, body and headers.

    ``body`` is JSON data, or ``bytes`` or ``str`` for any other ``media_type``; ``None`` sends no
    body. A ``status`` of ``None`` means the operation's only documented success status.
    """

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class DeferredResponse:
    """Slow work, such as rendering a PDF, that runs in a thread after the transaction.

    ``work`` must only access immutable values. It returns the result of the handler.
    """

    work: Callable[[], Any]
    pool: Literal["documents", "states", "exports", "seeding", "clocks", "metrics"] = (
        "documents"  # of ``Threads``
    )


def to_json(content: Any) -> bytes:
    """Encode the content of a response. Raises ``TypeError`` if JSON cannot express it."""
    return orjson.dumps(content, default=_to_float)


def to_json_in_parts(content: Any) -> bytes:
    """Encode the content of a response as ``to_json`` does, without a call that takes long."""
    if isinstance(content, list) and len(content) > MANY_ITEMS:
        return b"[%s]" % b",".join(map(to_json_in_parts, content))
    if isinstance(content, dict):
        members = (
            orjson.dumps(name) + b":" + to_json_in_parts(value) for name, value in content.items()
        )
        return b"{%s}" % b",".join(members)
    return to_json(content)


def _to_float(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")
