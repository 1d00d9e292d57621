"""Listening sockets: a port belongs to one server, on every system."""

import errno
import socket

import pytest

from mockvoice import listeners
from mockvoice.listeners import PortUnavailable

OPTION = "--port 0"


def test_windows_opens_ports_exclusively(monkeypatch):
    # Only Windows has the option; another one takes its place here and shows that it was set.
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)
    listener = listeners._listen("127.0.0.1", 0, OPTION)
    with listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert not listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


def test_a_port_that_windows_refuses_is_reported_as_in_use(monkeypatch):
    def refuse(listener, backlog):
        raise PermissionError(errno.EACCES, "refused")

    monkeypatch.setattr(listeners, "IN_USE", (errno.EADDRINUSE, errno.EACCES))
    monkeypatch.setattr(socket.socket, "listen", refuse)

    with pytest.raises(PortUnavailable, match=r"port 0 \(--port 0\) is in use"):
        listeners._listen("127.0.0.1", 0, OPTION)


def test_a_second_server_cannot_listen_on_the_same_port():
    with listeners._listen("127.0.0.1", 0, OPTION) as first:
        port = listeners.port_of(first)
        with pytest.raises(PortUnavailable, match="is in use"):
            listeners._listen("127.0.0.1", port, f"--port {port}")
