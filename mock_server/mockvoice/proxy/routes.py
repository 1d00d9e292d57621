"""Which vendor serves which hosts: patterns such as ``acme.example.com`` and ``*.example.com``."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mockvoice.tls.hosts import InvalidHost, normalize_host

WILDCARD = "*."


class InvalidRoute(ValueError):
    """A route cannot be used; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Route:
    """The vendor of a host, or with ``*.`` of all hosts below a domain."""

    pattern: str
    vendor: str


def parse_route(pattern: str, vendor: str, served: Collection[str]) -> Route:
    """Return a route that a user has written. Raises ``InvalidRoute``."""
    option = f"--route {pattern}={vendor}"
    prefix = WILDCARD if pattern.startswith(WILDCARD) else ""
    try:
        host = normalize_host(pattern.removeprefix(prefix))
    except InvalidHost as error:
        raise InvalidRoute(f"{option}: {pattern!r} is not a host: {_hint(pattern)}") from error
    if vendor not in served:
        raise InvalidRoute(f"{option}: {vendor!r} is not served; served: {', '.join(served)}")
    return Route(prefix + host, vendor)


def _hint(pattern: str) -> str:
    if "/" in pattern:
        return "write it without scheme and path"
    if pattern.rpartition(":")[2].isdecimal():
        return "write it without a port"
    return "expected one such as crm.example.com or *.example.com"


class Routes:
    """A table of hosts. Exact hosts come before wildcards, and long wildcards before short ones."""

    def __init__(self, routes: Iterable[Route]) -> None:
        # Of equal patterns the first wins, so that users' routes come before the vendors' own.
        vendors: dict[str, str] = {}
        for route in routes:
            vendors.setdefault(route.pattern, route.vendor)
        self._vendors: Mapping[str, str] = vendors

    def pairs(self) -> list[tuple[str, str]]:
        """Return each pattern with its vendor, exact hosts first."""
        return sorted(self._vendors.items(), key=lambda pair: pair[0].startswith(WILDCARD))

    def find(self, host: str) -> str | None:
        """Return the vendor of a normalized host; ``None`` if it has no route."""
        vendor = self._vendors.get(host)
        domain = host
        while vendor is None and domain:
            domain = domain.partition(".")[2]
            vendor = self._vendors.get(WILDCARD + domain)
        return vendor
