"""HTTP as uvicorn speaks it, with one write for each answer instead of two."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    Base = asyncio.Protocol
else:
    Base = AutoHTTPProtocol


class Protocol(Base):
    """uvicorn's protocol over a transport that sends the head of an answer along with its body."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(cast("asyncio.Transport", _Joined(transport)))


class _Joined:
    """A transport that holds the first of two writes back until the second follows.

    What is not followed at once goes out when the loop comes round. A write is a system call,
    which costs as much as everything else that is done for a small answer.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""
        self._call_soon = asyncio.get_running_loop().call_soon

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        held = self._held
        if held:
            self._held = b""
            self._transport.write(held + data)
        elif data:
            self._held = data
            self._call_soon(self._flush)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)
