"""What Grow CRM's probes are made of: records with names that are nobody else's."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient

INVOICE_CATEGORY, ESTIMATE_CATEGORY = 4, 5
VAT, SALES_TAX, REDUCED = 1, 2, 3


def client(ask: ProbeClient, **fields: Any) -> int:
    name = ask.unique("Client")
    mail = f"{name.replace(' ', '.').lower()}@probe.example"
    body = {"client_company_name": name, "first_name": "A", "last_name": "B", "email": mail}
    made: int = ask("POST", "/api/clients", body | fields)[1]["data"]["id"]
    return made


def invoice(
    ask: ProbeClient, *items: Any, rates: Any = (), header: Any = None, **fields: Any
) -> Any:
    """A draft with lines; a header is sent before them."""
    body = {
        "bill_clientid": fields.get("bill_clientid") or client(ask),
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": ask.day(),
        **fields,
    }
    made = ask("POST", "/api/invoices", body)[1]["data"]
    if header:
        ask("PATCH", f"/api/invoices/{made['id']}", {**body, **header})
    sent = {"items": list(items) or [item()], "tax_rate_ids": list(rates)}
    ask("PUT", f"/api/invoices/{made['id']}/items", sent)
    return read(ask, made)


def item(rate: Any = 100, quantity: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"description": "Work", "rate": rate, "quantity": quantity, **fields}


def read(ask: ProbeClient, made: Any) -> Any:
    return ask("GET", f"/api/invoices/{made['id']}")[1]["data"]


def status(ask: ProbeClient, made: Any) -> Any:
    return read(ask, made)["status"]["title"]


def act(
    ask: ProbeClient, made: Any, action: str, body: Any = None, method: str = "PUT"
) -> tuple[int, Any]:
    return ask(method, f"/api/invoices/{made['id']}/{action}", body)


def pay(ask: ProbeClient, made: Any, amount: Any) -> int:
    body = {"payment_invoiceid": made["id"], "payment_amount": amount, "payment_date": ask.day()}
    paid: int = ask("POST", "/api/payments", body)[1]["data"]["id"]
    return paid
