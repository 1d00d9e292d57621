"""Requests of aiohttp, at its connector.

What comes before, such as redirects, cookies and time limits, is left to the library.
"""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

import aiohttp

from mockvoice.http_messages import ConnectionDropped, HttpRequest, ResponseTimeout
from mockvoice.testing.routes.memory_connection import MemoryConnection
from mockvoice.testing.routes.patches import Patch
from mockvoice.testing.routes.table import UnroutedHost

if TYPE_CHECKING:
    from mockvoice.testing.routes.table import Route, RouteTable

# Private, but equal in all releases of aiohttp 3: what connects to the host of a request.
METHOD = "_create_connection"


class MemoryTransport(asyncio.Transport):
    """The transport of a connection to a sandbox."""

    def __init__(self, protocol: asyncio.Protocol, route: Route, scheme: str) -> None:
        super().__init__({"peername": (route.pattern, 0)})
        self._protocol: asyncio.BaseProtocol = protocol
        self._route = route
        self._connection = MemoryConnection(scheme, keeps_alive=True)
        self._loop = asyncio.get_running_loop()
        self._response: asyncio.Task[None] | None = None
        self._is_closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send a part of a request."""
        request, reply = self._connection.receive(bytes(data))
        if reply:
            self._receive(reply)
        if request is not None:
            self._response = self._loop.create_task(self._respond(request))

    async def _respond(self, request: HttpRequest) -> None:
        channel = self._route.channel
        if channel is None or not self._route.is_active:  # the session has kept the connection
            self.close()
            return
        try:
            response = await channel.send_async(request)
        except (ConnectionDropped, ResponseTimeout):
            self.close()
            return
        data, stays_open = self._connection.respond(response)
        self._receive(data)
        if not stays_open:
            self.close()

    def _receive(self, data: bytes) -> None:
        if not self._is_closing and isinstance(self._protocol, asyncio.Protocol):
            self._protocol.data_received(data)

    def close(self) -> None:
        """End the connection."""
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """End the connection."""
        self.close()

    def is_closing(self) -> bool:
        """Return whether the connection ends or has ended."""
        return self._is_closing

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Replace the protocol."""
        self._protocol = protocol

    def is_reading(self) -> bool:
        """Return ``True``: a response is complete when it begins."""
        return True

    def pause_reading(self) -> None:
        """Do nothing: a response is complete when it begins."""

    def resume_reading(self) -> None:
        """Do nothing: a response is complete when it begins."""

    def get_write_buffer_size(self) -> int:
        """Return 0: what is sent arrives at once."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: what is sent arrives at once."""

    def can_write_eof(self) -> bool:
        """Return ``False``."""
        return False


def patches(table: RouteTable) -> list[Patch]:
    """Return the patch of the connector."""
    original = vars(aiohttp.TCPConnector)[METHOD]

    @wraps(original)
    async def create_connection(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        url = request.url
        try:
            route = table.find_route(url.host or "", url.port or 0)
        except UnroutedHost as error:
            raise aiohttp.ClientConnectorError(request.connection_key, error) from error
        if route is None:
            return await original(self, request, *args, **options)
        protocol = self._factory()
        protocol.connection_made(MemoryTransport(protocol, route, url.scheme))
        return protocol

    return [Patch(aiohttp.TCPConnector, METHOD, create_connection)]
