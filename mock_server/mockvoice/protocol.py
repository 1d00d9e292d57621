"""HTTP as uvicorn speaks it: one write for each answer instead of two, or none if a fault wants it so."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mockvoice.web.fault_effects import DROP_KEY

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Base
else:
    Base = AutoHTTPProtocol


class Protocol(Base):
    """uvicorn's protocol over a transport that sends the head of an answer along with its body.

    How to close a connection before it is answered is said once, in the state that ASGI gives to
    each request, so that it costs requests nothing.
    """

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, {**app_state, DROP_KEY: self._drop}, _loop)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(cast("asyncio.Transport", _Joined(transport)))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.app_state = {}  # which refers to this object

    def _drop(self) -> None:
        self.transport.abort()


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
