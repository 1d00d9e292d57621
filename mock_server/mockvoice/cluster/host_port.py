"""Addresses of nodes and of the load balancer: a host and its main port."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Self

from mockvoice.tls.hosts import InvalidHost, normalize_host

MAX_PORT = 65535
_HOST_PORT = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>\d{1,5})"
)


class InvalidHostPort(ValueError):
    """A text is not a host with a port; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class HostPort:
    """A host and a port: ``127.0.0.1:8080``, ``[::1]:8080`` or ``node1:8080``."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a host with a port, also as a URL of HTTP. Raises ``InvalidHostPort``."""
        match = _HOST_PORT.fullmatch(text.removeprefix("http://").removesuffix("/"))
        try:
            if match is None or not 0 < int(match["port"]) <= MAX_PORT:
                raise InvalidHost(text)
            return cls(normalize_host(match["ipv6"] or match["host"]), int(match["port"]))
        except InvalidHost as error:
            raise InvalidHostPort(
                f"must be a host and a port such as 127.0.0.1:8080, [::1]:8080 or node1:8080, not {text!r}"
            ) from error

    def with_offset(self, offset: int) -> "HostPort":
        """Return the same host with a higher port. Raises ``InvalidHostPort`` above the last port."""
        port = self.port + offset
        if port > MAX_PORT:
            raise InvalidHostPort(
                f"{self}: the vendors' ports follow the main port, and {port} is above {MAX_PORT}"
            )
        return HostPort(self.host, port)

    @property
    def is_name(self) -> bool:
        """Whether the host is a name that must be resolved."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False

    def __str__(self) -> str:
        is_ipv6 = not self.is_name and isinstance(ip_address(self.host), IPv6Address)
        return f"[{self.host}]:{self.port}" if is_ipv6 else f"{self.host}:{self.port}"
