"""The host names by which a server may be called.

A website can make its own host name resolve to 127.0.0.1 and so reach a server that only listens
there (DNS rebinding). Its requests have the website's host name in the header ``Host``.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.settings import is_loopback
from mockvoice.web.errors import HostRejected
from mockvoice.web.request_context import RECEIVED_HOSTS_KEY, REJECTION_KEY


class HostNames:
    """The names of this machine, the address that a server listens on, and other allowed names.

    ``*.example.com`` allows all names below a domain.
    """

    def __init__(self, own: str, allowed: Iterable[str]) -> None:
        names = {_normalized(own), *map(_normalized, allowed)}
        domains = [name[1:] for name in names if name.startswith("*.")]
        self._domains = (".localhost", *domains)
        self._names = names

    def allows(self, host: str | None, scope: Scope) -> bool:
        """Return whether a host name without port is allowed in a request.

        If the server listens on all addresses, the one that received the request is allowed.
        """
        if host is None:
            return False
        name = _normalized(host)
        return (
            is_loopback(name)
            or name in self._names
            or name.endswith(self._domains)
            or name == _normalized(scope["server"][0])
        )

    def rejected_host(self, scope: Scope) -> str | None:
        """Return the first header ``Host`` of a request that is not allowed; ``None`` if all are.

        Behind a proxy, the one that was received must be allowed too: a page could send the header of
        a proxy, but it cannot change its own host name.
        """
        received: list[str] = scope.get(RECEIVED_HOSTS_KEY, [])
        for host in (*header_values(scope, b"host"), *received):
            if not self.allows(host_of(f"//{host}"), scope):
                return host
        return None


class StrictHosts:
    """An application that only gets requests for allowed host names.

    Others get the application's response to the error ``HostRejected``.
    """

    def __init__(self, app: ASGIApp, names: HostNames) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request's host, and pass the request on."""
        host = self._names.rejected_host(scope)
        if host is not None:
            scope.setdefault(REJECTION_KEY, HostRejected(host))
        await self._app(scope, receive, send)


def header_values(scope: Scope, name: bytes) -> list[str]:
    """Return all headers of a lower-case name."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def host_of(url: str) -> str | None:
    """Return the host of a URL; ``None`` if it has none, such as the origin ``null``.

    Neither header has user information, before which another host could be written.
    """
    if "@" in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    # Port 0 is never valid in a request, so the whole name is rejected.
    return parts.hostname if port is None or port else None


def _normalized(host: str) -> str:
    """Return a host name or address in its canonical form."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(name).compressed
    except ValueError:
        return name
