"""A receiver of webhooks, and an account of COUNT that sends them."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import requests

from mockvoice_contracts.suites.count.request_signer import body_hash, signature


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until a condition is true; fail after some time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Receiver(ThreadingHTTPServer):
    """HTTP server that records requests, and responds with the statuses in ``responses``, then 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[list[tuple[str, str]], bytes]] = []
        self.paths: list[str] = []
        self.responses: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook?from=count"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join(5)
        self.server_close()

    def wait(self, number: int) -> list[dict[str, Any]]:
        """Return the payloads once so many requests have arrived."""
        wait_for(lambda: len(self.received) >= number)
        return [json.loads(body) for _, body in self.received]

    def customers(self) -> list[str]:
        """Return the names of the customers in the payloads, in the order of their arrival."""
        return [json.loads(body)["data"]["customer"] for _, body in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.server.received.append((self.headers.items(), body))
        self.send_response(self.server.responses.pop(0) if self.server.responses else 200)
        self.end_headers()
        self.wfile.write(b"received")

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


class Workspace:
    """An account of COUNT in a sandbox of a server, as a client uses it."""

    def __init__(self, urls: dict[str, Any], http: requests.Session, **options: Any) -> None:
        self.http = http
        self._url = urls["vendors"]["count"]["root_url"]
        self._sandboxes = f"{urls['main']}/_mock/sandboxes"
        created = http.post(self._sandboxes, json={"data": "empty", **options}).json()
        self.name, self._credentials = created["name"], created["credentials"]["count"]

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a signed request; return its data."""
        data, stamp = json.dumps(body or {}).encode(), str(int(time.time()))
        digest, secret = body_hash(method, data), self._credentials["client_secret"]
        headers = {
            "x-client-id": self._credentials["client_id"],
            "x-timestamp": stamp,
            "x-signature": signature(secret, method, path, stamp, digest),
            "Authorization": f"Bearer {self._credentials['access_token']}",
            "Content-Type": "application/json",
        }
        url = f"{self._url}/partners{path}"
        response = self.http.request(
            method, url, data=None if method == "DELETE" else data, headers=headers
        )
        assert response.ok, response.text
        result: dict[str, Any] = response.json()["data"]
        return result

    def subscribe(
        self, url: str, event: str = "customer.created", number: int = 1, **fields: Any
    ) -> str:
        """Subscribe to an event, so many times; return the id of the last subscription."""
        body = {"event": event, "callbackUrl": url, **fields}
        for _ in range(number):
            uuid: str = self.send("POST", "/webhooks", body)["webhook"]["uuid"]
        return uuid

    def publish(self, name: str = "New") -> str:
        """Create a customer; return its id."""
        customer_id: str = self.send("POST", "/customers", {"customer": name})["id"]
        return customer_id

    def control(
        self, method: str, path: str = "", body: Any = None, status: int | None = None
    ) -> Any:
        """Send a request about the sandbox to the control API; return the response's JSON."""
        response = self.http.request(method, f"{self._sandboxes}/{self.name}{path}", json=body)
        if status is not None or not response.ok:
            assert response.status_code == status, response.text
        return response.json() if response.content else None

    def deliveries(self, query: str = "") -> list[dict[str, Any]]:
        """Return the webhook deliveries, the newest first."""
        rows: list[dict[str, Any]] = self.control("GET", f"/webhooks/deliveries{query}")
        return rows

    def wait_for_state(self, state: str, number: int = 1) -> dict[str, Any]:
        """Return the newest delivery once so many are in a state."""
        wait_for(lambda: len(self.deliveries(f"?state={state}")) >= number)
        return self.deliveries(f"?state={state}")[0]

    def fault(self, times: int | None = None, **effect: Any) -> dict[str, Any]:
        """Add a fault for webhook deliveries."""
        body = {"vendor": "count", "effect": {"kind": "webhook", **effect}, "times": times}
        result: dict[str, Any] = self.control("POST", "/faults", body, 201)
        return result
