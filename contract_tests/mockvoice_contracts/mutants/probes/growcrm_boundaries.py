"""Probes of Grow CRM's limits and defaults: lists, discounts, due dates, conversions, deletions."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.growcrm_records import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    VAT,
    act,
    client,
    invoice,
    item,
    pay,
    read,
    status,
)


def default_order(api: ProbeClient) -> Any:
    owner = client(api)
    ids = [invoice(api, bill_clientid=owner)["id"] for _ in range(2)]
    rows = api("GET", "/api/invoices", query={"client_id": owner})[1]["data"]
    return [ids.index(row["id"]) for row in rows]


def _project(api: ProbeClient, owner: int) -> int:
    project = {"project_title": api.unique("Project"), "project_clientid": owner}
    project |= {"project_categoryid": 1, "project_date_start": api.day()}
    created: int = api("POST", "/api/projects", project)[1]["data"]["id"]
    return created


def restored_project(api: ProbeClient) -> Any:
    path = f"/api/projects/{_project(api, client(api))}"
    return [
        api("PUT", f"{path}/{action}")[1]["data"]["active_state"]
        for action in ("archive", "restore")
    ]


def item_categories(api: ProbeClient) -> Any:
    rope = {"item_description": "Rope", "item_rate": 3, "item_categoryid": INVOICE_CATEGORY}
    return api("POST", "/api/items", rope | {"item_default_tax": VAT, "item_unit": "hours"})[0]


def _header(api: ProbeClient, created: Any, **fields: Any) -> Any:
    required = {"bill_categoryid": INVOICE_CATEGORY, "bill_date": created["dates"]["date"]}
    return api("PATCH", f"/api/invoices/{created['id']}", required | fields)[1]["data"]


def removed_discount(api: ProbeClient) -> Any:
    reduced = {"bill_discount_type": "fixed", "bill_discount_amount": 10}
    created = invoice(api, header=reduced)
    after = _header(api, created, bill_discount_type="none")
    return pick(after["totals"], "discount_type", "discount_amount", "final_amount")


def payment_of_project(api: ProbeClient) -> Any:
    owner = client(api)
    project = _project(api, owner)
    payment = pay(api, invoice(api, bill_clientid=owner, bill_projectid=project), 5)
    return api("GET", f"/api/payments/{payment}")[1]["data"]["project_id"] == project


def fixed_line_discount(api: ProbeClient) -> Any:
    line = item(20, 3, discount_type="fixed", discount_value=5)
    return invoice(api, line, bill_tax_type="inline")["totals"]


def small_lines(api: ProbeClient) -> Any:
    lines = [item(0.01, 0.5) for _ in range(3)]
    return invoice(api, *lines, bill_tax_type="inline")["totals"]["subtotal_before_discount"]


def discount_above_subtotal(api: ProbeClient) -> Any:
    reduced = {"bill_discount_type": "fixed", "bill_discount_amount": 150}
    return invoice(api, header=reduced)["totals"]


def searched_numbers(api: ProbeClient) -> Any:
    owner = client(api)
    number = invoice(api, bill_clientid=owner)["id"]
    terms = (f"{number}", f"{number:06d}", f"INV-{number:06d}")
    queries = [{"client_id": owner, "search": term} for term in terms]
    return [api("GET", "/api/invoices", query=query)[1]["meta"]["total"] for query in queries]


def system_category(api: ProbeClient) -> Any:
    categories = api("GET", "/api/categories", query={"type": "ticket"})[1]["data"]
    default = next(row for row in categories if row["system_default"] == "yes")
    return api("DELETE", f"/api/categories/{default['id']}")[0]


def _estimate(api: ProbeClient, owner: int) -> int:
    fields = {"bill_clientid": owner, "bill_categoryid": ESTIMATE_CATEGORY, "bill_date": api.day()}
    created: int = api("POST", "/api/estimates", fields)[1]["data"]["id"]
    return created


def cloned_estimate(api: ProbeClient) -> Any:
    owner = client(api)
    category = {"category_name": api.unique("Category"), "category_type": "estimate"}
    other = api("POST", "/api/categories", category)[1]["data"]["id"]
    copy = {"bill_clientid": owner, "bill_categoryid": other, "bill_date": api.day()}
    copy |= {"bill_expiry_date": api.day(5)}
    clone = api("POST", f"/api/estimates/{_estimate(api, owner)}/clone", copy)[1]["data"]
    return clone["category"]["id"] == other


def converted_twice(api: ProbeClient) -> Any:
    path = f"/api/estimates/{_estimate(api, client(api))}/convert-to-invoice"
    return len({api("POST", path)[1]["data"]["id"] for _ in range(2)})


def mailed_when_paid(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    pay(api, created, 100)
    return [status(api, created), act(api, created, "send-email", method="POST")[0]]


def line_errors(api: ProbeClient) -> Any:
    created = invoice(api, bill_tax_type="inline")
    lines = {"items": [item(), item(tax_rate_id=9999)]}
    return sorted(act(api, created, "items", lines)[1]["errors"])


def kept_email(api: ProbeClient) -> Any:
    email = f"{api.unique('contact').replace(' ', '')}@probe.example"
    contact = {"first_name": "C", "last_name": "D", "email": email, "clientid": client(api)}
    created = api("POST", "/api/contacts", contact)[1]["data"]["id"]
    return api("PATCH", f"/api/contacts/{created}", contact | {"last_name": "E"})[0]


def due_date_of_earlier_invoice(api: ProbeClient) -> Any:
    owner = client(api, client_billing_invoice_due_days=10)
    created = invoice(api, bill_clientid=owner, bill_date=api.day(-30))
    return created["dates"]["due_date"] == api.day(-20)


def refunds_of_deleted_invoice(api: ProbeClient) -> Any:
    created = invoice(api)
    payment = pay(api, created, 5)
    api("POST", f"/api/payments/{payment}/refund", {"refund_date": api.day()})
    api("DELETE", f"/api/invoices/{created['id']}")
    return api("GET", "/api/refunds", query={"payment_id": payment})[1]["meta"]["total"]


def moved_due_date(api: ProbeClient) -> Any:
    created = invoice(api, bill_date=api.day(-9), bill_due_date=api.day(-2))
    act(api, created, "publish")
    before = read(api, created)["status"]["title"]
    return [before, _header(api, created, bill_due_date=api.day(5))["status"]["title"]]
