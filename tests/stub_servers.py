"""Stubs of real servers: a function returns their responses, or forwards requests to a mock."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer

import httpx

from mockvoice.outbound.mock_header import MOCK_HEADER

# A mock is recognised by its header, while a stub looks like a real server.
NOT_FORWARDED = frozenset(
    (
        "host", "connection", "content-length", "transfer-encoding", "content-encoding", "date",
        MOCK_HEADER.lower(),
    )
)  # fmt: skip


@dataclass(frozen=True)
class ReceivedRequest:
    """``path`` includes the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Response = tuple[int, Mapping[str, str], bytes]


@dataclass
class StubServer:
    """The URL of a stub server, and the requests that it received."""

    url: str
    requests: list[ReceivedRequest] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        """The requests other than GET and HEAD, each as method and path."""
        return [
            f"{request.method} {request.path}"
            for request in self.requests
            if request.method not in ("GET", "HEAD")
        ]


@contextmanager
def stub_server(
    respond: Callable[[ReceivedRequest], Response], reason: str | None = None
) -> Iterator[StubServer]:
    """Serve the responses of a function on a free port; ``reason`` is the text after each status."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = ReceivedRequest(
                self.command, self.path, dict(self.headers), self.rfile.read(length)
            )
            stub.requests.append(request)
            status, headers, content = respond(request)
            self.send_response(status, reason)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204 and "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.do
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    with serve_handler(Handler) as port:
        stub = StubServer(f"http://127.0.0.1:{port}")
        yield stub


@contextmanager
def serve_connections(handler: type[BaseRequestHandler]) -> Iterator[str]:
    """Serve the connections of a free port in threads, and yield its URL."""
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def serve_handler(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve the requests of a free port in threads, and yield the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def forward_to(
    url: str,
    change: Callable[[ReceivedRequest, Response], Response] = lambda request, response: response,
) -> Callable[[ReceivedRequest], Response]:
    """Return a function that forwards requests to a vendor's root; ``change`` may alter the response.

    The stub has no control API, so it looks like a real account. It sends with ``httpx``, because
    requests sent with ``requests`` are monitored.
    """
    client = httpx.Client(trust_env=False, timeout=60, headers={"Connection": "close"})

    def respond(request: ReceivedRequest) -> Response:
        upstream_response = client.request(
            request.method, url.rstrip("/") + request.path, content=request.body,
            headers={n: v for n, v in request.headers.items() if n.lower() not in NOT_FORWARDED},
        )  # fmt: skip
        headers = {
            n: v for n, v in upstream_response.headers.items() if n.lower() not in NOT_FORWARDED
        }
        if request.method == "HEAD":
            headers["Content-Length"] = upstream_response.headers.get("Content-Length", "0")
        return change(request, (upstream_response.status_code, headers, upstream_response.content))

    return respond
