"""Probes for the planted faults in OptiFlow's series, currencies, workspaces, stock and lists."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    body,
    contact,
    create,
    invoice,
    item,
    product,
    read,
    series,
)


def repeated_prefix(client: ProbeClient) -> Any:
    taken = {"prefix": series(client)["prefix"], "type": "invoice", "start_number": 1}
    request_body = {"name": client.unique("Serie"), **taken}
    return client("POST", f"{API}/document-subtypes", request_body)[0]


def range_of_one_number(client: ProbeClient) -> Any:
    numbers = {"start_number": 7, "end_number": 7}
    request_body = {"name": client.unique("Serie"), "type": "invoice", "prefix": "UNO", **numbers}
    return client("POST", f"{API}/document-subtypes", request_body)[0]


def number_validated_twice(client: ProbeClient) -> Any:
    number = {"ncf": f"{series(client)['prefix']}00000004"}
    path = f"{API}/invoices/validate-ncf"
    return [client("POST", path, number)[1]["valid"] for _ in range(2)]


def changed_number(client: ProbeClient) -> Any:
    """Return the next number of a series after an update has given an invoice a chosen number."""
    used = series(client)
    created = invoice(client, document_subtype_id=used["id"])
    number = {"ncf": f"{used['prefix']}00000009"}
    client("PATCH", f"{API}/invoices/{created['id']}", number)
    return read(client, used, "document-subtypes")["next_number"]


def electronic_draft(client: ProbeClient) -> Any:
    rows = client("GET", f"{API}/document-subtypes", query={"per_page": 100})[1]["data"]
    electronic = next(row for row in rows if row["prefix"] == "E32")
    path = f"{API}/document-subtypes/{electronic['id']}"
    client("PATCH", path, {"is_active": True})
    draft = invoice(client, document_subtype_id=electronic["id"])
    client("PATCH", path, {"is_active": electronic["is_active"]})
    return client("DELETE", f"{API}/invoices/{draft['id']}")[0]


def full_name(client: ProbeClient) -> Any:
    return create(client, "salesmen", name="Eva", surname="Díaz")["full_name"]


def exact_rate(client: ProbeClient) -> Any:
    return _currency(client, "XRT", "58.4375")["current_rate"]


def currency_of_account(client: ProbeClient) -> Any:
    currency = _currency(client, "XAC", 40)
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": client.day()}
    fields = {"name": client.unique("Cuenta"), "currency_id": currency["id"], **opened}
    create(client, "bank-accounts", **fields)
    return client("DELETE", f"{API}/currencies/{currency['id']}")[0]


def _currency(client: ProbeClient, code: str, rate: Any) -> Any:
    fields = {"name": client.unique("Moneda"), "code": code, "symbol": "X", "initial_rate": rate}
    return create(client, "currencies", **fields)


def workspaces_of_viewer(client: ProbeClient) -> Any:
    viewer = Bearer(client.target.credentials["viewer"])
    rows = client("GET", f"{API}/workspaces", auth=viewer)[1]["data"]
    return any(row["id"] == 2 for row in rows)


def removed_owner(client: ProbeClient) -> Any:
    workspace = create(client, "workspaces", name=client.unique("Sucursal"))
    headers = {"X-Workspace-ID": str(workspace["id"])}
    path = f"{API}/workspace/members/{workspace['owner_id']}"
    return client("DELETE", path, headers=headers)[0]


def sold_inactive_product(client: ProbeClient) -> Any:
    line = item(client, product_id=product(client, is_active=False)["id"])
    return client("POST", f"{API}/invoices", body(client, line))[0]


def changed_contact(client: ProbeClient) -> Any:
    path = f"{API}/contacts/{contact(client)}"
    changed = client.after(
        lambda: client("PATCH", path, {"observations": "Llamar antes"})[1]["data"], seconds=90
    )
    return changed["updated_at"] > changed["created_at"]


def transfer_within_workspace(client: ProbeClient) -> Any:
    transfer = {"product_id": product(client, 5)["id"], "quantity": 2}
    transfer |= {"from_workspace_id": 1, "to_workspace_id": 1}
    return client("POST", f"{API}/stock-transfers", transfer)[0]


def received_transfer(client: ProbeClient) -> Any:
    """Return the movements that the receiving workspace lists."""
    moved = product(client, 5)["id"]
    workspace_ids = {"from_workspace_id": 1, "to_workspace_id": 2}
    create(client, "stock-transfers", product_id=moved, quantity=2, **workspace_ids)
    query, headers = {"filter[product_id]": moved}, {"X-Workspace-ID": "2"}
    rows = client("GET", f"{API}/stock-transfers", query=query, headers=headers)[1]["data"]
    return sorted(row["type"] for row in rows)


def balance_before_movement(client: ProbeClient) -> Any:
    query = {"filter[product_id]": product(client, 5)["id"]}
    row = client("GET", f"{API}/stock-movements", query=query)[1]["data"][0]
    return [row["previous_quantity"], row["current_quantity"]]


def opened_in_two_workspaces(client: ProbeClient) -> Any:
    first = {"product_id": product(client, 0)["id"], "quantity": 4}
    return [
        client("POST", f"{API}/initial-stock", first, headers={"X-Workspace-ID": workspace})[0]
        for workspace in ("1", "2")
    ]


def partly_rejected_adjustment(client: ProbeClient) -> Any:
    plenty, scarce = product(client, 5), product(client, 1)
    items = [
        {"product_id": plenty["id"], "quantity": -2},
        {"product_id": scarce["id"], "quantity": -9},
    ]
    loss = {"items": items, "reason": "lost"}
    status = client("POST", f"{API}/inventory-adjustments", loss)[0]
    return [status, read(client, plenty, "products")["stock_quantity"]]


def page_past_the_end(client: ProbeClient) -> Any:
    owner = contact(client)
    invoice(client, contact_id=owner)
    query = {"filter[contact_id]": owner, "page": 4}
    return len(client("GET", f"{API}/invoices", query=query)[1]["data"])


def invoices_of_one_day(client: ProbeClient) -> Any:
    owner = contact(client)
    for days in (-3, -1, 0):
        create(client, "invoices", **body(client, contact_id=owner, issue_date=client.day(days)))
    query = {"filter[contact_id]": owner, "filter[issue_date]": client.day(-3)}
    return client("GET", f"{API}/invoices", query=query)[1]["meta"]["total"]
