"""A forward proxy on 127.0.0.1 with CONNECT and absolute URLs, and optionally a password."""

import base64
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import httpx

from tests.stub_servers import serve_handler
from tests.tls_servers import relay

HOP_BY_HOP = frozenset(
    ("connection", "proxy-connection", "proxy-authorization", "transfer-encoding", "content-length")
)


class ConnectProxy:
    """The proxy's address, and what it was asked for, such as ``CONNECT crm.test:443``."""

    def __init__(self, address: str) -> None:
        self.address = address  # host and port
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://{self.address}"


@contextmanager
def connect_proxy(
    ports: Mapping[str, int], credentials: str | None = None, status: int = 200
) -> Iterator[ConnectProxy]:
    """Run a proxy that knows some hosts, by their local ports; ``status`` answers each CONNECT.

    ``credentials`` are a user name and a password, as in ``user:password``.
    """
    expected = credentials and f"Basic {base64.b64encode(credentials.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            proxy.requests.append(f"CONNECT {self.path}")
            port = ports.get(self.path.partition(":")[0])
            if not self._is_authenticated():
                return
            if status != 200 or port is None:
                self.send_error(502 if port is None else status)
                return
            with closing(socket.create_connection(("127.0.0.1", port))) as upstream:
                self.send_response(200)
                self.end_headers()
                relay(self.connection, upstream)
            self.close_connection = True

        def do(self) -> None:
            parts = urlsplit(self.path)
            if not parts.netloc:
                # Other tests look for servers at ports near their own.
                self.send_error(400, "this is a proxy")
                return
            proxy.requests.append(f"{self.command} {self.path}")
            if not self._is_authenticated():
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            headers = {n: v for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP}
            with httpx.Client(trust_env=False, timeout=30) as client:
                response = client.request(
                    self.command, f"http://127.0.0.1:{ports[parts.hostname]}{path}",
                    content=body, headers={**headers, "Accept-Encoding": "identity"},
                )  # fmt: skip
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815

        def _is_authenticated(self) -> bool:
            if expected is None or self.headers.get("Proxy-Authorization") == expected:
                return True
            self.send_response(407, "Proxy Authentication Required")
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.close_connection = True
            return False

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    with serve_handler(Handler) as port:
        proxy = ConnectProxy(f"127.0.0.1:{port}")
        yield proxy
