"""Servers that are no mock: one that answers as a function says, and one that passes on what it is asked."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

NOT_PASSED_ON = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "content-encoding", "date")
)


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Stranger:
    """A server's address, and what it has been asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def written(self) -> list[str]:
        """The requests that were not only to read."""
        return [f"{a.method} {a.path}" for a in self.asked if a.method not in ("GET", "HEAD")]


@contextmanager
def answering(answer: Callable[[Asked], Answer]) -> Iterator[Stranger]:
    """A server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            stranger.asked.append(asked)
            status, headers, content = answer(asked)
            self.send_response(status)
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
            """Nothing is to be said of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stranger = Stranger(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stranger
    finally:
        server.shutdown()
        server.server_close()


def passing_on(
    url: str, changed: Callable[[Asked, Answer], Answer] = lambda asked, answer: answer
) -> Callable[[Asked], Answer]:
    """What a vendor's root answers; ``changed`` may make another answer of it.

    There is no control API beside it, so that nothing tells it from somebody's account. It asks by
    another library than the suites do, whose requests are watched.
    """
    client = httpx.Client(trust_env=False, timeout=60, headers={"Connection": "close"})

    def answer(asked: Asked) -> Answer:
        reply = client.request(
            asked.method, url.rstrip("/") + asked.path, content=asked.body,
            headers={n: v for n, v in asked.headers.items() if n.lower() not in NOT_PASSED_ON},
        )  # fmt: skip
        headers = {n: v for n, v in reply.headers.items() if n.lower() not in NOT_PASSED_ON}
        if asked.method == "HEAD":
            headers["Content-Length"] = reply.headers.get("Content-Length", "0")
        return changed(asked, (reply.status_code, headers, reply.content))

    return answer
