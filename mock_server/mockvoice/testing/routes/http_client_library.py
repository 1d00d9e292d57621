"""Requests of http.client and urllib, and of urllib3 and requests, at their connections.

What comes before, such as retries, redirects and time limits, is left to the libraries.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockvoice.http_messages import ConnectionDropped, HttpRequest, ResponseTimeout
from mockvoice.testing.routes.memory_connection import MemoryConnection
from mockvoice.testing.routes.patches import Patch, is_installed

if TYPE_CHECKING:
    from mockvoice.testing.channels import Channel
    from mockvoice.testing.routes.table import RouteTable


class MemorySocket:
    """The methods of a socket that these libraries use, for one request to a sandbox."""

    def __init__(self, channel: Channel, scheme: str, timeout: Any) -> None:
        self._channel = channel
        self._connection = MemoryConnection(scheme, keeps_alive=False)
        self._request: HttpRequest | None = None
        self._received = io.BytesIO()
        self.settimeout(timeout)

    def settimeout(self, timeout: Any) -> None:
        """Set how long a response may take; http.client has an object for the default."""
        is_set = timeout is None or isinstance(timeout, int | float)
        self._timeout = timeout if is_set else socket.getdefaulttimeout()

    def gettimeout(self) -> float | None:
        """Return how long a response may take."""
        return self._timeout

    def setsockopt(self, *_: Any) -> None:
        """Do nothing: there are no options."""

    def shutdown(self, how: int) -> None:
        """Do nothing: no thread waits in a system call."""

    def sendall(self, data: bytes | bytearray | memoryview) -> None:
        """Send a part of the request."""
        request, reply = self._connection.receive(bytes(data))
        self._request = request or self._request
        if reply:
            self._received = io.BytesIO(self._received.read() + reply)

    def makefile(self, mode: str, *_: Any, **__: Any) -> io.BufferedReader:
        """Return a file with the response."""
        return io.BufferedReader(_ResponseFile(self))

    def close(self) -> None:
        """Do nothing: there is nothing to free."""

    def receive(self, buffer: Any) -> int:
        """Read a part of the response. Raises ``TimeoutError``."""
        size = self._received.readinto(buffer)
        if size == 0 and self._request is not None:
            request, self._request = self._request, None
            self._received = io.BytesIO(self._respond(request))
            size = self._received.readinto(buffer)
        return size

    def _respond(self, request: HttpRequest) -> bytes:
        try:
            response = self._channel.send(request, self._timeout)
        except ConnectionDropped:
            return b""
        except ResponseTimeout as error:
            raise TimeoutError(str(error)) from None
        return self._connection.respond(response)[0]


class _ResponseFile(io.RawIOBase):
    def __init__(self, socket: MemorySocket) -> None:
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._socket.receive(buffer)


def patches(table: RouteTable) -> list[Patch]:
    """Return the patches of the classes of connections."""
    classes: list[tuple[Any, str]] = [
        (http.client.HTTPConnection, "http"),
        (http.client.HTTPSConnection, "https"),
    ]
    if is_installed("urllib3"):
        from urllib3 import connection

        classes += [(connection.HTTPConnection, "http"), (connection.HTTPSConnection, "https")]
    return [
        *(Patch(owner, "connect", _connect(table, owner.connect, scheme))
          for owner, scheme in classes),
        Patch(http.client.HTTPConnection, "putrequest", _put_request(table)),
    ]  # fmt: skip


def _connect(
    table: RouteTable, original: Callable[[Any], None], scheme: str
) -> Callable[..., None]:
    @wraps(original)
    def connect(self: Any) -> None:
        channel = table.find(*_address(self))
        if channel is None:
            original(self)
        else:
            _attach_memory_socket(self, channel, scheme)

    return connect


def _put_request(table: RouteTable) -> Callable[..., None]:
    original = http.client.HTTPConnection.putrequest

    @wraps(original)
    def putrequest(self: Any, method: str, url: str, *args: Any, **options: Any) -> None:
        if url.startswith("http://"):  # for a proxy, which passes it on
            parts = urlsplit(url)
            channel = table.find(parts.hostname or "", parts.port or http.client.HTTP_PORT)
            if channel is not None:
                _close_socket(self)
                _attach_memory_socket(self, channel, "http")
        elif _is_kept(self) and _is_routed(table, self):
            _close_socket(self)  # and connect again, now by the route
        original(self, method, url, *args, **options)

    return putrequest


def _address(connection: Any) -> tuple[str, int]:
    """Return host and port; behind a proxy, the connection is to the proxy and its tunnel to the host."""
    if connection._tunnel_host:  # noqa: SLF001 - no public name has it
        return connection._tunnel_host, connection._tunnel_port  # noqa: SLF001
    return connection.host, connection.port


def _is_kept(connection: Any) -> bool:
    """Return whether a connection to the network exists since an earlier request."""
    return connection.sock is not None and not isinstance(connection.sock, MemorySocket)


def _is_routed(table: RouteTable, connection: Any) -> bool:
    """Return whether the host has a route now. Raises ``UnroutedHost``."""
    return table.find(*_address(connection)) is not None


def _close_socket(connection: Any) -> None:
    if connection.sock is not None:
        connection.sock.close()
        connection.sock = None


def _attach_memory_socket(connection: Any, channel: Channel, scheme: str) -> None:
    connection.sock = MemorySocket(channel, scheme, connection.timeout)
    # urllib3 warns of connections whose certificate is not verified.
    connection.is_verified = connection.proxy_is_verified = True
