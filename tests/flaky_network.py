"""A proxy that simulates network failures: lost responses, rejected requests, a killed client."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import requests

WRITES = ("POST", "PUT", "PATCH", "DELETE")
FORWARDED_HEADERS = ("Authorization", "Content-Type", "x-client-id", "x-timestamp", "x-signature")


class FlakyNetwork:
    """A proxy in front of a server. ``failures`` maps the number of a write (from 1) to a failure.

    ``lost``: the server executes the write, and the connection is closed without a response.
    ``failed``: the server executes the write, and the response is 503.
    ``busy``, ``down``: the write is not executed, and the response is 429 or 503.
    ``killed before request``, ``killed after request``, ``killed after response``: the client
    ``process`` is killed before the write is executed, after it, or after the response.
    """

    def __init__(self, url, failures):
        self.failures = failures
        self.writes = 0
        self.process = None
        self._lock = threading.Lock()
        network = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                network.handle(self, url)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815

            def log_message(self, *_):
                """Do not log requests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def handle(self, client, url):
        body = client.rfile.read(int(client.headers.get("Content-Length") or 0))
        failure = self._next(client.command)
        if failure in ("busy", "down"):
            return self.respond(client, 429 if failure == "busy" else 503, b"{}")
        if failure == "killed before request":
            return self.kill(client)
        headers = {
            name: client.headers[name] for name in FORWARDED_HEADERS if name in client.headers
        }
        response = requests.request(
            client.command, url + client.path, data=body or None, headers=headers, timeout=30
        )
        if failure == "killed after request":
            return self.kill(client)
        if failure == "lost":
            client.close_connection = True
            return None
        status = 503 if failure == "failed" else response.status_code
        self.respond(client, status, response.content)
        return self.kill(client) if failure == "killed after response" else None

    def respond(self, client, status, content):
        client.send_response(status)
        client.send_header("Content-Type", "application/json")
        client.send_header("Content-Length", str(len(content)))
        client.send_header("Retry-After", "0")
        client.end_headers()
        client.wfile.write(content)

    def kill(self, client):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        client.close_connection = True

    def _next(self, method):
        if method not in WRITES:
            return None
        with self._lock:
            self.writes += 1
            return self.failures.get(self.writes)


def random_failures(kinds, number, seed):
    """Return random failures for about a fifth of ``number`` writes."""
    rng = Random(seed)
    return {n: rng.choice(kinds) for n in range(1, number) if rng.random() < 0.2}
