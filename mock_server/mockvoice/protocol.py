"""uvicorn's HTTP protocol with one write per response, and a way to drop the connection for faults."""

import asyncio
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_from_bytes

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockvoice.web.fault_effects import DROP_KEY

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Base
else:
    Base = AutoHTTPProtocol


_ASCII = bytes(range(128))  # stays as it is
_REQUEST_LINE = re.compile(rb"\A([A-Z]+ )([^ \r\n]+)( HTTP/1\.[01]\r\n)")


def _escape_target(line: re.Match[bytes]) -> bytes:
    """Return a request line with escapes for the bytes beyond ASCII in its URL."""
    target = quote_from_bytes(line[2], safe=_ASCII).encode()
    return line[1] + target + line[3]


class Protocol(Base):
    """uvicorn's protocol over a transport that sends headers and body of a response in one write.

    The function that drops the connection is stored once per connection, in the ASGI state, so it
    costs nothing per request.
    """

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, {**app_state, DROP_KEY: self._drop}, _loop)

    def connection_made(self, transport: Any) -> None:
        """Wrap the transport."""
        super().connection_made(cast("asyncio.Transport", _CoalescingTransport(transport)))

    def data_received(self, data: bytes) -> None:
        """Parse received bytes. Bytes beyond ASCII in the URL are read as if they were escaped.

        Clients such as curl send a URL as it was typed, and the parser would reject it. A request line
        that arrives in parts, or after another request, is left as it is.
        """
        if not data.isascii() and (self.cycle is None or not self.cycle.more_body):
            data = _REQUEST_LINE.sub(_escape_target, data, count=1)
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Respond to bytes that are not HTTP. Without a body, since no vendor's format applies."""
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the state of the connection."""
        super().connection_lost(exc)
        self.app_state = {}  # it refers to this object, which would be a reference cycle

    def _drop(self) -> None:
        self.transport.abort()


class _CoalescingTransport:
    """A transport that delays a write and joins it with the next one.

    A write without a successor is sent in the next iteration of the event loop. A write is a
    system call, which costs as much as all other work for a small response.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._pending = b""
        self._call_soon = asyncio.get_running_loop().call_soon

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        pending = self._pending
        if pending:
            self._pending = b""
            self._transport.write(pending + data)
        elif data:
            self._pending = data
            self._call_soon(self._flush)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        pending, self._pending = self._pending, b""
        if pending and not self._transport.is_closing():
            self._transport.write(pending)
