"""Records for Grow CRM's probes, with unique names."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

INVOICE_CATEGORY, ESTIMATE_CATEGORY = 4, 5
VAT, SALES_TAX, REDUCED = 1, 2, 3


def client(api: ProbeClient, **fields: Any) -> int:
    name = api.unique("Client")
    email = f"{name.replace(' ', '.').lower()}@probe.example"
    body = {"client_company_name": name, "first_name": "A", "last_name": "B", "email": email}
    client_id: int = api("POST", "/api/clients", body | fields)[1]["data"]["id"]
    return client_id


def invoice(
    api: ProbeClient, *items: Any, rates: Any = (), header: Any = None, **fields: Any
) -> Any:
    """Create a draft with lines; a header update is sent before them."""
    body = {
        "bill_clientid": fields.get("bill_clientid") or client(api),
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": api.day(),
        **fields,
    }
    draft = api("POST", "/api/invoices", body)[1]["data"]
    if header:
        api("PATCH", f"/api/invoices/{draft['id']}", {**body, **header})
    lines = {"items": list(items) or [item()], "tax_rate_ids": list(rates)}
    api("PUT", f"/api/invoices/{draft['id']}/items", lines)
    return read(api, draft)


def item(rate: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"description": "Work", "rate": rate, "quantity": quantity, **fields}


def read(api: ProbeClient, bill: Any) -> Any:
    return api("GET", f"/api/invoices/{bill['id']}")[1]["data"]


def status(api: ProbeClient, bill: Any) -> Any:
    return read(api, bill)["status"]["title"]


def act(
    api: ProbeClient, bill: Any, action: str, body: Any = None, method: str = "PUT"
) -> tuple[int, Any]:
    return api(method, f"/api/invoices/{bill['id']}/{action}", body)


def pay(api: ProbeClient, bill: Any, amount: Any) -> int:
    body = {"payment_invoiceid": bill["id"], "payment_amount": amount, "payment_date": api.day()}
    payment_id: int = api("POST", "/api/payments", body)[1]["data"]["id"]
    return payment_id
