"""Connections that begin TLS after they were accepted, as tunnels through a proxy do."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Any, cast

from mockvoice.connections.json_errors import raw_response
from mockvoice.connections.watch import Stage
from mockvoice.protocol import Protocol

# Returns the context of the address that a connection was made to.
ContextFor = Callable[[str], ssl.SSLContext]
HTTPS_REQUIRED = "this port serves HTTPS: use a URL that begins with https://"
TLS_HANDSHAKE = 0x16  # the first byte of a client that begins TLS

logger = logging.getLogger("mockvoice")


class InnerProtocol(Protocol):
    """The protocol of what is inside of a connection: the decrypted bytes, or those of a tunnel.

    ``application`` takes the place of the server's.
    """

    def __init__(self, *, application: Any = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if application is not None:
            self._application = application
        self._early: list[bytes] | None = []  # what arrives before the event loop hands over

    def connection_made(self, transport: Any) -> None:
        """Begin with the bytes that have already arrived."""
        early, self._early = self._early, None
        super().connection_made(transport)
        for data in early or ():
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes."""
        if self._early is not None:
            self._early.append(data)
        else:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the state of the connection, if it was ever made."""
        if self._early is None:
            super().connection_lost(exc)


class OuterProtocol(Protocol):
    """A connection that is handed over to an ``InnerProtocol``, with or without TLS.

    Until then it is one of the server's connections, with the bounds of a request's head.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._arguments = arguments  # for the inner protocol
        self._upgrade: asyncio.Task[None] | None = None
        self._first = b""  # what arrives before the event loop hands over
        self._raw: Any = None  # the transport of the system

    def connection_made(self, transport: Any) -> None:
        """Remember the system's transport, which TLS needs."""
        self._raw = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, or keep them if the connection is being handed over."""
        if self._upgrade is None:
            super().data_received(data)
        else:
            self._first += data

    def begin_tls(self, data: bytes, context: ssl.SSLContext, application: Any = None) -> None:
        """Hand over to an inner protocol with TLS, whose first bytes are ``data``."""
        inner = InnerProtocol(application=application, **self._arguments)
        self._first = data
        # uvicorn's set of tasks keeps a reference, and is cancelled at the end of the server.
        self._upgrade = self.loop.create_task(self._start_tls(context, inner))
        self.tasks.add(self._upgrade)
        self._upgrade.add_done_callback(self.tasks.discard)

    def begin_plain(self, data: bytes, application: Any) -> None:
        """Hand over to an inner protocol without TLS, whose first bytes are ``data``."""
        inner = InnerProtocol(application=application, **self._arguments)
        self._release()
        self._raw.set_protocol(inner)
        inner.connection_made(self._raw)
        inner.data_received(data)

    async def _start_tls(self, context: ssl.SSLContext, inner: InnerProtocol) -> None:
        raw = self._raw
        started = asyncio.ensure_future(self.loop.start_tls(raw, inner, context, server_side=True))
        # The loop gives the transport its protocol for TLS, and tells this in its next step; it reads
        # only after that. What has been read until then is passed on here.
        while raw.get_protocol() is self and not started.done():
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not started.done():
            feed(raw.get_protocol(), self._first)
        transport = None
        try:
            transport = await started
            inner.connection_made(transport)
        except OSError as error:  # errors of TLS too
            log_failure(error)
        finally:
            if transport is None:
                started.cancel()
                raw.abort()
            self._release()

    def _release(self) -> None:
        """Leave the server's connections, since the system's transport has another protocol now."""
        self.connections.discard(cast("Any", self))
        self.app_state = {}
        self.app = self._application

    @property
    def stage(self) -> Stage:
        """What the connection waits for."""
        return Stage.HEAD if self._upgrade is not None else super().stage

    def time_out(self) -> None:
        """End a connection that does not begin TLS in time."""
        if self._upgrade is None:
            super().time_out()
        else:
            self.abort()


class TlsProtocol(OuterProtocol):
    """A connection of a port that serves HTTPS; other requests get a response that says so."""

    def __init__(self, context_for: ContextFor, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._context_for = context_for

    def data_received(self, data: bytes) -> None:
        """Begin TLS with the first bytes of a client."""
        if self._upgrade is not None or self._own_transport.discards:
            super().data_received(data)
        elif data[0] == TLS_HANDSHAKE:
            address, _ = cast("tuple[str, int]", self.server)
            self.begin_tls(data, self._context_for(address))
        else:
            self._reject(raw_response(400, "https_required", HTTPS_REQUIRED))


def feed(protocol: Any, data: bytes) -> None:
    """Pass bytes to a protocol as a transport does."""
    if not hasattr(protocol, "get_buffer"):  # it is no ``asyncio.BufferedProtocol``
        protocol.data_received(data)
        return
    while data:
        buffer = protocol.get_buffer(len(data))
        size = min(len(buffer), len(data))
        buffer[:size] = data[:size]
        protocol.buffer_updated(size)
        data = data[size:]


def log_failure(error: Exception) -> None:
    """Log why TLS did not begin, if the user can do something about it."""
    reason = getattr(error, "reason", None) or ""
    if "UNKNOWN_CA" in reason or "BAD_CERTIFICATE" in reason or "CERTIFICATE_UNKNOWN" in reason:
        logger.warning(
            "a client does not trust the certificate of this server; 'mockvoice env' prints the "
            "variables that name it, such as SSL_CERT_FILE"
        )
    elif isinstance(error, ssl.SSLError):
        logger.info("a connection ended before TLS began: %s", reason or error)
