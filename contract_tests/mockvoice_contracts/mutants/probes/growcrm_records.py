"""Records with unique names for Grow CRM's probes."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

INVOICE_CATEGORY, ESTIMATE_CATEGORY = 4, 5
VAT, SALES_TAX, REDUCED = 1, 2, 3


def client(api: ProbeClient, **fields: Any) -> int:
    name = api.unique("Client")
    email = f"{name.replace(' ', '.').lower()}@probe.example"
    body = {"client_company_name": name, "first_name": "A", "last_name": "B", "email": email}
    created: int = api("POST", "/api/clients", body | fields)[1]["data"]["id"]
    return created


def invoice(
    api: ProbeClient, *items: Any, rates: Any = (), header: Any = None, **fields: Any
) -> Any:
    """Create a draft with lines; header fields are sent before the lines."""
    body = {
        "bill_clientid": fields.get("bill_clientid") or client(api),
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": api.day(),
        **fields,
    }
    created = api("POST", "/api/invoices", body)[1]["data"]
    if header:
        api("PATCH", f"/api/invoices/{created['id']}", {**body, **header})
    payload = {"items": list(items) or [item()], "tax_rate_ids": list(rates)}
    api("PUT", f"/api/invoices/{created['id']}/items", payload)
    return read(api, created)


def item(rate: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"description": "Work", "rate": rate, "quantity": quantity, **fields}


def read(api: ProbeClient, created: Any) -> Any:
    return api("GET", f"/api/invoices/{created['id']}")[1]["data"]


def status(api: ProbeClient, created: Any) -> Any:
    return read(api, created)["status"]["title"]


def act(
    api: ProbeClient, created: Any, action: str, body: Any = None, method: str = "PUT"
) -> tuple[int, Any]:
    return api(method, f"/api/invoices/{created['id']}/{action}", body)


def pay(api: ProbeClient, created: Any, amount: Any) -> int:
    body = {"payment_invoiceid": created["id"], "payment_amount": amount, "payment_date": api.day()}
    paid: int = api("POST", "/api/payments", body)[1]["data"]["id"]
    return paid
