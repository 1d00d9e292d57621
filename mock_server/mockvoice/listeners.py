"""The listening sockets of one server, all opened before any slow startup work."""

import errno
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from mockvoice.settings import Settings

BACKLOG = 2048
# On Windows, the system refuses some ports that another program uses with EACCES.
IN_USE = (errno.EADDRINUSE, *([errno.EACCES] if sys.platform == "win32" else []))
LAST_PORT = 65535


class PortUnavailable(Exception):
    """The port or address is unavailable. The message names the option that selects it."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """The main socket, the vendors' own sockets by vendor key, and the proxy's if there is one."""

    main: socket.socket
    vendors: Mapping[str, socket.socket]
    proxy: socket.socket | None = None

    @classmethod
    def open(cls, settings: Settings, offsets: Mapping[str, int]) -> Self:
        """Open all listeners of the settings, or none. Raises ``PortUnavailable``.

        ``offsets`` has each vendor's usual distance from the main port.
        """
        for key in sorted(settings.own_ports.keys() - offsets):
            served = ", ".join(offsets)
            raise PortUnavailable(f"--vendor-port {key}: {key!r} is not served; served: {served}")
        _check_distinct(settings, offsets)
        opened: list[socket.socket] = []
        try:
            opened.append(_listen(settings.host, settings.port, f"--port {settings.port}"))
            by_vendor = {}
            for key, offset in offsets.items() if settings.vendor_ports else ():
                by_vendor[key] = _listen_for(key, offset, settings)
                opened.append(by_vendor[key])
            proxy = _listen_for_proxy(settings)
        except PortUnavailable:
            for listener in opened:
                listener.close()
            raise
        return cls(opened[0], by_vendor, proxy)

    @property
    def servers(self) -> list[socket.socket]:
        """All sockets but the proxy's, the main one first."""
        return [self.main, *self.vendors.values()]

    def close(self) -> None:
        """Stop listening."""
        for listener in (*self.servers, self.proxy):
            if listener is not None:
                listener.close()


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def _check_distinct(settings: Settings, offsets: Mapping[str, int]) -> None:
    """Raise ``PortUnavailable`` for a port that two options name."""
    vendors = offsets if settings.vendor_ports else {}
    requested = {"--port": settings.port, "--proxy-port": settings.proxy_port or 0}
    for key, offset in vendors.items():
        usual = settings.port + offset if settings.port else 0
        option = f"--vendor-port {key}" if key in settings.own_ports else f"{key}'s usual port"
        requested[option] = settings.own_ports.get(key, usual)
    users: dict[int, str] = {}
    for option, port in requested.items():
        if port and (other := users.setdefault(port, option)) != option:
            raise PortUnavailable(f"port {port} has two uses, {other} and {option}: choose another")


def _listen_for(key: str, offset: int, settings: Settings) -> socket.socket:
    if key in settings.own_ports:
        port = settings.own_ports[key]
        return _listen(settings.host, port, f"--vendor-port {key}={port}")
    if settings.port == 0:
        return _listen(settings.host, 0, "--port 0")
    port = settings.port + offset
    option = f"{key}'s, which is --port {settings.port} plus {offset}"
    if port > LAST_PORT:
        raise PortUnavailable(f"port {port} ({option}) is above {LAST_PORT}: choose a lower --port")
    return _listen(settings.host, port, option)


def _listen_for_proxy(settings: Settings) -> socket.socket | None:
    port = settings.proxy_port
    return None if port is None else _listen(settings.host, port, f"--proxy-port {port}")


def _listen(host: str, port: int, option: str) -> socket.socket:
    try:
        family, address = _resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise PortUnavailable(f"--host {host} cannot be resolved: {error}") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # On Windows, SO_REUSEADDR would let two servers share a port.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        listener.setsockopt(socket.SOL_SOCKET, exclusive or socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Two servers can bind the same port before either listens; only ``listen`` reserves it.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno in IN_USE:
            name = option.split()[0] if option.startswith("--") else "--port"
            reason = f"port {port} ({option}) is in use: choose another {name}, or 0 for free ports"
        elif error.errno == errno.EADDRNOTAVAIL:
            reason = f"--host {host} is not an address of this machine"
        else:
            reason = f"cannot listen on {host} port {port} ({option}): {error.strerror}"
        raise PortUnavailable(reason) from error
    listener.setblocking(False)
    return listener


def _resolve(host: str, port: int) -> tuple[int, tuple[str, int] | tuple[str, int, int, int]]:
    """Return the family and address to bind; IPv4 is preferred, since every client tries it."""
    candidates = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    candidates.sort(key=lambda candidate: candidate[0] != socket.AF_INET)
    family, _, _, _, address = candidates[0]
    return family, address  # type: ignore[return-value]  # the family is IPv4 or IPv6
