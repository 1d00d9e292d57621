"""TLS servers in front of a mock's port, with certificates of an authority of their own."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import trustme

BUFFER_SIZE = 1 << 16


class Authority:
    """A certificate authority that no system trusts, and its file."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def context(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """Return the context of a server with a certificate for these names."""
        until = datetime(2020, 1, 1, tzinfo=UTC) if expired else None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names, not_after=until).configure_cert(context)
        return context

    @cached_property
    def context_of_localhost(self) -> ssl.SSLContext:
        """The context of a server on this machine that the proxy of the tests also knows."""
        return self.context("localhost", "127.0.0.1", "crm.test")


@contextmanager
def tls_server(context: ssl.SSLContext, upstream: str) -> Iterator[int]:
    """Serve a server's port with TLS; yield the port with TLS."""
    address = urlsplit(upstream)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        accepting = threading.Thread(
            target=_accept, args=(listener, context, address.hostname, address.port), daemon=True
        )
        accepting.start()
        yield listener.getsockname()[1]
        # A blocked accept does not notice that its socket is closed.
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join(5)


def _accept(listener: socket.socket, context: ssl.SSLContext, host: str, port: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, context, host, port), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, host: str, port: int) -> None:
    with (
        suppress(OSError),
        closing(client),
        closing(context.wrap_socket(client, server_side=True)) as encrypted,
        closing(socket.create_connection((host, port))) as upstream,
    ):
        relay(encrypted, upstream)


def relay(left: socket.socket, right: socket.socket) -> None:
    """Send everything between two sockets until both have ended."""
    back = threading.Thread(target=_pump, args=(right, left), daemon=True)
    back.start()
    _pump(left, right)
    back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(BUFFER_SIZE):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    with suppress(OSError):
        source.shutdown(socket.SHUT_RD)
