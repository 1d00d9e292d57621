"""Probes for the planted faults in what happens to OptiFlow's documents and payments after creation."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    COTIZACION,
    ITBIS_18,
    PESO_ACCOUNT,
    body,
    contact,
    create,
    invoice,
    item,
    pay,
    product,
    read,
    series,
)


def converted_notes(client: ProbeClient) -> Any:
    fields = {"document_subtype_id": COTIZACION, "notes": "Entregar por la mañana"}
    quotation = create(client, "quotations", **body(client, **fields))
    path = f"{API}/quotations/{quotation['id']}/convert-to-invoice"
    return "Entregar" in client("POST", path, {})[1]["data"]["notes"]


def listed_payments(client: ProbeClient) -> Any:
    created = invoice(client)
    payment = pay(client, created, 40)[1]["data"]
    client("DELETE", f"{API}/payments/{payment['id']}")
    query = {"filter[invoice_id]": created["id"]}
    return client("GET", f"{API}/payments", query=query)[1]["meta"]["total"]


def cancelled_with_payment(client: ProbeClient) -> Any:
    created = invoice(client)
    pay(client, created, 40)
    path = f"{API}/invoices/{created['id']}"
    return client("PATCH", path, {"status": "cancelled"})[0]


def lowered_quantity(client: ProbeClient) -> Any:
    sold = product(client, 5)
    created = invoice(client, item(client, quantity=3, product_id=sold["id"]))
    line = {"id": created["items"][0]["id"], "quantity": 1}
    client("PATCH", f"{API}/invoices/{created['id']}", {"items": [line]})
    return read(client, sold, "products")["stock_quantity"]


def printed_taxes(client: ProbeClient) -> Any:
    taxed = {"taxes": [ITBIS_18]}
    created = invoice(client, item(client, 100, **taxed), item(client, 250, **taxed))
    content = client.exchange("GET", f"{API}/invoices/{created['id']}/pdf").content
    return "63.00" in PdfReader(BytesIO(content)).pages[0].extract_text()


def updated_due_date(client: ProbeClient) -> Any:
    path = f"{API}/invoices/{invoice(client)['id']}"
    return client("PATCH", path, {"due_date": client.day(-1)})[0]


def receipt_numbers(client: ProbeClient) -> Any:
    created = invoice(client)
    payments = [pay(client, created, 10)[1]["data"] for _ in range(2)]
    client("DELETE", f"{API}/payments/{payments[0]['id']}")
    payments.append(pay(client, created, 10)[1]["data"])
    return len({payment["payment_number"] for payment in payments})


def sorted_statuses(client: ProbeClient) -> Any:
    owner = contact(client)
    created = [
        invoice(client, item(client, price), contact_id=owner) for price in (300, 100, 200, 400)
    ]
    for row in created[1:3]:
        pay(client, row, 10)
    query = {
        "filter[contact_id]": owner,
        "filter[status]": "pending_payment,partially_paid",
        "sort": "total_amount",
    }
    rows = client("GET", f"{API}/invoices", query=query)[1]["data"]
    return [row["total_amount"] for row in rows]


def series_on_last_day(client: ProbeClient) -> Any:
    created = series(client, valid_until_date=client.day(1))
    request_body = body(client, document_subtype_id=created["id"])
    return client.after(lambda: client("POST", f"{API}/invoices", request_body)[0], days=1)


def whole_discount(client: ProbeClient) -> Any:
    free = item(client, discount_amount=100)
    status, response = client("POST", f"{API}/invoices", body(client, free))
    return [status, *pick(response.get("data"), "discount_amount", "total_amount")]


def exhausted_preferred_series(client: ProbeClient) -> Any:
    workspace = create(client, "workspaces", name=client.unique("Sucursal"))["id"]
    headers = {"X-Workspace-ID": str(workspace)}
    preferred = series(client, end_number=2)
    path = f"{API}/document-subtypes/{preferred['id']}/workspace/{workspace}/set-preferred"
    client("PATCH", path)
    statuses = []
    for _ in range(3):
        request_body = body(client, document_subtype_id=COTIZACION)
        quotation = client("POST", f"{API}/quotations", request_body, headers=headers)[1]["data"]
        path = f"{API}/quotations/{quotation['id']}/convert-to-invoice"
        statuses.append(client("POST", path, {}, headers=headers)[0])
    return statuses


def withheld_half_cent(client: ProbeClient) -> Any:
    line = {"chart_account_id": 1, "description": "Alquiler", "quantity": 1, "unit_price": 100}
    income = create(
        client, "payments", payment_type="other_income", bank_account_id=PESO_ACCOUNT,
        payment_date=client.day(), payment_method="cash", lines=[line],
        withholdings=[{"withholding_type_id": 2, "base_amount": "0.25"}],
    )  # fmt: skip
    return income["withholding_amount"]
