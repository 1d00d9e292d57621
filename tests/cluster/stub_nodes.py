"""Stubs of nodes: each answers at all of its ports with its name."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.stub_servers import ReceivedRequest

HEALTH_PATH = "/_mock/health"


class StubNode:
    """A node on consecutive ports. It can die, as a killed process does, and start again.

    A request to ``/die`` makes it die before it answers.
    """

    def __init__(self, name: str, port: int, ports: int) -> None:
        self.name = name
        self.port = port
        self.requests: list[ReceivedRequest] = []
        self.health_checks: list[ReceivedRequest] = []
        self.is_stuck = threading.Event()  # it accepts connections and answers nothing
        self._ports = range(port, port + ports)
        self._servers: list[ThreadingHTTPServer] = []
        self._connections: set[socket.socket] = set()

    def start(self) -> None:
        """Listen at all ports."""
        handler = _handler(self)
        for port in self._ports:
            server = _Server(("127.0.0.1", port), handler)
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def die(self) -> None:
        """Stop listening, and drop all connections."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()
        for connection in list(self._connections):
            with suppress(OSError):  # its client has closed it
                connection.shutdown(socket.SHUT_RDWR)

    def add(self, connection: socket.socket) -> None:
        """Remember an open connection."""
        self._connections.add(connection)

    def remove(self, connection: socket.socket) -> None:
        """Forget a closed connection."""
        self._connections.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Do not print the errors of connections that were dropped."""


def _handler(node: StubNode) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            node.add(self.connection)

        def finish(self) -> None:
            node.remove(self.connection)
            super().finish()

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = ReceivedRequest(self.command, self.path, dict(self.headers), body)
            if self.path == HEALTH_PATH:
                node.health_checks.append(request)
            else:
                node.requests.append(request)
            if self.path == "/die":
                node.die()
                return
            while node.is_stuck.is_set():
                time.sleep(0.05)
            content = node.name.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.respond
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    return Handler
