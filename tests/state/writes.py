"""Requests that change sandboxes, and what exists after them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
START = "2026-03-01T09:00:00Z"
PRICES = (120, 45, 10)
TOTAL = float(sum(PRICES))


@dataclass(frozen=True)
class Record:
    """A record of a vendor. Without a response, its id is not known."""

    id: int | None
    value: tuple[Any, ...]

    def matches(self, other: "Record | None") -> bool:
        """Return whether the other, which exists, may be this one."""
        return other is not None and self.value == other.value and self.id in (None, other.id)


Key = tuple[str, str, str]  # sandbox, kind and marker


@dataclass(frozen=True)
class OwnSandbox:
    """A sandbox of one worker, with a frozen clock. Clients of Grow CRM have the ids 1, 2 and so on."""

    name: str
    now: str = START
    clients: tuple[str, ...] = ()
    snapshots: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What exists after the requests of a worker."""

    records: Mapping[Key, Record] = field(default_factory=dict)
    own: OwnSandbox | None = None

    def with_record(self, key: Key, record: Record) -> "Work":
        """Return the work with a record that was created or changed."""
        return replace(self, records={**self.records, key: record})

    def without(self, key: Key) -> "Work":
        """Return the work without a record."""
        return replace(self, records=without(self.records, key))


def without(mapping: Mapping[Any, T], key: Any) -> dict[Any, T]:
    """Return the mapping without a key."""
    return {k: v for k, v in mapping.items() if k != key}


@dataclass(frozen=True)
class Change:
    """A request, and what exists after it, by the id in the response."""

    base: str
    method: str
    path: str
    body: Any
    after: Callable[[int | None], Work]


class Client:
    """Sends requests over one connection to each port of a server."""

    def __init__(self, urls: Mapping[str, Any]) -> None:
        addresses = {"control": urls["main"], **{
            key: vendor["root_url"] for key, vendor in urls["vendors"].items()
        }}  # fmt: skip
        self._connections = {
            base: HTTPConnection(urlsplit(url).netloc, timeout=60)
            for base, url in addresses.items()
        }

    def send(self, base: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Return status and JSON data. Raises ``OSError`` or ``HTTPException`` without a response."""
        connection = self._connections[base]
        content = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        connection.request(method, path, content, headers)
        with connection.getresponse() as response:
            data = response.read()
            return response.status, json.loads(data) if data else None

    def get(self, base: str, path: str, key: str = "") -> Any:
        """Return the JSON data of a successful response."""
        status, data = self.send(base, "GET", path, key=key)
        assert status == 200, (path, status, data)
        return data

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


def create(work: Work, sandbox: str, kind: str, marker: str, paid: int = 0) -> Change:
    """Return the request that creates a record; ``paid`` is the invoice of a payment."""
    base, method, path, body, value = _creation(kind, marker, paid)
    key = (sandbox, kind, marker)
    return Change(base, method, path, body, lambda row: work.with_record(key, Record(row, value)))


def _creation(kind: str, marker: str, paid: int) -> tuple[str, str, str, Any, tuple[Any, ...]]:
    if kind == "growcrm client":
        body: Any = {"first_name": marker, "last_name": "X", "email": f"{marker}@b.example"}
        return "growcrm", "POST", "/api/clients", body, ()
    if kind == "growcrm invoice":
        body = {"bill_clientid": 1, "bill_categoryid": 4, "bill_date": "2026-03-01",
                "bill_due_date": "2026-04-01", "bill_notes": marker}  # fmt: skip
        return "growcrm", "POST", "/api/invoices", body, (0.0, 0)
    if kind == "growcrm payment":
        body = {"payment_invoiceid": paid, "payment_amount": 1, "payment_date": "2026-03-01",
                "payment_gateway": "Cash", "payment_notes": marker}  # fmt: skip
        return "growcrm", "POST", "/api/payments", body, (paid, 1.0)
    if kind == "halo client":
        return "halo", "POST", "/api/Client", [{"name": marker}], ()
    if kind == "halo invoice":
        lines = [{"item_shortdescription": str(price), "qty_order": 1, "unit_price": price} for price in PRICES]  # fmt: skip
        body = [{"client_id": 1, "invoice_date": "2026-03-01", "reference": marker, "lines": lines}]
        return "halo", "POST", "/api/Invoice", body, (TOTAL, len(PRICES))
    body = [{"invoice_id": paid, "amount": 1, "intent_id": marker}]
    return "halo", "POST", "/api/InvoicePayment", body, (paid, 1.0)


def set_lines(work: Work, key: Key) -> Change:
    """Return the request that gives an invoice of Grow CRM three lines."""
    row = work.records[key].id
    items = [{"description": str(price), "quantity": 1, "rate": price} for price in PRICES]
    changed = work.with_record(key, Record(row, (TOTAL, len(PRICES))))
    path = f"/api/invoices/{row}/items"
    return Change("growcrm", "PUT", path, {"items": items}, lambda _: changed)


PATHS = {
    "growcrm client": "/api/clients",
    "growcrm invoice": "/api/invoices",
    "growcrm payment": "/api/payments",
    "halo client": "/api/Client",
    "halo invoice": "/api/Invoice",
    "halo payment": "/api/InvoicePayment",
}


def delete(work: Work, key: Key) -> Change:
    """Return the request that deletes a record."""
    kind = key[1]
    path = f"{PATHS[kind]}/{work.records[key].id}"
    return Change(kind.split()[0], "DELETE", path, None, lambda _: work.without(key))
