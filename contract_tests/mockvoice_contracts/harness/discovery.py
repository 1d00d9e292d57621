"""Discovery of the mock that serves a URL, through the control API on its main port."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urlsplit

from mockvoice_contracts.harness.control import Control

DEFAULT_PORT = 8080
# A vendor's own port is usually a few above the main port.
PORTS_BELOW = 16
# A host that is not this machine gets few requests that it does not expect.
REMOTE_PORTS_BELOW = 4
CONNECT_TIMEOUT_SECONDS = 0.5
# The control API compiles its contract at the first request.
PROBE_TIMEOUT_SECONDS = 5


def find_control(url: str, vendor: str, *, is_local: bool) -> Control | None:
    """Return the control API of the mock that serves the vendor at this URL, or ``None``.

    The mock's own list of vendors must contain the URL's port and path. Only ports that accept a
    connection get a request, and each of them gets one.
    """
    parts = urlsplit(url)
    if parts.port is None:
        return None
    control = Control(_base(parts, parts.port), vendor)
    if control.serves(url):
        return control
    for port in _open_ports(parts, PORTS_BELOW if is_local else REMOTE_PORTS_BELOW):
        base = _base(parts, port)
        if Control(base, vendor, timeout_seconds=PROBE_TIMEOUT_SECONDS).serves(url):
            return Control(base, vendor)
    return None


def _open_ports(parts: SplitResult, below: int) -> Iterator[int]:
    """Yield the other ports that may be the main port, the likeliest first.

    All are tried at once: Windows needs seconds to notice that a port is closed.
    """
    own = parts.port or 0
    ports = [DEFAULT_PORT, *range(own - 1, max(own - below - 1, 0), -1)]
    ports = [port for port in dict.fromkeys(ports) if port != own]
    with ThreadPoolExecutor(len(ports)) as pool:
        is_open = list(pool.map(lambda port: _accepts(parts.hostname or "", port), ports))
    return (port for port, accepted in zip(ports, is_open, strict=True) if accepted)


def _accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), CONNECT_TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


def _base(parts: SplitResult, port: int) -> str:
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
