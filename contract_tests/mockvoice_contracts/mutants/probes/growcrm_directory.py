"""Probes of Grow CRM's access, pages and directory: clients, contacts, projects, categories, items."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.growcrm_records import VAT, client, invoice, pay


def unknown_key(api: ProbeClient) -> Any:
    return api("GET", "/api/clients", auth=Bearer("unknown"))[0]


def wrong_method(api: ProbeClient) -> Any:
    return api("PUT", "/api/clients", {})[0]


def pages(api: ProbeClient) -> Any:
    owner = client(api)
    ids = [invoice(api, bill_clientid=owner)["id"] for _ in range(3)]
    query = {"client_id": owner, "limit": 2}
    found = [api("GET", "/api/invoices", query=query | {"page": page})[1] for page in (1, 2)]
    return [
        [[ids.index(row["id"]) for row in page["data"]], page["meta"]["total"]] for page in found
    ]


def smallest_amount(api: ProbeClient) -> Any:
    created = invoice(api)
    for amount in (5, 20):
        pay(api, created, amount)
    query = {"invoice_id": created["id"], "amount_min": 5}
    return api("GET", "/api/payments", query=query)[1]["meta"]["total"]


def changed_client(api: ProbeClient) -> Any:
    path = f"/api/clients/{client(api)}"
    body = {"client_company_name": api.unique("Client")}
    dates = api.after(lambda: api("PATCH", path, body)[1]["data"]["dates"], seconds=90)
    return dates["updated"] > dates["created"]


def _email(api: ProbeClient) -> str:
    return f"{api.unique('directory').replace(' ', '')}@probe.example"


def unnamed_client(api: ProbeClient) -> Any:
    body = {"first_name": "Ada", "last_name": "Byron", "email": _email(api)}
    return api("POST", "/api/clients", body)[1]["data"]["company_name"]


def tagged_client(api: ProbeClient) -> Any:
    created = client(api, tags=["wholesale"])
    return api("GET", f"/api/clients/{created}")[1]["data"]["tags"]


def _contact(api: ProbeClient, owner: int, email: str) -> tuple[int, Any]:
    body = {"first_name": "C", "last_name": "D", "email": email, "clientid": owner}
    return api("POST", "/api/contacts", body)


def next_owner(api: ProbeClient) -> Any:
    contact = _contact(api, client(api), _email(api))[1]["data"]["id"]
    return api("PUT", f"/api/contacts/{contact}/account-owner")[1]["data"]["account_owner"]


def email_of_deleted_contact(api: ProbeClient) -> Any:
    owner, email = client(api), _email(api)
    path = f"/api/contacts/{_contact(api, owner, email)[1]['data']['id']}"
    api("DELETE", path)
    return [api("GET", path)[0], _contact(api, owner, email)[0]]


def projects_by_progress(api: ProbeClient) -> Any:
    owner = client(api)
    for progress in (100, 20, 5):
        body = {"project_title": api.unique("Project"), "project_clientid": owner}
        body |= {"project_categoryid": 1, "project_date_start": api.day()}
        created = api("POST", "/api/projects", body)[1]["data"]["id"]
        api("PUT", f"/api/projects/{created}/progress", {"progress": progress})
    query = {"client_id": owner, "sort": "project_progress", "order": "asc"}
    return [row["progress"] for row in api("GET", "/api/projects", query=query)[1]["data"]]


def migration_to_itself(api: ProbeClient) -> Any:
    body = {"category_name": api.unique("Category"), "category_type": "item"}
    category = api("POST", "/api/categories", body)[1]["data"]["id"]
    return api("PUT", f"/api/categories/{category}/migrate", {"target_id": category})[0]


def unit_as_digits(api: ProbeClient) -> Any:
    body = {"item_description": "Rope", "item_rate": 3, "item_categoryid": 8}
    body |= {"item_default_tax": VAT, "item_unit": api.unique("Fathom")}
    unit = api("POST", "/api/items", body)[1]["data"]["unit"]
    again = api("POST", "/api/items", body | {"item_unit": str(unit["id"])})[1]["data"]["unit"]
    return again == unit
