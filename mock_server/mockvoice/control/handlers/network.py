"""The forward proxy, and the certificate that clients must trust."""

from typing import Any

from mockvoice.control.context import ServerContext


def get(server: ServerContext) -> dict[str, Any]:
    addresses = server.addresses
    return {
        "proxy_url": addresses.proxy,
        "routes": [{"host": host, "vendor": vendor} for host, vendor in addresses.routes],
        "ca_file": None if addresses.ca_file is None else str(addresses.ca_file),
        "ca_certificate": addresses.ca_certificate,
    }
