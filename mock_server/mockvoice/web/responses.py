"""What a handler may give besides plain JSON data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with everything said: status, body and headers.

    ``body`` is JSON data, or ``bytes`` or ``str`` for any other ``media_type``; ``None`` sends no
    body. A ``status`` of ``None`` is the operation's only documented success.
    """

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class DeferredResponse:
    """Slow work, such as rendering a PDF, that is done off the loop once the transaction is closed.

    ``work`` must only touch values that nobody changes any more; it gives what a handler gives.
    """

    work: Callable[[], Any]
