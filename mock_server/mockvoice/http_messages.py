"""HTTP requests and responses as data, independent of any HTTP library."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class HttpRequest:
    """A complete request. The target is the path with its query, escaped as it is sent."""

    method: str
    target: bytes
    headers: Headers = ()
    body: bytes = b""
    scheme: str = "http"


@dataclass(slots=True)
class HttpResponse:
    """A complete response."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class ConnectionDropped(Exception):
    """The server ended the connection without a response."""

    def __init__(self, reason: str = "the server ended the connection without a response") -> None:
        super().__init__(reason)


class ResponseTimeout(Exception):
    """No response arrived in time. The server may have processed the request."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no response within {seconds:g} s")
