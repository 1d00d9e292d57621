"""Probes of COUNT's webhook deliveries, with a receiver of their own."""

import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.count_records import customer, invoice, invoice_action

# The first delivery of a server that has just started takes seconds on a busy machine.
RECEIVER_TIMEOUT_SECONDS = 20
GRACE_SECONDS = 0.5  # for a delivery that must not arrive


class Received(NamedTuple):
    """What a probe looks at in a delivery."""

    path: str
    event: str
    signature: str | None
    body: bytes


class _Receiver(BaseHTTPRequestHandler):
    received: list[Received]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = self.headers.get("X-Webhook-Signature")
        self.received.append(Received(self.path, json.loads(body)["event"], signature, body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def receiver(status: int = 200) -> Iterator[tuple[str, list[Received]]]:
    """Run a receiver; yield its address and the list of its deliveries."""
    received: list[Received] = []
    handler = type("Handler", (_Receiver,), {"received": received, "status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()


def wait_for_first(received: list[Received]) -> None:
    deadline = time.monotonic() + RECEIVER_TIMEOUT_SECONDS
    while not received and time.monotonic() < deadline:
        time.sleep(0.02)


def subscribe(api: ProbeClient, event: str, url: str, **fields: Any) -> str:
    payload = {"event": event, "callbackUrl": url, **fields}
    webhook: str = api("POST", "/partners/webhooks", payload)[1]["data"]["webhook"]["uuid"]
    return webhook


def webhooks(api: ProbeClient) -> Any:
    with receiver() as (url, received):
        webhook = subscribe(api, "customer.created", f"{url}/hook", signingSecret="a-long-secret")
        customer(api)
        wait_for_first(received)
        api("DELETE", f"/partners/webhooks/{webhook}")
    signatures = [delivery.signature for delivery in received]
    return [signature and signature.partition("=")[0][:7] for signature in signatures]


def delivered_events(api: ProbeClient) -> Any:
    draft = invoice(api)
    with receiver() as (url, received):
        updates = subscribe(api, "invoice.updated", f"{url}/updates")
        paused = subscribe(api, "invoice.updated", f"{url}/paused")
        deletions = subscribe(api, "invoice.deleted", f"{url}/deletions")
        api("PATCH", f"/partners/webhooks/{paused}", {"status": "paused"})
        invoice_action(api, draft, "DELETE")
        wait_for_first(received)
        time.sleep(GRACE_SECONDS)
        for webhook in (updates, paused, deletions):
            api("DELETE", f"/partners/webhooks/{webhook}")
    return sorted((delivery.path, delivery.event) for delivery in received)


def replaced_secret(api: ProbeClient) -> Any:
    """Return whether the delivery of a subscription is signed with its second secret."""
    with receiver() as (url, received):
        webhook = subscribe(api, "customer.created", f"{url}/hook", signingSecret="a-long-secret")
        api("PATCH", f"/partners/webhooks/{webhook}", {"signingSecret": "another-secret"})
        customer(api)
        wait_for_first(received)
        api("DELETE", f"/partners/webhooks/{webhook}")
    expected = [hmac.digest(b"another-secret", row.body, "sha256").hex() for row in received]
    return [
        row.signature == f"sha256={digest}" for row, digest in zip(received, expected, strict=True)
    ]
