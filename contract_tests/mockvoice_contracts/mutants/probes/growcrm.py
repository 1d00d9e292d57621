"""What shows the faults of Grow CRM."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
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


def summary(ask: ProbeClient) -> Any:
    percentage = {"bill_discount_type": "percentage", "bill_discount_percentage": 7.5}
    made = [
        invoice(ask, item(0.05, 0.5), rates=[VAT]),
        invoice(ask, item(0.45), rates=[VAT, VAT + 1, REDUCED]),
        invoice(ask, item(), rates=[VAT], header=percentage | {"bill_adjustment_amount": -5}),
    ]
    prices = [1.01 + cent / 100 for cent in range(40)]
    made += [
        invoice(ask, item(round(each, 2)), rates=[SALES_TAX], header=percentage) for each in prices
    ]
    return [pick(each["totals"], "subtotal", "tax_total_amount", "final_amount") for each in made]


def inline(ask: ProbeClient) -> Any:
    made = invoice(
        ask,
        item(10, discount_type="fixed", discount_value=25),
        item(50, 3, discount_type="percentage", discount_value=10, tax_rate_id=VAT),
        bill_tax_type="inline",
    )
    return [made["totals"], [each["total"] for each in made["line_items"]]]


def published(ask: ProbeClient) -> Any:
    late = invoice(ask, bill_date=ask.day(-9), bill_due_date=ask.day(-2))
    mailed = act(ask, late, "send-email", method="POST")[0]
    first = act(ask, late, "publish")[1]
    return [mailed, first["data"]["status"]["title"], act(ask, late, "publish")[0]]


def overdue(ask: ProbeClient) -> Any:
    made = invoice(ask, bill_due_date=ask.day())
    today = act(ask, made, "publish")[1]["data"]["status"]["title"]
    return [today, ask.after(lambda: status(ask, made), days=1)]


def by_hand(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "publish")
    act(ask, made, "status", {"status": 20})
    pay(ask, made, 1)
    return status(ask, made)


def paid(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "publish")
    seen = []
    for amount in (50, 49.99, 0.01):
        last = pay(ask, made, amount)
        seen.append(status(ask, made))
    ask("DELETE", f"/api/payments/{last}")
    return [*seen, status(ask, made)]


def refunded(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "publish")
    path = f"/api/payments/{pay(ask, made, 100)}/refund"
    body = {"refund_date": ask.day()}
    return [ask("POST", path, body)[0], status(ask, made), ask("POST", path, body)[0]]


def cloned(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "publish")
    body = {"bill_clientid": client(ask), "bill_date": ask.day(), "bill_due_date": ask.day(3)}
    copy = act(ask, made, "clone", body, "POST")[1]["data"]
    return [copy["status"], copy["line_items"][0]["id"] == made["line_items"][0]["id"]]


def replaced(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "items", {"items": [item(3)]})
    for tags in (["one"], ["two"]):
        act(ask, made, "tags", {"tags": tags})
    now = read(ask, made)
    return [now["totals"]["final_amount"], now["tags"]]


def refusals(ask: ProbeClient) -> Any:
    body = {"bill_clientid": client(ask), "bill_categoryid": INVOICE_CATEGORY}
    days = {"bill_date": ask.day(), "bill_due_date": ask.day(-1)}
    refused = ask("POST", "/api/invoices", {})
    return [
        ask("POST", "/api/invoices", body | days)[0],
        [refused[0], sorted(refused[1]["errors"])],
        ask("GET", "/api/invoices", auth=Bearer("unknown")),
    ]


def terms(ask: ProbeClient) -> Any:
    made = invoice(ask, bill_clientid=client(ask, client_billing_invoice_due_days=31))
    return made["dates"]["due_date"]


def deleted(ask: ProbeClient) -> Any:
    made = invoice(ask)
    number = pay(ask, made, 5)
    ask("DELETE", f"/api/invoices/{made['id']}")
    return ask("GET", f"/api/payments/{number}")[0]


def lists(ask: ProbeClient) -> Any:
    owner = client(ask)
    for price in (2, 3, 1):
        invoice(ask, item(price), bill_clientid=owner)

    def found(**query: Any) -> Any:
        return ask("GET", "/api/invoices", query={"client_id": owner, **query})[1]

    rows = found(sort="bill_final_amount", order="asc")
    return [
        [each["totals"]["final_amount"] for each in rows["data"]],
        rows["meta"],
        found(search="nothing like this")["meta"]["total"],
    ]


def many(ask: ProbeClient) -> Any:
    body = {
        "bill_clientid": client(ask),
        "bill_categoryid": INVOICE_CATEGORY,
        "bill_date": ask.day(),
    }
    for _ in range(101):
        ask("POST", "/api/invoices", body)
    found = ask("GET", "/api/invoices", query={"client_id": body["bill_clientid"], "limit": 150})
    return len(found[1]["data"])


def refused_items(ask: ProbeClient) -> Any:
    made = invoice(ask)
    refused = act(ask, made, "items", {"items": [item(3)], "tax_rate_ids": [9999]})[0]
    return [refused, read(ask, made)["totals"]["final_amount"]]


def converted(ask: ProbeClient) -> Any:
    body = {
        "bill_clientid": client(ask),
        "bill_categoryid": ESTIMATE_CATEGORY,
        "bill_date": ask.day(),
    }
    made = ask("POST", "/api/estimates", body)[1]["data"]
    path = f"/api/estimates/{made['id']}"
    ask("PATCH", path, {**body, "bill_discount_type": "fixed", "bill_discount_amount": 10})
    ask("PUT", f"{path}/items", {"items": [item()]})
    return ask("POST", f"{path}/convert-to-invoice")[1]["data"]["totals"]["final_amount"]


def undone(ask: ProbeClient) -> Any:
    made = invoice(ask)
    act(ask, made, "publish")
    number = pay(ask, made, 100)
    path, days = f"/api/payments/{number}", {"payment_date": ask.day()}
    ask("POST", f"{path}/refund", {"refund_date": ask.day()})
    ask("DELETE", f"{path}/refund")
    seen = [status(ask, made)]
    ask("PATCH", path, {**days, "payment_amount": 40})
    seen.append(status(ask, made))
    before = {"invoice_id": made["id"], "date_end": ask.day(-1)}
    seen.append(ask("GET", "/api/payments", query=before)[1]["meta"]["total"])
    seen.append(ask("POST", f"{path}/refund", {"refund_date": ask.day()})[0])
    ask("DELETE", path)
    found = ask("GET", "/api/refunds", query={"invoice_id": made["id"]})[1]["meta"]["total"]
    return [*seen, found]


def clients(ask: ProbeClient) -> Any:
    body = {"first_name": "A", "last_name": "B", "clientid": client(ask)}
    mail = f"{ask.unique('mail').replace(' ', '')}@probe.example"
    sent = [ask("POST", "/api/contacts", {**body, "email": mail}) for _ in "ab"]
    ask("DELETE", f"/api/clients/{body['clientid']}")
    contact = sent[0][1]["data"]["id"]
    return [sent[1][0], ask("GET", f"/api/contacts/{contact}")[0]]


def estimates(ask: ProbeClient) -> Any:
    body = {"bill_clientid": client(ask), "bill_categoryid": ESTIMATE_CATEGORY}
    days = {"bill_date": ask.day(), "bill_expiry_date": ask.day(1)}
    path = f"/api/estimates/{ask('POST', '/api/estimates', body | days)[1]['data']['id']}"
    seen = [ask("PUT", f"{path}/publish")[0] for _ in "ab"]
    return [*seen, ask.after(lambda: ask("GET", path)[1]["data"]["status"], days=3)]


def categories(ask: ProbeClient) -> Any:
    paths = []
    for _ in "ab":
        sent = {"category_name": ask.unique("Category"), "category_type": "item"}
        paths.append(f"/api/categories/{ask('POST', '/api/categories', sent)[1]['data']['id']}")
    number, other = (int(path.rpartition("/")[2]) for path in paths)
    body = {"item_description": "Rope", "item_rate": 3, "item_categoryid": number}
    body |= {"item_default_tax": VAT, "item_unit": ask.unique("Fathom")}
    units = {ask("POST", "/api/items", body)[1]["data"]["unit"]["id"] for _ in "ab"}
    ask("PUT", f"{paths[0]}/migrate", {"target_id": other})
    return [len(units), *(ask("DELETE", path)[0] for path in paths)]


def copies(ask: ProbeClient) -> Any:
    made, powers = invoice(ask), ask.target.control
    before = len(powers.outbox()) if powers else 0
    act(ask, made, "publish")
    mailed = len(powers.outbox()) - before if powers else 0
    body = {"project_title": "Theirs", "project_clientid": client(ask), "project_categoryid": 1}
    project = ask("POST", "/api/projects", body | {"project_date_start": ask.day()})[1]["data"]
    copy = {"bill_clientid": client(ask), "bill_projectid": project["id"]}
    copy |= {"bill_date": ask.day(), "bill_due_date": ask.day(3)}
    return [mailed, act(ask, made, "clone", copy, "POST")[0]]


def shapes(ask: ProbeClient) -> Any:
    owner = client(ask)
    body = {"bill_clientid": owner, "bill_categoryid": INVOICE_CATEGORY, "bill_date": ask.day()}
    status, made = ask("POST", "/api/invoices", body)
    rows = ask("GET", "/api/invoices", query={"client_id": owner})[1]
    return [status, shape(read(ask, made["data"])), shape(rows)]
