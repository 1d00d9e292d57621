"""Probes of Grow CRM's records around an invoice: clients, owners, projects, payments, refunds."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.growcrm_records import (
    act,
    client,
    invoice,
    pay,
    read,
    status,
)


def account_owners(api: ProbeClient) -> Any:
    owned, other = client(api), client(api)
    contacts = []
    for owner in (owned, other):
        email = f"{api.unique('contact').replace(' ', '')}@probe.example"
        body = {"first_name": "C", "last_name": "D", "email": email, "clientid": owner}
        contacts.append(api("POST", "/api/contacts", body)[1]["data"])
    results: list[Any] = [
        api("PUT", f"/api/clients/{owned}/owner", {"owner": contact["id"]})[0]
        for contact in reversed(contacts)
    ]
    created = invoice(api, bill_clientid=owned)
    act(api, created, "publish")
    control = api.target.control
    recipient = control.outbox()[-1]["to"] if control else None
    return [*results, recipient == contacts[0]["email"]]


def client_defaults(api: ProbeClient) -> Any:
    owner = client(api, client_billing_invoice_due_days=0)
    created = invoice(api, bill_clientid=owner)
    name = api.unique("Renamed")
    api("PATCH", f"/api/clients/{owner}", {"client_company_name": name})
    due = created["dates"]["due_date"] == created["dates"]["date"]
    return [due, read(api, created)["client"]["name"] == name]


def moved_payment(api: ProbeClient) -> Any:
    first, second = invoice(api), invoice(api)
    for created in (first, second):
        act(api, created, "publish")
    path = f"/api/payments/{pay(api, first, 100)}"
    body = {"payment_amount": 100, "payment_date": api.day(), "payment_invoiceid": second["id"]}
    after = api("PATCH", path, body)[1]["data"]
    return [after["invoice"]["id"] == first["id"], status(api, second)]


def refund_records(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    body = {"refund_paymentid": pay(api, created, 100), "refund_date": api.day()}
    responses = [api("POST", "/api/refunds", body) for _ in range(2)]
    query = {"invoice_id": created["id"], "date_end": api.day(-1)}
    past = api("GET", "/api/refunds", query=query)[1]["meta"]["total"]
    query["date_end"] = api.day()
    refunds = api("GET", "/api/refunds", query=query)[1]["data"]
    for refund in refunds:
        api("DELETE", f"/api/refunds/{refund['id']}")
    payment = api("GET", f"/api/payments/{body['refund_paymentid']}")[1]["data"]
    return [[code for code, _ in responses], past, payment["status"], status(api, created)]


def category_names(api: ProbeClient) -> Any:
    name = api.unique("Category")
    bodies = [{"category_name": name, "category_type": kind} for kind in ("item", "client", "item")]
    return [api("POST", "/api/categories", body)[0] for body in bodies]


def project_invoices(api: ProbeClient) -> Any:
    owner = client(api)
    body = {"project_title": api.unique("Project"), "project_clientid": owner}
    body |= {"project_categoryid": 1, "project_date_start": api.day()}
    project = api("POST", "/api/projects", body)[1]["data"]["id"]
    created = invoice(api, bill_clientid=owner, bill_projectid=project)
    title = {"project_title": api.unique("Copy")}
    copy = api("POST", f"/api/projects/{project}/clone", title)[1]["data"]["id"]
    copied = api("GET", "/api/invoices", query={"project_id": copy})[1]["meta"]["total"]
    api("DELETE", f"/api/projects/{project}")
    return [copied, api("GET", f"/api/invoices/{created['id']}")[0]]
