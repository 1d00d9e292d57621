"""Probes of what COUNT does after a second call, after an undo, and by itself after a change."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    approved_invoice,
    body,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    pay,
    read,
)

RECIPIENTS = {"recipients": ["a@probe.example"]}
TEMPLATES = "/partners/recurring-invoice-templates"
# The first delivery of a server that has just started takes seconds on a busy machine.
RECEIVER_TIMEOUT_SECONDS = 20
GRACE_SECONDS = 0.5  # for a request that must not arrive


def drafts_with_a_link(api: ProbeClient) -> Any:
    return invoice_action(api, invoice(api), "GET", "/public-link")[0]


def unpaid_again(api: ProbeClient) -> Any:
    record, transaction = approved_invoice(api), deposit(api, 100)
    invoice_action(api, record, "POST", "/send", RECIPIENTS)
    pay(api, transaction, record, 40)
    invoice_action(api, record, "PATCH", "/remove-transaction", {"transactionId": transaction})
    return pick(read(api, record), "status", "isSent", "amountDue")


def freed_deposit(api: ProbeClient) -> Any:
    record, transaction = approved_invoice(api), deposit(api, 100)
    pay(api, transaction, record, 100)
    invoice_action(api, record, "PATCH", "/remove-transaction", {"transactionId": transaction})
    data = api("GET", f"/partners/transactions/{transaction}")[1]["data"]
    return [data["unassignedAmount"], pay(api, transaction, approved_invoice(api), 100)]


def credit_applied_twice(api: ProbeClient) -> Any:
    record = approved_invoice(api, customerUuid=customer(api))
    owner = record["customerUuid"]
    memo = approved_invoice(api, customerUuid=owner, invoiceType="memo")
    for amount in (10, 20):
        payload = {"creditMemos": [{"id": memo["id"], "amount": amount}]}
        invoice_action(api, record, "PATCH", "/apply-multiple-credit-to-invoice", payload)
    return [
        [credit["amount"] for credit in read(api, row)["appliedCredits"]] for row in (record, memo)
    ]


def sent_twice(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    for _ in range(2):
        invoice_action(api, record, "POST", "/send", RECIPIENTS)
    entries = invoice_action(api, record, "GET", "/audit-log")[1]["data"]["records"]
    return [entry["action"] for entry in entries]


def attached_after_approval(api: ProbeClient) -> Any:
    files = [{"url": "https://files.probe.example/terms.pdf"}]
    return [
        invoice_action(api, record, "POST", "/attachments", {"attachments": files})[0]
        for record in (invoice(api), approved_invoice(api))
    ]


def resumed_twice(api: ProbeClient) -> Any:
    template = create(
        api, "recurring-invoice-templates", **body(api), recurrencePattern="monthly"
    )  # fmt: skip
    return [api("POST", f"{TEMPLATES}/{template['id']}/resume", {})[0] for _ in range(2)]


def overdue_memo(api: ProbeClient) -> Any:
    days = {"date": api.day(-10), "dueDate": api.day(-5)}
    return [
        approved_invoice(api, invoiceType=kind, **days)["status"] for kind in ("invoice", "memo")
    ]


def parts_of_an_old_deposit(api: ProbeClient) -> Any:
    transaction = deposit(api, 100)
    path = f"/partners/transactions/{transaction}"
    api("PATCH", path, {"postedDate": api.day(-20)})
    data = api("PUT", f"{path}/split", {"splits": [{"amount": 30}]})[1]["data"]
    part = api("GET", f"/partners/transactions/{data['splits'][0]['id']}")[1]["data"]
    return part["postedDate"] == data["postedDate"]


class _Receiver(BaseHTTPRequestHandler):
    paths: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.paths.append(self.path)
        redirected = self.path == "/moved"
        self.send_response(307 if redirected else 200)
        if redirected:
            self.send_header("Location", "/new")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def _subscribed(api: ProbeClient, event: str, path: str) -> Iterator[list[str]]:
    """Run a receiver with a subscription; yield the list of the paths that are called."""
    paths: list[str] = []
    handler = type("Handler", (_Receiver,), {"paths": paths})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}{path}"
        payload = {"event": event, "callbackUrl": url}
        webhook = api("POST", "/partners/webhooks", payload)[1]["data"]["webhook"]["uuid"]
        try:
            yield paths
        finally:
            api("DELETE", f"/partners/webhooks/{webhook}")
            server.shutdown()


def _wait_for(paths: list[str], number: int, seconds: float = RECEIVER_TIMEOUT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while len(paths) < number and time.monotonic() < deadline:
        time.sleep(0.02)


def redirected_delivery(api: ProbeClient) -> Any:
    with _subscribed(api, "customer.created", "/moved") as paths:
        customer(api)
        _wait_for(paths, 1)
        time.sleep(GRACE_SECONDS)
        return "/new" in paths


def delivered_runs(api: ProbeClient) -> Any:
    """Return the number of deliveries for an invoice and for one that a template creates."""
    template = {**body(api), "recurrencePattern": "monthly", "isDraft": False}
    with _subscribed(api, "invoice.created", "/hook") as paths:
        invoice(api)
        _wait_for(paths, 1)
        create(api, "recurring-invoice-templates", **template)
        api("GET", "/partners/taxes")
        _wait_for(paths, 2, seconds=5)
        return len(paths)
