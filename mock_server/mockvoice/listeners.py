"""The listening sockets of one server, all open before anything slow begins."""

import errno
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from mockvoice.settings import Settings
from mockvoice.web.vendor import Vendor

BACKLOG = 2048
LAST_PORT = 65535


class PortUnavailable(Exception):
    """A port or an address is not to be had. The text names the option that chooses it."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """The main socket, and each vendor's own by its key."""

    main: socket.socket
    vendors: Mapping[str, socket.socket]

    @classmethod
    def open(cls, settings: Settings, vendors: Iterable[Vendor]) -> Self:
        """Listen everywhere that the settings say, or nowhere: raises ``CannotListen``."""
        opened: list[socket.socket] = []
        try:
            opened.append(_listen(settings.host, settings.port, f"--port {settings.port}"))
            own = {}
            for vendor in vendors if settings.vendor_ports else ():
                own[vendor.key] = _listen_for(vendor, settings)
                opened.append(own[vendor.key])
        except PortUnavailable:
            for each in opened:
                each.close()
            raise
        return cls(opened[0], own)

    @property
    def all(self) -> list[socket.socket]:
        """Every socket, the main one first."""
        return [self.main, *self.vendors.values()]

    def close(self) -> None:
        """Stop listening."""
        for each in self.all:
            each.close()


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def _listen_for(vendor: Vendor, settings: Settings) -> socket.socket:
    if settings.port == 0:
        return _listen(settings.host, 0, "--port 0")
    port = settings.port + vendor.port_offset
    option = f"{vendor.key}'s, which is --port {settings.port} plus {vendor.port_offset}"
    if port > LAST_PORT:
        raise PortUnavailable(f"port {port} ({option}) is above {LAST_PORT}: choose a lower --port")
    return _listen(settings.host, port, option)


def _listen(host: str, port: int, option: str) -> socket.socket:
    try:
        family, address = _resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise PortUnavailable(f"--host {host} cannot be found: {error}") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Two servers may bind one port as long as neither listens, so the port is not ours before.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} ({option}) is taken: choose another --port, or 0 for free ones"
        elif error.errno == errno.EADDRNOTAVAIL:
            reason = f"--host {host} is no address of this machine"
        else:
            reason = f"cannot listen on {host} port {port} ({option}): {error.strerror}"
        raise PortUnavailable(reason) from error
    listener.setblocking(False)
    return listener


def _resolve(host: str, port: int) -> tuple[int, tuple[str, int] | tuple[str, int, int, int]]:
    """Where to bind; of a name with several addresses the IPv4 one, which clients try everywhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    return family, address  # type: ignore[return-value]  # the family is an internet one
