"""Probes for the planted faults in OptiFlow's amounts, payments, receipts and converted quotations."""

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
    create,
    invoice,
    item,
    pay,
    read,
)


def tax_of_small_line(client: ProbeClient) -> Any:
    created = invoice(client, item(client, "0.05", "0.5", taxes=[ITBIS_18]))
    return pick(created, "subtotal_amount", "tax_amount", "total_amount")


def free_invoice(client: ProbeClient) -> Any:
    return pick(invoice(client, item(client, 0)), "total_amount", "status")


def net_term(client: ProbeClient) -> Any:
    return invoice(client, payment_term="Net 30", issue_date="2026-01-01")["due_date"]


def kept_description(client: ProbeClient) -> Any:
    created = invoice(client, item(client, description="Montura a medida"))
    line = {"id": created["items"][0]["id"], "quantity": 2}
    changed = client("PATCH", f"{API}/invoices/{created['id']}", {"items": [line]})[1]["data"]
    return changed["items"][0]["description"] == "Montura a medida"


def raised_payment(client: ProbeClient) -> Any:
    created = invoice(client)
    payment = pay(client, created, 40)[1]["data"]
    client("PATCH", f"{API}/payments/{payment['id']}", {"amount": 100})
    return pick(read(client, created), "amount_due", "status")


def moved_payment(client: ProbeClient) -> Any:
    """Return the balances of two accounts after a payment moves from the first to the second."""
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": client.day(-3)}
    accounts = [
        create(client, "bank-accounts", name=client.unique("Cuenta"), currency_id=1, **opened)
        for _ in range(2)
    ]
    payment = pay(client, invoice(client), 40, accounts[0]["id"])[1]["data"]
    path = f"{API}/payments/{payment['id']}"
    client("PATCH", path, {"bank_account_id": accounts[1]["id"]})
    return [read(client, account, "bank-accounts")["balance"] for account in accounts]


def default_receipt_series(client: ProbeClient) -> Any:
    """Return whether the default receipt series issues the number, although another has a lower id."""
    created = [
        create(client, "document-subtypes", name=client.unique("Recibos"), type="payment",
               prefix=prefix, start_number=1)
        for prefix in ("RX1", "RX2")
    ]  # fmt: skip
    paths = [f"{API}/document-subtypes/{row['id']}" for row in created]
    client("PATCH", f"{paths[1]}/set-default")
    payment = pay(client, invoice(client), 40)[1]["data"]
    for path in paths:
        client("PATCH", f"{path}/toggle-active")
    return payment["payment_number"]


def added_withholding(client: ProbeClient) -> Any:
    line = {"chart_account_id": 1, "description": "Alquiler", "quantity": 1, "unit_price": 500}
    income = create(
        client, "payments", payment_type="other_income", bank_account_id=PESO_ACCOUNT,
        payment_date=client.day(), payment_method="cash", lines=[line],
    )  # fmt: skip
    withheld = {"withholdings": [{"withholding_type_id": 1, "base_amount": 100}]}
    changed = client("PATCH", f"{API}/payments/{income['id']}", withheld)[1]["data"]
    return pick(changed, "amount", "withholding_amount")


def receipt_of_voided_payment(client: ProbeClient) -> Any:
    path = f"{API}/payments/{pay(client, invoice(client), 40)[1]['data']['id']}"
    client("DELETE", path)
    return client.exchange("GET", f"{path}/pdf").status_code


def printed_date(client: ProbeClient) -> Any:
    created = invoice(client, issue_date="2026-01-31")
    content = client.exchange("GET", f"{API}/invoices/{created['id']}/pdf").content
    return "31/01/2026" in PdfReader(BytesIO(content)).pages[0].extract_text()


def quotation_due_today(client: ProbeClient) -> Any:
    fields = {"document_subtype_id": COTIZACION, "due_date": client.day()}
    quotation = create(client, "quotations", **body(client, **fields))
    path = f"{API}/quotations/{quotation['id']}/convert-to-invoice"
    return client("POST", path, {})[1]["data"]["due_date"] == client.day()
