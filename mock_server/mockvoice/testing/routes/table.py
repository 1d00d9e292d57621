"""The routes of this process: which hosts are served by which vendor of which mock."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from mockvoice.outbound.own_requests import IS_OWN_REQUEST
from mockvoice.proxy.routes import WILDCARD
from mockvoice.settings import is_loopback
from mockvoice.testing.channels import Channel
from mockvoice.tls.hosts import InvalidHost, normalize_host

PORTS = {"http": 80, "https": 443}

# A normalized host and a port.
Address = tuple[str, int]


class InvalidRoute(ValueError):
    """The URL of a route cannot be used; the message says what is expected."""


class UnroutedHost(OSError):
    """A strict route blocks a host that has no route."""

    def __init__(self, host: str, routed: Sequence[str]) -> None:
        super().__init__(
            errno.ECONNREFUSED,
            f"the host {host} has no route to a mock, and strict routes block all others; "
            f"routed: {', '.join(routed) or 'none'}",
        )


@dataclass(eq=False)
class Route:
    """The route of a host, or of all hosts below a domain, while it is active.

    A context manager that ends the route, as ``close`` does.
    """

    pattern: str  # a host, or ``*.`` and a domain; empty: no host
    port: int | None  # None: any
    channel: Channel | None = field(repr=False)
    addresses: frozenset[Address] = field(repr=False)  # of the mock; never routed or blocked
    strict: bool = False
    table: RouteTable = field(repr=False, kw_only=True)

    def matches(self, host: str, port: int) -> bool:
        """Return whether a normalized host belongs to the route."""
        if self.port is not None and port != self.port:
            return False
        if self.pattern.startswith(WILDCARD):
            return host.endswith(self.pattern[1:])
        return host == self.pattern

    @property
    def is_active(self) -> bool:
        """Whether requests take this route."""
        return self in self.table.routes

    def close(self) -> None:
        """End the route."""
        self.table.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RouteTable:
    """The active routes. The HTTP libraries are patched while there is one."""

    def __init__(self, install: Callable[[RouteTable], Callable[[], None]]) -> None:
        self.routes: tuple[Route, ...] = ()  # the latest first
        self._install = install  # returns the function that undoes it
        self._uninstall: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def add(
        self,
        url: str,
        channel: Channel,
        addresses: Iterable[Address] = (),
        *,
        strict: bool = False,
    ) -> Route:
        """Route a host to a sandbox; a later route comes before earlier ones.

        Requests to ``addresses`` are neither routed nor blocked. Raises ``InvalidRoute``.
        """
        pattern, port = parse_route_url(url)
        return self._add(Route(pattern, port, channel, frozenset(addresses), strict, table=self))

    def block_others(self, addresses: Iterable[Address]) -> Route:
        """Add a strict route of no host."""
        return self._add(Route("", None, None, frozenset(addresses), strict=True, table=self))

    def _add(self, route: Route) -> Route:
        with self._lock:
            if self._uninstall is None:
                self._uninstall = self._install(self)
            self.routes = (route, *self.routes)
        return route

    def remove(self, route: Route) -> None:
        """End a route; does nothing if it has ended."""
        with self._lock:
            self.routes = tuple(each for each in self.routes if each is not route)
            if not self.routes and self._uninstall is not None:
                self._uninstall()
                self._uninstall = None

    def find(self, host: str, port: int) -> Channel | None:
        """Return the channel of a host's route; ``None`` if the request goes to the network.

        Raises ``UnroutedHost``. Hosts of this machine are never blocked.
        """
        route = self.find_route(host, port)
        return None if route is None else route.channel

    def find_route(self, host: str, port: int) -> Route | None:
        """Return the route of a host. Raises as ``find`` does."""
        if IS_OWN_REQUEST.get():
            return None
        try:
            name = normalize_host(host)
        except InvalidHost:
            name = host.lower()
        routes = self.routes
        if any((name, port) in route.addresses for route in routes):
            return None
        for route in routes:
            if route.matches(name, port):
                return route
        if any(route.strict for route in routes) and not is_loopback(name):
            raise UnroutedHost(host, sorted({route.pattern for route in routes if route.pattern}))
        return None


def parse_route_url(url: str) -> tuple[str, int | None]:
    """Return the host and the port of a route such as ``https://acme.example.com``.

    The scheme may be missing; ``*.`` stands for all hosts below a domain. Without a port, all ports of
    the host belong to the route, but on this machine only that of the scheme. Raises ``InvalidRoute``.
    """
    if not isinstance(url, str):
        raise InvalidRoute(f"the URL of a route must be a string, not {type(url).__name__}")
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if separator and scheme not in PORTS:
        raise InvalidRoute(f"{url!r} is not a URL of HTTP: it must begin with https:// or http://")
    try:
        parts = urlsplit(f"//{rest if separator else url}")
        prefix = WILDCARD if (parts.hostname or "").startswith(WILDCARD) else ""
        host = prefix + normalize_host((parts.hostname or "").removeprefix(prefix))
        port = parts.port
    except (ValueError, InvalidHost):
        raise InvalidRoute(
            f"{url!r} is not the URL of a host; expected one such as https://acme.example.com or "
            "https://*.example.com"
        ) from None
    if port == 0:
        raise InvalidRoute(f"{url!r} has the port 0, which no server has")
    if parts.path.strip("/") or set("?#@") & set(url):
        raise InvalidRoute(f"{url!r} has more than scheme, host and port: a route is a whole host")
    if port is None and is_loopback(host):
        port = PORTS.get(scheme, PORTS["http"])
    return host, port


def parse_address(url: str) -> Address:
    """Return the address of a server's URL."""
    parts = urlsplit(url)
    return normalize_host(parts.hostname or ""), parts.port or PORTS[parts.scheme]
