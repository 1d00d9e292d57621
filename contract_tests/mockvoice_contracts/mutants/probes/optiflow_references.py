"""Probes for the planted faults in OptiFlow's references, limits of stock, rates and access."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    COTIZACION,
    body,
    contact,
    create,
    invoice,
    item,
    product,
    read,
)


def deleted_salesman(client: ProbeClient) -> Any:
    salesman = create(client, "salesmen", name="Eva", surname=client.unique("Díaz"))
    invoice(client, salesmen_ids=[salesman["id"]])
    return client("DELETE", f"{API}/salesmen/{salesman['id']}")[0]


def tracked_service(client: ProbeClient) -> Any:
    return product(client, track_stock=True)["track_stock"]


def rates_of_one_day(client: ProbeClient) -> Any:
    currency = create(
        client, "currencies", name=client.unique("Moneda"), code="XQR", symbol="X", initial_rate=40
    )
    rate = {"rate": 30, "effective_date": client.day(-5)}
    path = f"{API}/currencies/{currency['id']}/rates"
    return [client("POST", path, rate)[0] for _ in range(2)]


def changed_tax(client: ProbeClient) -> Any:
    tax = create(client, "taxes", name=client.unique("Otro"), type="other", rate=7)
    invoice(client, item(client, taxes=[tax["id"]]))
    client("PATCH", f"{API}/taxes/{tax['id']}", {"rate": 9})
    return read(client, tax, "taxes")["rate"]


def foreign_workspace(client: ProbeClient) -> Any:
    viewer = Bearer(client.target.credentials["viewer"])
    return client("GET", f"{API}/invoices", headers={"X-Workspace-ID": "2"}, auth=viewer)[0]


def quoted_contact(client: ProbeClient) -> Any:
    owner = contact(client)
    create(client, "quotations", **body(client, document_subtype_id=COTIZACION, contact_id=owner))
    return client("DELETE", f"{API}/contacts/{owner}")[0]


def sale_below_zero(client: ProbeClient) -> Any:
    sold = product(client, 2, allow_negative_stock=True)
    line = item(client, quantity=3, product_id=sold["id"])
    return client("POST", f"{API}/invoices", body(client, line))[0]


def shortage_field(client: ProbeClient) -> Any:
    scarce = product(client, 2)
    short = item(client, quantity=3, product_id=scarce["id"])
    response = client("POST", f"{API}/invoices", body(client, item(client), short))[1]
    return sorted(response.get("errors", {}))


def second_phone(client: ProbeClient) -> Any:
    number = client.unique("809-555")
    fields = {"contact_type": "customer", "phone_primary": "1", "phone_secondary": number}
    create(client, "contacts", name=client.unique("Cliente"), **fields)
    return client("GET", f"{API}/contacts", query={"search": number})[1]["meta"]["total"]
