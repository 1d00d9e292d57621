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


def template(api: ProbeClient, *lines: Any, **fields: Any) -> Any:
    """Create a monthly template, whose next run is on 31 January 2020."""
    timer = {"period": 2, "startdate": "2020-01-31", "nextcreationdate": "2020-01-31"}
    owner = {"client_id": client(api), "lines": list(lines) or [line(25, 4, tax_rate=20)]}
    return save(api, "RecurringInvoice", **timer | owner | fields)


def run_template(api: ProbeClient, created: Any) -> Any:
    """Run a template once and return the invoice."""
    return api("POST", "/api/RecurringInvoice/process", [created["id"]])[1][0]


def pay(api: ProbeClient, created: Any, amount: Any, **fields: Any) -> Any:
    return save(api, "InvoicePayment", invoice_id=created["id"], amount=amount, **fields)


def read(api: ProbeClient, created: Any, resource: str = "Invoice") -> Any:
    return api("GET", f"/api/{resource}/{created['id']}")[1]
