"""URLs of a running server."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VendorAddress:
    """URLs of one vendor; ``None`` for a URL that this server does not serve."""

    prefix_url: str
    root_url: str | None
    spec_url: str | None
    docs_url: str | None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The main origin, and each vendor's URLs by vendor key."""

    main: str
    vendors: Mapping[str, VendorAddress]
    proxy: str | None = None  # the URL of the forward proxy
    routes: Sequence[tuple[str, str]] = ()  # the hosts that it serves, with their vendors
    ca_file: Path | None = None  # the certificate of the server's authority
    ca_certificate: str | None = None  # the content of this file, in PEM

    @classmethod
    def of(
        cls,
        host: str,
        main_port: int,
        vendors: Iterable[str],
        ports: Mapping[str, int],
        *,
        control: bool,
        scheme: str = "http",
    ) -> "Addresses":
        """Return the addresses of the vendors; ``ports`` has their own ports, if any, by vendor."""
        main = origin(host, main_port, scheme)
        return cls(
            main,
            {
                key: VendorAddress(
                    prefix_url=f"{main}/{key}",
                    root_url=origin(host, ports[key], scheme) if key in ports else None,
                    spec_url=f"{main}/_mock/vendors/{key}/openapi.json" if control else None,
                    docs_url=f"{main}/_mock/vendors/{key}/docs" if control else None,
                )
                for key in vendors
            },
        )


def origin(host: str, port: int, scheme: str = "http") -> str:
    """Return the URL of a port for clients on this machine.

    A wildcard address cannot be called, so it becomes the loopback address.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return f"{scheme}://{host}:{port}"
    if address.is_unspecified:
        address = ip_address("127.0.0.1" if address.version == 4 else "::1")
    name = f"[{address}]" if address.version == 6 else str(address)
    return f"{scheme}://{name}:{port}"
