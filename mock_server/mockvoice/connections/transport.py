"""A transport that reads on before it closes."""

import asyncio
from typing import Any, Protocol

# What is read and discarded at most while a connection is being closed.
MAX_DISCARDED = 64 * 1024 * 1024


class Request(Protocol):
    """The part of uvicorn's request that says whether the client still sends its body."""

    more_body: bool


class Transport:
    """A transport that lingers.

    If a client still sends when its connection is closed, the system would tell it so at once, and
    most clients would then not read the response. Therefore such a connection *lingers*: only
    the sending half is closed, and what still arrives is discarded for a while.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._discarded = 0
        self.unread: Request | None = None  # the request that is answered before its end
        self._ended = False  # nothing more can be sent
        self.discards = False  # what is received does not matter any more

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send data; what follows the end of a response is dropped."""
        if not self._ended:
            self._transport.write(data)

    def is_closing(self) -> bool:
        """Return whether no request and no response can follow."""
        return self.discards or self._transport.is_closing()

    def close(self) -> None:
        """Close after what is pending; linger if the client has not sent its whole request."""
        if self.unread is not None and self.unread.more_body and not self.is_closing():
            self.linger()
            return
        self._transport.close()

    def linger(self) -> None:
        """Send what is pending and the end; then discard what is received until ``close``."""
        self.discards = self._ended = True
        if self._transport.is_closing():
            return
        self._transport.resume_reading()
        try:
            if self._transport.can_write_eof():
                self._transport.write_eof()
        except OSError:  # the client has dropped the connection
            self._transport.abort()

    def discard(self, size: int) -> None:
        """Count received bytes that nobody reads; close the connection if they are too many."""
        self._discarded += size
        if self._discarded > MAX_DISCARDED:
            self._transport.close()
