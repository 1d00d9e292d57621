"""Probes for the planted faults in Halo's lists."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.halo_records import client, invoice, line, pay, save


def change_list(api: ProbeClient) -> Any:
    created = invoice(api, line(), line(5), reference="one")
    first = created["lines"][0]["id"]
    save(api, "Invoice", id=created["id"], reference="two")
    api("POST", "/api/Invoice/updatelines", [{"id": first, "qty_order": 3}])

    def fields(**query: Any) -> list[str]:
        query = {"invoice_id": created["id"], **query}
        rows = api("GET", "/api/InvoiceChange", query=query)[1]["changehistory"]
        return [row["field_name"] for row in rows]

    return [fields(), fields(line_id=first)]


def payment_list(api: ProbeClient) -> Any:
    first, second = invoice(api), invoice(api)
    for created in (first, second):
        pay(api, created, 10)
    query = {"client_id": first["client_id"]}
    return api("GET", "/api/InvoicePayment", query=query)[1]["record_count"]


def posted_list(api: ProbeClient) -> Any:
    owner = client(api)
    for posted in (True, False):
        invoice(api, client_id=owner, posted=posted)
    rows = _invoices(api, owner, notpostedonly="true")
    return [row["posted"] for row in rows]


def sort_orders(api: ProbeClient) -> Any:
    owner = client(api)
    for price in (9, 100, 20):
        invoice(api, line(price), client_id=owner, reference="same")
    by_two = {"order": "reference", "order2": "total", "orderdesc2": "true"}
    return [
        [row["total"] for row in _invoices(api, owner, order="total")],
        [row["total"] for row in _invoices(api, owner, **by_two)],
    ]


def voided_list(api: ProbeClient) -> Any:
    owner = client(api)
    created = invoice(api, client_id=owner)
    api("POST", f"/api/Invoice/{created['id']}/void")
    return len(_invoices(api, owner, paymentstatuses="0,-1"))


def global_rates(api: ProbeClient) -> Any:
    rows = api("GET", "/api/ChargeRate", query={"globalonly": "true"})[1]
    return [row["contract_id"] for row in rows]


def _invoices(api: ProbeClient, owner: int, **query: Any) -> Any:
    return api("GET", "/api/Invoice", query={"client_id": owner, **query})[1]["invoices"]
