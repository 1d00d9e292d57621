"""Probes for the planted faults in OptiFlow's quotations, payments, numbers and PDF documents."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    COTIZACION,
    DOLLAR,
    body,
    create,
    invoice,
    item,
    pay,
    product,
    read,
    series,
)


def new_quotation(client: ProbeClient) -> Any:
    return _quotation(client)["status"]


def converted_quotation(client: ProbeClient) -> Any:
    sold = product(client, 5)
    quoted = item(client, quantity=2, product_id=sold["id"])
    converted = _convert(client, _quotation(client, quoted, currency_id=DOLLAR))[1]
    cancelled = _quotation(client)
    client("PATCH", f"{API}/quotations/{cancelled['id']}", {"status": "cancelled"})
    return [
        pick(converted.get("data"), "currency_id", "total_amount"),
        read(client, sold, "products")["stock_quantity"],
        _convert(client, cancelled)[0],
    ]


def quotation_of_invoice(client: ProbeClient) -> Any:
    quotation = _quotation(client)
    invoice(client, quotation_id=quotation["id"])
    return read(client, quotation, "quotations")["status"]


def quotation_elsewhere(client: ProbeClient) -> Any:
    path = f"{API}/quotations/{_quotation(client)['id']}"
    return client("GET", path, headers={"X-Workspace-ID": "2"})[0]


def _quotation(client: ProbeClient, *items: Any, **fields: Any) -> Any:
    request_body = body(client, *items, document_subtype_id=COTIZACION, **fields)
    return create(client, "quotations", **request_body)


def _convert(client: ProbeClient, quotation: Any) -> tuple[int, Any]:
    return client("POST", f"{API}/quotations/{quotation['id']}/convert-to-invoice", {})


def payment_states(client: ProbeClient) -> Any:
    """Return how a partial payment, a cancellation and a voided payment affect an invoice."""
    partly_paid, cancelled, reopened = (invoice(client) for _ in range(3))
    pay(client, partly_paid, 40)
    client("PATCH", f"{API}/invoices/{cancelled['id']}", {"status": "cancelled"})
    payment = pay(client, reopened, 100)[1]["data"]
    client("DELETE", f"{API}/payments/{payment['id']}")
    return [
        client("DELETE", f"{API}/invoices/{partly_paid['id']}")[0],
        pay(client, cancelled, 40)[0],
        read(client, reopened)["status"],
    ]


def voided_in_account(client: ProbeClient) -> Any:
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": client.day(-3)}
    account = create(client, "bank-accounts", name=client.unique("Cuenta"), currency_id=1, **opened)
    payment = pay(client, invoice(client), 40, account["id"])[1]["data"]
    viewer = Bearer(client.target.credentials["viewer"])
    path = f"{API}/payments/{payment['id']}"
    status = client("DELETE", path, auth=viewer)[0]
    client("DELETE", path)
    return [status, read(client, account, "bank-accounts")["balance"]]


def chosen_numbers(client: ProbeClient) -> Any:
    """Return whether a number beyond the end, and one on the last day, are accepted."""
    last_day = client.day(5)
    short = series(client, end_number=5, valid_until_date=last_day)
    fields = {"document_subtype_id": short["id"], "issue_date": last_day}
    return [
        client("POST", f"{API}/invoices", body(client, **fields, ncf=f"{short['prefix']}0000000{n}"))[0]
        for n in (9, 4)
    ]  # fmt: skip


def inactive_series(client: ProbeClient) -> Any:
    created = series(client)
    client("PATCH", f"{API}/document-subtypes/{created['id']}/toggle-active")
    number = {"ncf": f"{created['prefix']}00000005"}
    return client("POST", f"{API}/invoices/validate-ncf", number)[1]["valid"]


def lowered_start(client: ProbeClient) -> Any:
    created = series(client, end_number=90)
    for _ in range(2):
        invoice(client, document_subtype_id=created["id"])
    path = f"{API}/document-subtypes/{created['id']}"
    return client("PATCH", path, {"start_number": 1})[1]["data"]["next_number"]


def kept_discount(client: ProbeClient) -> Any:
    created = invoice(client, item(client, discount_rate=10))
    line = {"id": created["items"][0]["id"], "quantity": 3}
    changed = client("PATCH", f"{API}/invoices/{created['id']}", {"items": [line]})[1]["data"]
    return pick(changed, "discount_amount", "total_amount")


def salesmen(client: ProbeClient) -> Any:
    salesman = create(client, "salesmen", name="Eva", surname=client.unique("Díaz"))
    created = invoice(client, salesmen_ids=[salesman["id"]])
    path = f"{API}/invoices/{created['id']}"
    cleared = client("PATCH", path, {"salesmen_ids": []})[1]["data"]
    return [len(row["salesmen"]) for row in (created, cleared)]


def printed_invoice(client: ProbeClient) -> Any:
    created = invoice(client, item(client, 250))
    pay(client, created, 40)
    response = client.exchange("GET", f"{API}/invoices/{created['id']}/pdf")
    text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
    name = f"factura-{created['document_number']}.pdf"
    return ["210.00" in text, name in response.headers["Content-Disposition"]]
