"""The proxy of a URL: a configured one, or that of the environment."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from mockvoice.settings import is_loopback

SCHEMES = ("http", "https")
CONFIGURED = "--proxy, or proxy in the target file"


class InvalidProxy(Exception):
    """The URL of a proxy is invalid; the message does not contain it."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the setting that names it. As a text, it has no credentials."""

    url: str = field(repr=False)
    source: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        address = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{'***@' if self.has_credentials else ''}{address}"

    @property
    def has_credentials(self) -> bool:
        """Whether the URL contains a user name or a password."""
        return "@" in urlsplit(self.url).netloc

    @property
    def secrets(self) -> Mapping[str, str]:
        """The name of each text that must not be printed."""
        if not self.has_credentials:
            return {}
        user_info = urlsplit(self.url).netloc.rpartition("@")[0]
        user, _, password = user_info.partition(":")
        decoded = f"{unquote(user)}:{unquote(password)}"
        header = base64.b64encode(decoded.encode()).decode()
        secrets = {
            password: "proxy_password", unquote(password): "proxy_password",
            header: "proxy_authorization", user_info: "proxy_credentials",
        }  # fmt: skip
        return {secret: name for secret, name in secrets.items() if secret}


def parse_proxy(text: str, source: str) -> Proxy:
    """Return the proxy with a URL, which begins with http:// unless it has a scheme.

    Raises ``InvalidProxy``.
    """
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        is_valid = bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        is_valid = False
    if not is_valid or parts.query or parts.fragment:
        raise InvalidProxy(
            f"{source} does not name a valid proxy; expected a URL such as http://proxy.example:3128"
        )
    if parts.scheme.lower() not in SCHEMES:
        raise InvalidProxy(
            f"{source} names a proxy with the protocol {parts.scheme}, which is not supported; "
            "expected a URL that begins with http:// or https://"
        )
    return Proxy(url, source)


def environment_proxy(url: str) -> Proxy | None:
    """Return the proxy for a URL by the proxy variables or the system's settings, if there is one.

    Raises ``InvalidProxy``.
    """
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port or _default_port(parts.scheme)
    # First, because reading all variables takes a large part of a request to this machine.
    if not host or is_local_host(host):
        return None
    proxies = getproxies()
    name = parts.scheme if parts.scheme in proxies else "all"
    if name not in proxies:
        return None
    if is_exempt(host, port, proxies.get("no", "")) or proxy_bypass(host):
        return None
    return parse_proxy(proxies[name], _variable(name))


@lru_cache(maxsize=256)
def is_local_host(host: str) -> bool:
    """Return whether a host is this machine, which is never called through a proxy."""
    return is_loopback(host) or host.rstrip(".").lower().endswith(".localhost")


def is_exempt(host: str, port: int, no_proxy: str) -> bool:
    """Return whether a list such as that of ``NO_PROXY`` contains a host.

    Its entries are names, which include all subdomains, addresses, networks such as 10.0.0.0/8, and
    ``*``; a name may have a port.
    """
    return any(
        _matches(host.lower(), port, entry) for entry in re.split(r"[\s,]+", no_proxy) if entry
    )


def _matches(host: str, port: int, entry: str) -> bool:
    if entry == "*":
        return True
    try:
        network = ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        name, colon, entry_port = entry.lower().rpartition(":")
        if not (colon and entry_port.isdigit()):
            name, entry_port = entry.lower(), str(port)
        name = name.removeprefix("*").strip(".[]")
        return entry_port == str(port) and (host == name or host.endswith(f".{name}"))
    try:
        return ip_address(host) in network
    except ValueError:
        return False


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _variable(name: str) -> str:
    """Return the variable that names a proxy, as it is spelled in the environment."""
    for variable in (f"{name}_proxy", f"{name}_proxy".upper()):
        if os.environ.get(variable):
            return f"the variable {variable}"
    return "the system's proxy settings"
