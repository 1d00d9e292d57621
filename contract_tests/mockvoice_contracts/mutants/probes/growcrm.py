"""Probes for the planted faults of Grow CRM."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.growcrm_bills import (  # noqa: F401 - the catalogue names probes
    cloned_headers,
    conversions,
    header_updates,
    invoice_lists,
    manual_flags,
    paid_then_raised,
    signed_figures,
)
from mockvoice_contracts.mutants.probes.growcrm_boundaries import (  # noqa: F401 - the catalogue names probes
    cloned_estimate,
    converted_twice,
    default_order,
    discount_above_subtotal,
    due_date_of_earlier_invoice,
    fixed_line_discount,
    item_categories,
    kept_email,
    line_errors,
    mailed_when_paid,
    moved_due_date,
    payment_of_project,
    refunds_of_deleted_invoice,
    removed_discount,
    restored_project,
    searched_numbers,
    small_lines,
    system_category,
)
from mockvoice_contracts.mutants.probes.growcrm_directory import (  # noqa: F401 - the catalogue names probes
    changed_client,
    email_of_deleted_contact,
    migration_to_itself,
    next_owner,
    pages,
    projects_by_progress,
    smallest_amount,
    tagged_client,
    unit_as_digits,
    unknown_key,
    unnamed_client,
    wrong_method,
)
from mockvoice_contracts.mutants.probes.growcrm_records import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    REDUCED,
    SALES_TAX,
    VAT,
    act,
    client,
    invoice,
    item,
    pay,
    read,
    status,
)
from mockvoice_contracts.mutants.probes.growcrm_relations import (  # noqa: F401 - the catalogue names probes
    account_owners,
    category_names,
    client_defaults,
    moved_payment,
    project_invoices,
    refund_records,
)
from mockvoice_contracts.mutants.probes.growcrm_statuses import (  # noqa: F401 - the catalogue names probes
    added_rates,
    adjusted_header,
    cloned_taxes,
    converted_terms,
    dates_of_published,
    discount_of_new_lines,
    earlier_refund,
    half_cent_of_line_discount,
    inline_percentage,
    line_units,
    overpayment,
    part_payment_when_late,
    payment_defaults,
    payment_of_draft,
    published_empty,
    published_estimate,
    taxes_of_lines,
)


def summary(api: ProbeClient) -> Any:
    percentage = {"bill_discount_type": "percentage", "bill_discount_percentage": 7.5}
    created = [
        invoice(api, item(0.05, 0.5), rates=[VAT]),
        invoice(api, item(0.45), rates=[VAT, VAT + 1, REDUCED]),
        invoice(api, item(), rates=[VAT], header=percentage | {"bill_adjustment_amount": -5}),
    ]
    prices = [1.01 + cent / 100 for cent in range(40)]
    created += [
        invoice(api, item(round(price, 2)), rates=[SALES_TAX], header=percentage)
        for price in prices
    ]
    return [
        pick(bill["totals"], "subtotal", "tax_total_amount", "final_amount") for bill in created
    ]


def inline(api: ProbeClient) -> Any:
    created = invoice(
        api,
        item(10, discount_type="fixed", discount_value=25),
        item(50, 3, discount_type="percentage", discount_value=10, tax_rate_id=VAT),
        item(64.22, 2.25, discount_type="percentage", discount_value=100),
        bill_tax_type="inline",
    )
    return [created["totals"], [line_item["total"] for line_item in created["line_items"]]]


def low_rates(api: ProbeClient) -> Any:
    credit = invoice(
        api,
        item(0),
        item(-10, discount_type="fixed", discount_value=3),
        bill_tax_type="inline",
    )
    payment = {
        "payment_invoiceid": credit["id"], "payment_amount": 1, "payment_date": api.day(),
    }  # fmt: skip
    return [credit["totals"], api("POST", "/api/payments", payment)[0]]


def published(api: ProbeClient) -> Any:
    late = invoice(api, bill_date=api.day(-9), bill_due_date=api.day(-2))
    mailed = act(api, late, "send-email", method="POST")[0]
    first = act(api, late, "publish")[1]
    return [mailed, first["data"]["status"]["title"], act(api, late, "publish")[0]]


def overdue(api: ProbeClient) -> Any:
    created = invoice(api, bill_due_date=api.day())
    today = act(api, created, "publish")[1]["data"]["status"]["title"]
    return [today, api.after(lambda: status(api, created), days=1)]


def manual_status(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    act(api, created, "status", {"status": 20})
    pay(api, created, 1)
    return status(api, created)


def paid(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    results = []
    for amount in (50, 49.99, 0.01):
        last_payment = pay(api, created, amount)
        results.append(status(api, created))
    api("DELETE", f"/api/payments/{last_payment}")
    results.append(status(api, created))
    draft = invoice(api)
    pay(api, draft, 100)
    act(api, draft, "publish")
    return [*results, status(api, draft)]


def refunded(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    path = f"/api/payments/{pay(api, created, 100)}/refund"
    body = {"refund_date": api.day()}
    return [api("POST", path, body)[0], status(api, created), api("POST", path, body)[0]]


def cloned(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    body = {"bill_clientid": client(api), "bill_date": api.day(), "bill_due_date": api.day(3)}
    copy = act(api, created, "clone", body, "POST")[1]["data"]
    return [copy["status"], copy["line_items"][0]["id"] == created["line_items"][0]["id"]]


def replaced(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "items", {"items": [item(3)]})
    for tags in (["one"], ["two"]):
        act(api, created, "tags", {"tags": tags})
    after = read(api, created)
    return [after["totals"]["final_amount"], after["tags"]]


def errors(api: ProbeClient) -> Any:
    body = {"bill_clientid": client(api), "bill_categoryid": INVOICE_CATEGORY}
    days = {"bill_date": api.day(), "bill_due_date": api.day(-1)}
    rejected = api("POST", "/api/invoices", {})
    return [
        api("POST", "/api/invoices", body | days)[0],
        [rejected[0], sorted(rejected[1]["errors"])],
        api("GET", "/api/invoices", auth=Bearer("unknown")),
    ]


def terms(api: ProbeClient) -> Any:
    created = invoice(api, bill_clientid=client(api, client_billing_invoice_due_days=31))
    return created["dates"]["due_date"]


def deletion(api: ProbeClient) -> Any:
    created = invoice(api)
    payment = pay(api, created, 5)
    api("DELETE", f"/api/invoices/{created['id']}")
    return api("GET", f"/api/payments/{payment}")[0]


def lists(api: ProbeClient) -> Any:
    owner = client(api)
    for price in (2, 3, 1):
        invoice(api, item(price), bill_clientid=owner)

    def search(**query: Any) -> Any:
        return api("GET", "/api/invoices", query={"client_id": owner, **query})[1]

    rows = search(sort="bill_final_amount", order="asc")
    return [
        [row["totals"]["final_amount"] for row in rows["data"]],
        rows["meta"],
        search(search="nothing like this")["meta"]["total"],
    ]


def page_size(api: ProbeClient) -> Any:
    body = {
        "bill_clientid": client(api),
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": api.day(),
    }
    for _ in range(101):
        api("POST", "/api/invoices", body)
    response = api("GET", "/api/invoices", query={"client_id": body["bill_clientid"], "limit": 150})
    return len(response[1]["data"])


def rejected_items(api: ProbeClient) -> Any:
    created = invoice(api)
    rejected = act(api, created, "items", {"items": [item(3)], "tax_rate_ids": [9999]})[0]
    return [rejected, read(api, created)["totals"]["final_amount"]]


def converted(api: ProbeClient) -> Any:
    body = {
        "bill_clientid": client(api),
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": api.day(),
    }
    created = api("POST", "/api/estimates", body)[1]["data"]
    path = f"/api/estimates/{created['id']}"
    api("PATCH", path, {**body, "bill_discount_type": "fixed", "bill_discount_amount": 10})
    api("PUT", f"{path}/items", {"items": [item()]})
    return api("POST", f"{path}/convert-to-invoice")[1]["data"]["totals"]["final_amount"]


def changed_payments(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    path, days = f"/api/payments/{pay(api, created, 100)}", {"payment_date": api.day()}
    api("POST", f"{path}/refund", {"refund_date": api.day()})
    api("DELETE", f"{path}/refund")
    results = [status(api, created)]
    api("PATCH", path, {**days, "payment_amount": 40})
    results.append(status(api, created))
    before = {"invoice_id": created["id"], "date_end": api.day(-1)}
    results.append(api("GET", "/api/payments", query=before)[1]["meta"]["total"])
    results.append(api("POST", f"{path}/refund", {"refund_date": api.day()})[0])
    api("DELETE", path)
    refunds = api("GET", "/api/refunds", query={"invoice_id": created["id"]})[1]["meta"]["total"]
    return [*results, refunds]


def clients(api: ProbeClient) -> Any:
    body = {"first_name": "A", "last_name": "B", "clientid": client(api)}
    email = f"{api.unique('mail').replace(' ', '')}@probe.example"
    responses = [api("POST", "/api/contacts", {**body, "email": email}) for _ in range(2)]
    api("DELETE", f"/api/clients/{body['clientid']}")
    contact = responses[0][1]["data"]["id"]
    return [responses[1][0], api("GET", f"/api/contacts/{contact}")[0]]


def estimates(api: ProbeClient) -> Any:
    body = {"bill_clientid": client(api), "bill_categoryid": ESTIMATE_CATEGORY}
    days = {"bill_date": api.day(), "bill_expiry_date": api.day(1)}
    path = f"/api/estimates/{api('POST', '/api/estimates', body | days)[1]['data']['id']}"
    results = [api("PUT", f"{path}/publish")[0] for _ in range(2)]
    return [*results, api.after(lambda: api("GET", path)[1]["data"]["status"], days=3)]


def categories(api: ProbeClient) -> Any:
    paths = []
    for _ in range(2):
        payload = {"category_name": api.unique("Category"), "category_type": "item"}
        paths.append(f"/api/categories/{api('POST', '/api/categories', payload)[1]['data']['id']}")
    category, other = (int(path.rpartition("/")[2]) for path in paths)
    body = {"item_description": "Rope", "item_rate": 3, "item_categoryid": category}
    body |= {"item_default_tax": VAT, "item_unit": api.unique("Fathom")}
    units = {api("POST", "/api/items", body)[1]["data"]["unit"]["id"] for _ in range(2)}
    api("PUT", f"{paths[0]}/migrate", {"target_id": other})
    return [len(units), *(api("DELETE", path)[0] for path in paths)]


def team(api: ProbeClient) -> Any:
    members = api("GET", "/api/team", query={"limit": 100})[1]["data"]
    staff = api("GET", "/api/team", query={"role_id": 3})[1]["data"]
    return [[member["id"] for member in rows] for rows in (members, staff)]


def custom_fields(api: ProbeClient) -> Any:
    body = {"item_description": "Rope", "item_rate": 3, "item_categoryid": 8, "item_unit": "hours"}
    body |= {"item_default_tax": VAT, "item_custom_field_1": "R-1"}
    return api("POST", "/api/items", body)[1]["data"]["custom_fields"]


def published_email_and_clone(api: ProbeClient) -> Any:
    created, control = invoice(api), api.target.control
    before = len(control.outbox()) if control else 0
    act(api, created, "publish")
    mailed = len(control.outbox()) - before if control else 0
    body = {
        "project_title": "Of another client",
        "project_clientid": client(api),
        "project_categoryid": 1,
    }
    project = api("POST", "/api/projects", body | {"project_date_start": api.day()})[1]["data"]
    copy = {"bill_clientid": client(api), "bill_projectid": project["id"]}
    copy |= {"bill_date": api.day(), "bill_due_date": api.day(3)}
    return [mailed, act(api, created, "clone", copy, "POST")[0]]


def shapes(api: ProbeClient) -> Any:
    owner = client(api)
    body = {"bill_clientid": owner, "bill_categoryid": INVOICE_CATEGORY, "bill_date": api.day()}
    status, created = api("POST", "/api/invoices", body)
    rows = api("GET", "/api/invoices", query={"client_id": owner})[1]
    return [status, shape(read(api, created["data"])), shape(rows)]


def team_by_status(api: ProbeClient) -> Any:
    return [
        len(api("GET", "/api/team", query={"status": status})[1]["data"])
        for status in ("active", "suspended")
    ]
