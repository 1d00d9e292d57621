"""Probes for the planted faults in OptiFlow's lists, contacts, products, taxes and stock."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    body,
    contact,
    create,
    invoice,
    item,
    product,
    read,
)


def contacts(client: ProbeClient) -> Any:
    number = client.unique("40219")
    created = create(
        client, "contacts", name=client.unique("Cliente"), contact_type="customer",
        identification_number=number, phone_primary="809-555-0101", mobile="829-555-0102",
    )  # fmt: skip
    found = client("GET", f"{API}/contacts", query={"search": number})[1]["meta"]
    return [created["phone"], found["total"]]


def sorted_totals(client: ProbeClient) -> Any:
    owner = contact(client)
    for price in (9, 100, 20):
        invoice(client, item(client, price), contact_id=owner)
    query = {"filter[contact_id]": owner, "sort": "total_amount"}
    rows = client("GET", f"{API}/invoices", query=query)[1]["data"]
    return [row["total_amount"] for row in rows]


def margin(client: ProbeClient) -> Any:
    return pick(product(client, cost="80"), "profit", "profit_margin")


def default_taxes(client: ProbeClient) -> Any:
    created = [
        create(client, "taxes", name=client.unique("Otro"), type="other", rate=7, is_default=True)
        for _ in range(2)
    ]
    return [read(client, row, "taxes")["is_default"] for row in created]


def tax_of_product(client: ProbeClient) -> Any:
    tax = create(client, "taxes", name=client.unique("Otro"), type="other", rate=7)
    product(client, default_tax_id=tax["id"])
    return client("DELETE", f"{API}/taxes/{tax['id']}")[0]


def repeated_tax(client: ProbeClient) -> Any:
    tax = create(client, "taxes", name=client.unique("Otro"), type="other", rate=7)["id"]
    return pick(invoice(client, item(client, taxes=[tax, tax])), "tax_amount", "total_amount")


def backdated_rate(client: ProbeClient) -> Any:
    currency = create(
        client, "currencies", name=client.unique("Moneda"), code="XQZ", symbol="X", initial_rate=40
    )
    earlier = {"rate": 30, "effective_date": client.day(-5)}
    client("POST", f"{API}/currencies/{currency['id']}/rates", earlier)
    return read(client, currency, "currencies")["current_rate"]


def stock_of_documents(client: ProbeClient) -> Any:
    """Return the stock after a cancellation and deletion, and after an exchange of products."""
    sold, old, new = (product(client, 5) for _ in range(3))
    path = f"{API}/invoices/{_sale(client, sold)['id']}"
    client("PATCH", path, {"status": "cancelled"})
    client("DELETE", path)
    exchanged = _sale(client, old)
    line = {"id": exchanged["items"][0]["id"], "product_id": new["id"]}
    client("PATCH", f"{API}/invoices/{exchanged['id']}", {"items": [line]})
    return [read(client, row, "products")["stock_quantity"] for row in (sold, old, new)]


def _sale(client: ProbeClient, sold: Any) -> Any:
    return invoice(client, item(client, quantity=2, product_id=sold["id"]))


def shared_stock(client: ProbeClient) -> Any:
    sold = product(client, 5)
    items = [item(client, quantity=3, product_id=sold["id"]) for _ in range(2)]
    return [
        client("POST", f"{API}/invoices", body(client, *items))[0],
        read(client, sold, "products")["stock_quantity"],
    ]
