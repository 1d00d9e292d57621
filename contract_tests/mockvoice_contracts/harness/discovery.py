"""Discovery of the mock that serves a URL, through the control API on its main port."""

import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urlsplit

from mockvoice_contracts.harness.connections import ConnectionSettings
from mockvoice_contracts.harness.control import Control

DEFAULT_PORT = 8080
# A vendor's own port is usually a few above the main port.
PORTS_BELOW = 16
# A host that is not this machine gets few requests that it does not expect.
REMOTE_PORTS_BELOW = 4
CONNECT_TIMEOUT_SECONDS = 0.5
# The control API compiles its contract at the first request.
PROBE_TIMEOUT_SECONDS = 5


def find_control(
    url: str, vendor: str, connection: ConnectionSettings, *, is_local: bool
) -> Control | None:
    """Return the control API of the mock that serves the vendor at this URL, or ``None``.

    The mock's own list of vendors must contain the URL's port and path. Only ports that accept a
    connection get a request, and each of them gets one.
    """
    parts = urlsplit(url)
    if parts.port is None:
        return None
    control = Control(_base(parts, parts.port), vendor, connection=connection)
    if control.serves(url):
        return control
    ports = _likely_ports(parts.port, PORTS_BELOW if is_local else REMOTE_PORTS_BELOW)
    # Only the proxy knows which ports accept a connection.
    for port in ports if connection.proxy_for(url) else _open_ports(parts, ports):
        base = _base(parts, port)
        candidate = Control(
            base, vendor, timeout_seconds=PROBE_TIMEOUT_SECONDS, connection=connection
        )
        if candidate.serves(url):
            return Control(base, vendor, connection=connection)
    return None


def control_problem(url: str, connection: ConnectionSettings) -> str:
    """Return the end of a message: why no control API responds at the port of a URL."""
    parts = urlsplit(url)
    base = _base(parts, parts.port) if parts.port else url
    reason = Control(base, "", connection=connection).problem()
    return f": {reason}" if reason else ""


def _likely_ports(own: int, below: int) -> list[int]:
    """Return the other ports that may be the main port, the likeliest first."""
    ports = [DEFAULT_PORT, *range(own - 1, max(own - below - 1, 0), -1)]
    return [port for port in dict.fromkeys(ports) if port != own]


def _open_ports(parts: SplitResult, ports: Sequence[int]) -> Iterator[int]:
    """Yield the ports that accept a connection.

    All are tried at once: Windows needs seconds to notice that a port is closed.
    """
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
