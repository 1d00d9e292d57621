"""Connections without TLS that send what ``requests`` sends, with fewer system calls."""

from typing import Any

import urllib3
from urllib3.connection import HTTPConnection

# Larger bodies follow their head: a server may reject them before it has read them.
MAX_JOINED_BODY = 16_384


class JoinedConnection(HTTPConnection):
    """A connection that sends the head of a request and a small body at once.

    Sent one after the other, they wake the server twice.
    """

    _held: list[bytes] | None = None

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any
    ) -> None:
        """Send a request."""
        if not isinstance(body, bytes) or len(body) > MAX_JOINED_BODY:
            super().request(method, url, body, headers, **options)
            return
        self._held = []
        try:
            super().request(method, url, body, headers, **options)
            parts = self._held
        finally:
            self._held = None
        super().send(b"".join(parts))

    def send(self, data: Any) -> None:
        """Send data, or hold it until the request is complete."""
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class JoinedConnectionPool(urllib3.HTTPConnectionPool):
    """The connections to one server."""

    ConnectionCls = JoinedConnection
