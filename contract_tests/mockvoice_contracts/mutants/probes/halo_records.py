"""Records for Halo's probes, with unique names."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient


def one(ask: ProbeClient, resource: str, **fields: Any) -> Any:
    """Save a record by a POST of one element, and return it."""
    return ask("POST", f"/api/{resource}", [fields])[1]


def client(ask: ProbeClient, **fields: Any) -> int:
    client_id: int = one(ask, "Client", name=ask.unique("Client"), **fields)["id"]
    return client_id


def line(price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"qty_order": quantity, "unit_price": price, **fields}


def invoice(ask: ProbeClient, *lines: Any, **fields: Any) -> Any:
    fields = {"client_id": client(ask), "lines": list(lines) or [line()]} | fields
    return one(ask, "Invoice", **fields)


def read(ask: ProbeClient, record: Any, resource: str = "Invoice") -> Any:
    return ask("GET", f"/api/{resource}/{record['id']}")[1]
