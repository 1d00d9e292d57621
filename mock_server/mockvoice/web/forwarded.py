"""The URL that a client used, if a trusted proxy in front of the server forwards its requests."""

import re
from collections.abc import Awaitable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.web.hosts import header_values
from mockvoice.web.request_context import PREFIX_KEY, RECEIVED_HOSTS_KEY

Network = IPv4Network | IPv6Network
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
MAX_PORT = 65535
_PREFIX = re.compile(rb"(?:/[A-Za-z0-9._~-]+)+/?")
_DOTS = {b".", b".."}  # segments that clients resolve
_SCHEMES = (b"http", b"https")
_PROTO, _FORWARDED_HOST, _FORWARDED_PREFIX = (
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"x-forwarded-prefix",
)


class ForwardedRequests:
    """An application whose requests have the scheme, the host and the path prefix that clients used.

    ``X-Forwarded-Proto``, ``X-Forwarded-Host`` and ``X-Forwarded-Prefix`` count if the request comes from
    one of these networks. If several proxies have added a value, the first counts. Invalid values do not.
    """

    def __init__(self, app: ASGIApp, networks: Sequence[Network]) -> None:
        self._app = app
        self._networks = networks

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Change the scope of a forwarded request, and pass it on."""
        if scope.get("client") and self._trusts(scope["client"][0]):
            _apply({name: _first(value) for name, value in reversed(scope["headers"])}, scope)
        return self._app(scope, receive, send)

    def _trusts(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)


def _apply(sent: dict[bytes, bytes], scope: Scope) -> None:
    scheme = sent.get(_PROTO, b"").lower()
    if scheme in _SCHEMES:
        scope["scheme"] = scheme.decode()
    host = sent.get(_FORWARDED_HOST, b"")
    if (match := _HOST.fullmatch(host)) and int(match["port"] or 0) <= MAX_PORT:
        scope[RECEIVED_HOSTS_KEY] = header_values(scope, b"host")
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", host), *others]
    prefix = sent.get(_FORWARDED_PREFIX, b"")
    if _PREFIX.fullmatch(prefix) and _DOTS.isdisjoint(prefix.split(b"/")):
        scope[PREFIX_KEY] = prefix.rstrip(b"/").decode()


def _first(value: bytes) -> bytes:
    return value.partition(b",")[0].strip()
