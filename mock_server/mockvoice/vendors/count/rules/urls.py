"""URLs in requests: callbacks of webhooks and redirect URIs."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def host_of(url: str) -> str | None:
    """Return the host of a URL in lower case; ``None`` if it has none, or an impossible port.

    A backslash ends the host for browsers, but not for Python, so such a URL has no certain host.
    """
    if "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port != 0 else None
    except ValueError:
        return None


def is_loopback(url: str) -> bool:
    """Return whether the host of a URL is a loopback address."""
    host = host_of(url)
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
