"""What a server has: the records of sandboxes, their clocks and snapshots."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.state.workers import Credentials
from tests.state.writes import Client, Key, OwnSandbox, Record

PAGE = 100


def sandboxes(client: Client) -> dict[str, Credentials]:
    """Return the credentials of all sandboxes but ``default``."""
    rows = client.get("control", "/_mock/sandboxes")
    return {row["name"]: row["credentials"] for row in rows if row["name"] != "default"}


def records(client: Client, sandbox: str, credentials: Credentials) -> dict[Key, Record]:
    """Return all records of a sandbox. Checks that ids are unique and that sums are right."""
    found = [
        *_growcrm(client, credentials["growcrm"]["api_key"]),
        *_halo(client, credentials["halo"]["access_token"]),
    ]
    ids = [(kind, record.id) for kind, _, record in found]
    result = {(sandbox, kind, marker): record for kind, marker, record in found}

    assert len(set(ids)) == len(ids) == len(result)
    return result


def _growcrm(client: Client, key: str) -> Iterator[tuple[str, str, Record]]:
    for row in _pages(client, "/api/clients", key):
        yield "growcrm client", row["company_name"].split()[0], Record(row["id"], ())
    lines: list[int] = []
    invoices = set()
    for row in _pages(client, "/api/invoices", key):
        total = float(row["totals"]["final_amount"])
        assert total == sum(float(line["total"]) for line in row["line_items"])
        lines += [line["id"] for line in row["line_items"]]
        invoices.add(row["id"])
        yield "growcrm invoice", row["notes"], Record(row["id"], (total, len(row["line_items"])))
    assert len(set(lines)) == len(lines)
    for row in _pages(client, "/api/payments", key):
        assert row["invoice"]["id"] in invoices
        value = row["invoice"]["id"], float(row["amount"])
        yield "growcrm payment", row["notes"], Record(row["id"], value)


def _pages(client: Client, path: str, key: str) -> Iterator[dict[str, Any]]:
    page = last = 1
    while page <= last:
        data = client.get("growcrm", f"{path}?limit={PAGE}&page={page}", key)
        last = data["meta"]["last_page"]
        page += 1
        yield from data["data"]


def _halo(client: Client, key: str) -> Iterator[tuple[str, str, Record]]:
    for row in _list(client, "/api/Client?count=5000", "clients", key):
        yield "halo client", row["name"], Record(row["id"], ())
    payments = _list(client, "/api/InvoicePayment?count=5000", "payments", key)
    paid: dict[int, float] = {}
    for row in payments:
        paid[row["invoice_id"]] = paid.get(row["invoice_id"], 0) + row["amount"]
        value = row["invoice_id"], float(row["amount"])
        yield "halo payment", row["intent_id"], Record(row["id"], value)
    lines: list[int] = []
    for row in _list(client, "/api/Invoice?count=5000&includelines=true", "invoices", key):
        assert row["total"] == sum(line["net_amount"] for line in row["lines"])
        assert row["amountdue"] == row["total"] - paid.pop(row["id"], 0)
        lines += [line["id"] for line in row["lines"]]
        value = float(row["total"]), len(row["lines"])
        yield "halo invoice", row["reference"], Record(row["id"], value)
    assert not paid
    assert len(set(lines)) == len(lines)


def _list(client: Client, path: str, name: str, key: str) -> list[dict[str, Any]]:
    data = client.get("halo", path, key)
    rows: list[dict[str, Any]] = data[name]
    assert data["record_count"] == len(rows)
    return rows


def own_sandbox(client: Client, name: str, credentials: Mapping[str, Any]) -> OwnSandbox:
    """Return a sandbox with its clients, its clock and its snapshots."""
    path = f"/_mock/sandboxes/{name}"
    clients = _pages(client, "/api/clients", credentials["growcrm"]["api_key"])
    snapshots = {}
    for row in client.get("control", f"{path}/snapshots"):
        export = client.get("control", f"{path}/snapshots/{row['name']}")
        saved = _names(export["vendors"]["growcrm"]["tables"]["clients"])
        snapshots[row["name"]] = row["now"], saved
    now = client.get("control", f"{path}/clock")["now"]
    return OwnSandbox(name, now, _names(clients), snapshots)


def _names(clients: Any) -> tuple[str, ...]:
    """Return the names of clients whose ids are 1, 2 and so on."""
    rows = sorted(clients, key=lambda row: row["id"])
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    return tuple(row["company_name"].split()[0] for row in rows)
