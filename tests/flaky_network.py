"""A network that loses answers, refuses for a while, and can end the client at the worst moment."""

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import requests

WRITES = ("POST", "PUT", "PATCH", "DELETE")
PASSED_ON = ("Authorization", "Content-Type", "x-client-id", "x-timestamp", "x-signature")


class Network:
    """Stands before a server. ``trouble`` says what happens to each write, by its number from 1 on.

    ``lost``: it is carried out, and the connection closed unanswered. ``failed``: carried out, and
    answered with 503. ``busy``: answered with 429. ``down``: answered with 503. ``killed before``,
    ``killed after`` and ``killed answered`` end the client ``victim`` before it is carried out,
    after that, or with its answer.
    """

    def __init__(self, url, trouble):
        self.trouble = trouble
        self.writes = 0
        self.victim = None
        self._lock = threading.Lock()
        network = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                network.handle(self, url)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815

            def log_message(self, *_):
                """Nothing is to be said of each request."""

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
        trouble = self._next(client.command)
        if trouble in ("busy", "down"):
            return self.answer(client, 429 if trouble == "busy" else 503, b"{}")
        if trouble == "killed before":
            return self.kill(client)
        headers = {name: client.headers[name] for name in PASSED_ON if name in client.headers}
        answer = requests.request(
            client.command, url + client.path, data=body or None, headers=headers, timeout=30
        )
        if trouble == "killed after":
            return self.kill(client)
        if trouble == "lost":
            client.close_connection = True
            return None
        status = 503 if trouble == "failed" else answer.status_code
        self.answer(client, status, answer.content)
        return self.kill(client) if trouble == "killed answered" else None

    def answer(self, client, status, content):
        client.send_response(status)
        client.send_header("Content-Type", "application/json")
        client.send_header("Content-Length", str(len(content)))
        client.send_header("Retry-After", "0")
        client.end_headers()
        client.wfile.write(content)

    def kill(self, client):
        os.kill(self.victim.pid, signal.SIGKILL)
        self.victim.wait()
        client.close_connection = True

    def _next(self, method):
        if method not in WRITES:
            return None
        with self._lock:
            self.writes += 1
            return self.trouble.get(self.writes)


def often(kinds, number, seed):
    """Trouble with about every fifth of so many writes."""
    chance = Random(seed)
    return {n: chance.choice(kinds) for n in range(1, number) if chance.random() < 0.2}
