"""An HTTP server of the tests that receives the deliveries of webhooks."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mockvoice_contracts.harness.contract import Contract

SECRET = "whsec-contract"
REDIRECTED = "/elsewhere"


class Receiver(ThreadingHTTPServer):
    """HTTP server that stores deliveries and responds with the statuses in ``responses``."""

    daemon_threads = True

    def __init__(self, contract: Contract) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._contract = contract
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.responses: list[int] = []  # statuses of the first responses; 200 from then on
        self.followed: list[str] = []  # methods of the requests that followed a redirect
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?from=count"

    def wait(self, number: int) -> list[tuple[dict[str, str], dict[str, Any]]]:
        """Return the deliveries once ``number`` have arrived; fail after ten seconds.

        Each must be as the contract documents its event.
        """
        deadline = time.monotonic() + 10
        while len(self.received) < number and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= number, (
            f"{len(self.received)} deliveries arrived, expected {number}"
        )
        deliveries = [(headers, json.loads(body)) for headers, body in self.received]
        for headers, payload in deliveries:
            event = headers["x-webhook-event"]
            breaches = self._contract.webhook_breaches(event, payload)
            assert not breaches, f"the payload of {event}: {breaches[0].message}"
        return deliveries


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        self.server.followed.append(self.command)
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        if self.path == REDIRECTED:
            self.do_GET()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.delay)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append((headers, body))
        status = self.server.responses.pop(0) if self.server.responses else 200
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", REDIRECTED)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""
