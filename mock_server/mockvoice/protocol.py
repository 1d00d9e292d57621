"""uvicorn's HTTP protocol with bounds for slow and large requests."""

import asyncio
import logging
import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_from_bytes

from starlette.types import Receive, Scope, Send

from mockvoice.connections.early import early_send
from mockvoice.connections.heads import (
    MAX_HEAD,
    empty_response,
    explain_bytes,
    head_error,
    partial_scope,
    render_response,
    text_response,
)
from mockvoice.connections.registry import Connections
from mockvoice.connections.transport import Transport
from mockvoice.connections.watch import Stage, Watch
from mockvoice.web.fault_effects import DROP_KEY

try:
    from mockvoice.connections.pipelining import PipeliningProtocol
    from mockvoice.connections.response_writer import ResponseWriter
except ImportError:  # httptools is not available on all platforms
    _IS_H11 = True
else:
    _IS_H11 = False
if TYPE_CHECKING or _IS_H11:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Base
else:
    Base = PipeliningProtocol

_ASCII = bytes(range(128))  # stays as it is
_REQUEST_LINE = re.compile(rb"\A([A-Z]+ )([^ \r\n]+)( HTTP/1\.[01]\r\n)")

logger = logging.getLogger("mockvoice")


def _escape_target(line: re.Match[bytes]) -> bytes:
    """Return a request line with escapes for the bytes beyond ASCII in its URL."""
    target = quote_from_bytes(line[2], safe=_ASCII).encode()
    return line[1] + target + line[3]


class Protocol(Base):
    """uvicorn's protocol; it drops connections for faults, and rejects heads that are too large.

    The function that drops the connection is stored once per connection, in the ASGI state, so it
    costs nothing per request. The bounds of time cost nothing either: see ``connections.watch``.
    """

    def __init__(
        self,
        registry: Connections,
        config: Any,
        server_state: Any,
        app_state: dict[str, Any],
        _loop: Any = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, DROP_KEY: self.abort}, _loop)
        self._registry = registry
        self._application: Any = self.app
        self.app = cast("Any", self._serve)
        self._head = bytearray()  # what has arrived of an incomplete head
        self._received = 0
        self._parsed = b""  # what the parser gets now
        self._without_body = 0  # bytes of a chunked body's frame since the last byte of the body
        self.watch = Watch()

    def connection_made(self, transport: Any) -> None:
        """Wrap the transport; reject the connection if there are too many."""
        super().connection_made(cast("asyncio.Transport", Transport(transport)))
        connections = cast("set[Protocol]", self.connections)
        if not self._registry.admit(self, connections):
            self._reject(empty_response(503))
            if len(connections) > self._registry.surplus_limit:
                self.abort()

    def data_received(self, data: bytes) -> None:
        """Parse received bytes. Bytes beyond ASCII in the URL are read as if they were escaped.

        Clients such as curl send a URL as it was typed, and the parser would reject it. A request line
        that arrives in parts, or after another request, is left as it is.
        """
        self._received += len(data)
        if self._own_transport.discards:
            self._own_transport.discard(len(data))
            return
        if not data.isascii() and (self.cycle is None or not self.cycle.more_body):
            data = _REQUEST_LINE.sub(_escape_target, data, count=1)
        while len(data) > (room := MAX_HEAD - len(self._head)):
            part, data = data[:room], data[room:]
            if part:
                self._parse(part)
            if len(self._head) >= MAX_HEAD:
                self._reject_head()
            if self.transport.is_closing():
                return
        self._parse(data)

    def _parse(self, data: bytes) -> None:
        """Parse bytes, and keep those of a head that is not complete."""
        cycle = self.cycle
        is_in_body = cycle is not None and cycle.more_body
        if is_in_body and not cycle.response_complete:
            self._parse_body(cycle, data)
        else:
            self._parsed = data
            super().data_received(data)
            self._parsed = b""
        if self._awaits_head():
            # After another request in the same bytes its begin is not known, so they do not count.
            is_all = bool(self._head) or (self.cycle is cycle and not is_in_body)
            self._head += data if is_all else data[-1:]
        elif self._head:
            self._head = bytearray()

    def _parse_body(self, cycle: Any, data: bytes) -> None:
        """Parse a part of a body; reject too many bytes between its chunks and after the last."""
        size = len(cycle.body)
        super().data_received(data)
        self._without_body = 0 if len(cycle.body) > size else self._without_body + len(data)
        if cycle.more_body and self._without_body > MAX_HEAD:
            self._end_request(431)

    def _awaits_head(self) -> bool:
        """Return whether a part of a head has arrived.

        The scope is another object for each request: httptools' protocol creates it with the head's
        first byte and the cycle with its last, h11's creates both with the last.
        """
        if _IS_H11:
            return str(self.conn.their_state) == "IDLE" and bool(self.conn.trailing_data[0])
        return self.scope is not (None if self.cycle is None else self.cycle.scope)

    def _serve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return the application's coroutine; most requests have arrived completely."""
        cycle = cast("Any", send).__self__
        if not _IS_H11:
            send = ResponseWriter(cycle).send
        if cycle.more_body:
            send = early_send(cycle, self._own_transport, send)
        coroutine: Awaitable[None] = self._application(scope, receive, send)
        return coroutine

    def send_400_response(self, msg: str) -> None:
        """Respond to bytes that are not HTTP."""
        if _IS_H11:
            self.reject_bytes()
        else:
            super().send_400_response(msg)

    def reject_bytes(self) -> None:
        """Respond to bytes that are not HTTP, now, with a sentence that says what they are."""
        reason = explain_bytes(self._parsed)
        logger.warning("a connection to port %s ends: %s", (self.server or ("", ""))[1], reason)
        self._reject(text_response(400, reason))

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the state of the connection, which refers to this object."""
        super().connection_lost(exc)
        self.app_state = {}
        self.app = self._application
        self._own_transport.unread = None

    def shutdown(self) -> None:
        """Close the connection, after its response if there is one to come."""
        if self._own_transport.discards:
            self.transport.close()
        else:
            super().shutdown()

    def stop(self) -> None:
        """Drop the connection unless it can still get an error response."""
        cycle = self.cycle
        if cycle is None or cycle.response_started or cycle.more_body:
            self.abort()

    @property
    def _own_transport(self) -> Transport:
        return cast("Transport", self.transport)

    def _reject_head(self) -> None:
        """Respond to a head that is too large, in the vendor's format."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.abort()  # the response to an earlier request is not complete
            return
        self._own_transport.discards = True
        head = bytes(self._head)
        values = {"server": self.server, "client": self.client, "scheme": self.scheme}
        scope = partial_scope(head, head_error(head), values)
        task = self.loop.create_task(self._send_rejection(scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send_rejection(self, scope: Scope) -> None:
        try:
            response = await render_response(self._application, scope)
        except Exception:
            logger.exception("the response to a large head failed")
            response = empty_response(500)
        self._reject(response)

    def _reject(self, response: bytes) -> None:
        """Send a whole response, and close the connection."""
        self.transport.write(response)
        self._own_transport.linger()

    # What ``connections.watch`` needs:

    @property
    def request(self) -> Any:
        """The request, or the last one."""
        return self.cycle

    @property
    def progress(self) -> int:
        """A number that changes when bytes are received or sent."""
        return self._received - self.transport.get_write_buffer_size()

    @property
    def stage(self) -> Stage:
        """What the connection waits for."""
        transport, cycle = self.transport, self.cycle
        if transport.is_closing():
            return Stage.LINGERING if self._own_transport.discards else Stage.CLOSING
        is_sending = transport.get_write_buffer_size() > 0
        if cycle is not None and not cycle.response_complete:
            if is_sending:
                return Stage.SENDING
            waits = cycle.more_body and not self.flow.read_paused
            return Stage.BODY if waits and not cycle.waiting_for_100_continue else Stage.WORK
        if is_sending:
            return Stage.SENDING
        if self._head:
            return Stage.HEAD
        return Stage.UNUSED if cycle is None else Stage.IDLE

    def time_out(self) -> None:
        """Respond to a request that does not arrive in time, and close the connection."""
        self._end_request(408)

    def _end_request(self, status: int) -> None:
        """Respond to a request that is not complete, and tell the application that it ended."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started:
                self.abort()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self._reject(empty_response(status))

    def close(self) -> None:
        """Close the connection after what is pending."""
        self.transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        self.transport.abort()
