"""Discovery of the mock that serves a URL, and of its control API.

The responses of a mock name its control API (``X-Mock-Server``). This header alone proves nothing: a
proxy may pass it on from another server. The control API confirms it if the mock's list of vendors
contains the URL, or if its journal contains the request whose response had the header.
"""

import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import requests

from mockvoice.outbound.mock_header import MOCK_HEADER, control_url
from mockvoice_contracts.harness.connections import (
    ConnectionSettings,
    connection_problem,
    open_session,
    response_problem,
)
from mockvoice_contracts.harness.control import TIMEOUT_SECONDS, Control

DEFAULT_PORT = 8080
# A vendor's own port is usually a few above the main port.
PORTS_BELOW = 16
# A host that is not this machine gets few requests that it does not expect.
REMOTE_PORTS_BELOW = 4
CONNECT_TIMEOUT_SECONDS = 0.5
# The control API compiles its contract at the first request.
PROBE_TIMEOUT_SECONDS = 5


class UnusableConnection(Exception):
    """The connection to a server cannot work as it is configured; the message says what to change."""


@dataclass(frozen=True)
class Discovery:
    """What is known of a server: its control API, and whether its responses are those of a mock.

    ``responds`` is false if it sent no response at all.
    """

    control: Control | None = None
    has_header: bool = False
    responds: bool = True


class MockFinder:
    """The search for the mock that serves one vendor at one URL."""

    def __init__(self, url: str, vendor: str, connection: ConnectionSettings) -> None:
        self._url, self._vendor, self._connection = url, vendor, connection
        self._parts = urlsplit(url)
        self._marker = secrets.token_hex(8)

    def find(self, *, is_local: bool, asks_ports: bool) -> Discovery:
        """Return what is known of the server; ``asks_ports``: its other ports may get requests.

        A control API that no header names must list the URL. Only ports that accept a connection
        get a request, and each of them gets one or two.
        """
        responds, announced = self._announced_control()
        bases = [] if announced is None else [self._on_own_host(announced)]
        if asks_ports:
            below = PORTS_BELOW if is_local else REMOTE_PORTS_BELOW
            bases = [*bases, *(base for base in self._likely_bases(below) if base not in bases)]
        for base in bases:
            candidate = self._control(base, PROBE_TIMEOUT_SECONDS)
            if candidate.serves(self._url) or (announced and candidate.received(self._marker)):
                return Discovery(self._control(base), has_header=announced is not None)
        return Discovery(has_header=announced is not None, responds=responds)

    def problem(self) -> str:
        """Return the end of a message: why no control API responds at the port of the URL."""
        reason = self._control(_base(self._parts, self._parts.port)).problem()
        return f": {reason}" if reason else ""

    def _announced_control(self) -> tuple[bool, str | None]:
        """Return whether the server responds to a GET that has a marker in its query, and the address in its header.

        Raises ``UnusableConnection``: a connection that cannot work as configured is not tried again.
        """
        proxy = self._connection.proxy_for(self._url)
        try:
            with open_session(self._connection) as session:
                response = session.get(
                    f"{self._url}/?mockvoice-check={self._marker}",
                    timeout=PROBE_TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            if problem := connection_problem(error, self._url, proxy, first=True):
                raise UnusableConnection(problem) from error
            return False, None  # The probe of the check says why the server does not respond.
        if problem := response_problem(response.status_code, response.text, self._url, proxy):
            raise UnusableConnection(problem)
        return True, announced_control(response.headers)

    def _on_own_host(self, announced: str) -> str:
        """Return the address of a control API with the host of the URL.

        The mock's own name for its host may not be known here, and no other host may confirm it.
        """
        parts = urlsplit(announced)
        return _base(self._parts._replace(scheme=parts.scheme), parts.port)

    def _likely_bases(self, below: int) -> Iterator[str]:
        own = self._parts.port
        if own is None:
            return
        yield _base(self._parts, own)
        ports = _likely_ports(own, below)
        # Only the proxy knows which ports accept a connection.
        through_proxy = self._connection.proxy_for(self._url) is not None
        for port in ports if through_proxy else _open_ports(self._parts, ports):
            yield _base(self._parts, port)

    def _control(self, base: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Control:
        return Control(
            base, self._vendor, timeout_seconds=timeout_seconds, connection=self._connection
        )


def announced_control(headers: Mapping[str, str]) -> str | None:
    """Return the address of the control API in the headers of a mock's response, or ``None``."""
    values = [value for name, value in headers.items() if name.lower() == MOCK_HEADER.lower()]
    return control_url(values[0]) if values else None


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


def _base(parts: SplitResult, port: int | None) -> str:
    host = parts.hostname or ""
    end = "" if port is None else f":{port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{end}"
