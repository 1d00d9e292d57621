"""Records with unique names for Halo's probes."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient


def save(api: ProbeClient, resource: str, **fields: Any) -> Any:
    """Create or update a record and return it."""
    return api("POST", f"/api/{resource}", [fields])[1]


def client(api: ProbeClient, **fields: Any) -> int:
    created: int = save(api, "Client", name=api.unique("Client"), **fields)["id"]
    return created


def line(price: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"qty_order": quantity, "unit_price": price, **fields}


def invoice(api: ProbeClient, *lines: Any, **fields: Any) -> Any:
    fields = {"client_id": client(api), "lines": list(lines) or [line()]} | fields
    return save(api, "Invoice", **fields)


def read(api: ProbeClient, created: Any, resource: str = "Invoice") -> Any:
    return api("GET", f"/api/{resource}/{created['id']}")[1]
