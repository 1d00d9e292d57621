"""Invoices with three lines in sandboxes of a running server, and requests that write and read them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import requests

from benchmarks.accounts import ACCOUNTS
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import auth_of

INVOICES = 10  # of each sandbox, to read and to change
GROWCRM_LINES = {
    "items": [
        {"description": "Copy editing", "quantity": 3, "rate": 120, "tax_rate_id": 4},
        {"description": "Stock images", "quantity": 1, "rate": 45.5, "tax_rate_id": 3},
        {"description": "Printing", "quantity": 2, "rate": "10.25", "tax_rate_id": 1},
    ]
}
GROWCRM_PATHS = {"get": "/api/invoices/{id}", "list": "/api/invoices?limit=20"}


@cache
def _demo(vendor: str) -> Backend:
    return StateCache().create_backend(load_vendor(vendor), "demo", Clock())


class Sandbox:
    """A sandbox of one vendor. Raises ``requests.HTTPError`` for error responses."""

    def __init__(self, vendor: str, root_url: str, credentials: Mapping[str, str]) -> None:
        self._vendor, self._root, self._credentials = vendor, root_url.rstrip("/"), credentials

    def create(self, http: requests.Session, number: int) -> Any:
        """Create an invoice with three lines; return its id."""
        if self._vendor == "growcrm":
            invoice_id = self._send(http, "POST", "/api/invoices", _growcrm_header(number))
            self._send(http, "PUT", f"/api/invoices/{invoice_id}/items", GROWCRM_LINES)
            return invoice_id
        account = ACCOUNTS[self._vendor]
        return self._send(http, "POST", account.create, account.body(_demo(self._vendor), number))

    def reads(self, kind: str, ids: list[Any]) -> list[str]:
        """Return the lines of a file for ``replay.lua``, one for each invoice: ``get`` or ``list``."""
        paths = GROWCRM_PATHS if self._vendor == "growcrm" else ACCOUNTS[self._vendor].paths
        return [self._line("GET", paths[kind].replace("{id}", str(each)), None) for each in ids]

    def write(self, ids: list[Any], number: int) -> str:
        """Return the line of a request that writes three lines; a number is used once in a sandbox."""
        if self._vendor == "growcrm":
            path = f"/api/invoices/{ids[number % len(ids)]}/items"
            return self._line("PUT", path, GROWCRM_LINES)
        account = ACCOUNTS[self._vendor]
        return self._line("POST", account.create, account.body(_demo(self._vendor), number))

    def _send(self, http: requests.Session, method: str, path: str, body: Any) -> Any:
        response = http.send(self._prepared(method, path, body), timeout=60)
        response.raise_for_status()
        data = response.json()
        data = data.get("data", data) if isinstance(data, dict) else data[0]
        return data["id"]

    def _prepared(self, method: str, path: str, body: Any) -> requests.PreparedRequest:
        content = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        auth = auth_of(self._vendor, self._credentials, datetime.now(UTC))
        return requests.Request(
            method, self._root + path, data=content, headers=headers, auth=auth
        ).prepare()

    def _line(self, method: str, path: str, body: Any) -> str:
        request = self._prepared(method, path, body)
        content = request.body or ""
        text = content.decode() if isinstance(content, bytes) else content
        headers = {k: v for k, v in request.headers.items() if k != "Content-Length"}
        return "\t".join([method, path, text, *(f"{k}={v}" for k, v in headers.items())])


def _growcrm_header(number: int) -> dict[str, Any]:
    return {"bill_clientid": 1, "bill_categoryid": 4, "bill_date": f"2026-03-{number % 28 + 1:02d}",
            "bill_due_date": f"2026-05-{number % 28 + 1:02d}", "bill_tax_type": "inline"}  # fmt: skip


class Requests:
    """The requests of one vendor in many sandboxes, in files for ``replay.lua``."""

    def __init__(self, sandboxes: list[Sandbox], ids: list[list[Any]]) -> None:
        self._sandboxes, self._ids = sandboxes, ids
        self._next = INVOICES

    def save(self, file: Path, kind: str, sandboxes: int, writes: int) -> None:
        """Save requests of the first sandboxes, in turn: so many writes, or reads of all invoices."""
        pairs = list(zip(self._sandboxes, self._ids, strict=True))[:sandboxes]
        if kind == "write":
            numbers = range(self._next, self._next + writes // sandboxes)
            self._next = numbers.stop
            lines = [sandbox.write(ids, number) for number in numbers for sandbox, ids in pairs]
        else:
            reads = [sandbox.reads(kind, ids) for sandbox, ids in pairs]
            lines = [line for group in zip(*reads, strict=True) for line in group]
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def create_sandbox(http: requests.Session, main_url: str, name: str) -> Mapping[str, Any]:
    """Create a sandbox; return its credentials by vendor."""
    response = http.post(f"{main_url}/_mock/sandboxes", json={"name": name}, timeout=60)
    response.raise_for_status()
    credentials: Mapping[str, Any] = response.json()["credentials"]
    return credentials


def prepare(
    urls: dict[str, Any], http: requests.Session, sandboxes: int, vendors: Sequence[str]
) -> dict[str, Requests]:
    """Create sandboxes with invoices; return the requests of each vendor in them."""
    credentials = [
        create_sandbox(http, urls["main"], f"bench-{number}") for number in range(sandboxes)
    ]
    result = {}
    for vendor in vendors:
        root = urls["vendors"][vendor]["root_url"]
        own = [Sandbox(vendor, root, each[vendor]) for each in credentials]
        ids = [[sandbox.create(http, n) for n in range(INVOICES)] for sandbox in own]
        result[vendor] = Requests(own, ids)
    return result
