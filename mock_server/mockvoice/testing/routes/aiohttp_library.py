"""Requests of aiohttp, at its connector.

What comes before, such as redirects, cookies and time limits, is left to the library.
"""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any

import aiohttp

from mockvoice.http_messages import ConnectionDropped, HttpRequest
from mockvoice.testing.routes.memory_connection import MemoryConnection
from mockvoice.testing.routes.patches import Patch
from mockvoice.testing.routes.table import UnroutedHost

if TYPE_CHECKING:
    from mockvoice.testing.routes.table import Route, RouteTable

# Private, but equal in all releases of aiohttp 3: what connects to the host of a request.
CREATE = "_create_connection"


class MemoryTransport(asyncio.Transport):
    """The transport of a connection to a mock, as long as its host has the same route."""

    def __init__(
        self, protocol: asyncio.Protocol, table: RouteTable, route: Route, url: Any
    ) -> None:
        super().__init__({"peername": (url.host, url.port)})
        self._protocol: asyncio.BaseProtocol = protocol
        self._table = table
        self._route = route
        self._url = url
        self._connection = MemoryConnection(url.scheme, keeps_alive=True)
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
        try:
            if channel is None:
                raise ConnectionDropped
            response = await channel.send_async(request)
            data, stays_open = self._connection.respond(response)
        except ConnectionDropped:
            self.close()
        except Exception as error:
            self._end(error)
        else:
            self._receive(data)
            if not stays_open:
                self.close()

    def _receive(self, data: bytes) -> None:
        if not self._is_closing and isinstance(self._protocol, asyncio.Protocol):
            self._protocol.data_received(data)

    def close(self) -> None:
        """End the connection."""
        self._end(None)

    def abort(self) -> None:
        """End the connection."""
        self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        if self._response is not None and self._response is not asyncio.current_task():
            self._response.cancel()
        self._loop.call_soon(self._protocol.connection_lost, error)

    def is_closing(self) -> bool:
        """Return whether the connection ends, has ended, or no longer has the route of its host."""
        return self._is_closing or _route_of(self._table, self._url) is not self._route

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
    """Return the patches of the connectors."""
    connect_original = vars(aiohttp.BaseConnector)["connect"]
    create_original = vars(aiohttp.TCPConnector)[CREATE]

    @wraps(connect_original)
    async def connect(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        if isinstance(self, aiohttp.TCPConnector):
            # Connections that the session has kept from the time before the route.
            for protocol, *_ in self._conns.get(request.connection_key, ()):
                if not isinstance(protocol.transport, MemoryTransport) and _find(table, request):
                    protocol.close()
        return await connect_original(self, request, *args, **options)

    @wraps(create_original)
    async def create_connection(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        route = _find(table, request)
        if route is None:
            return await create_original(self, request, *args, **options)
        protocol = self._factory()
        protocol.connection_made(MemoryTransport(protocol, table, route, request.url))
        return protocol

    return [
        Patch(aiohttp.BaseConnector, "connect", connect),
        Patch(aiohttp.TCPConnector, CREATE, create_connection),
    ]


def _find(table: RouteTable, request: Any) -> Route | None:
    try:
        return table.find_route(request.url.host or "", request.url.port or 0)
    except UnroutedHost as error:
        raise aiohttp.ClientConnectorError(request.connection_key, error) from error


def _route_of(table: RouteTable, url: Any) -> Route | None:
    try:
        return table.find_route(url.host or "", url.port or 0)
    except UnroutedHost:
        return None
