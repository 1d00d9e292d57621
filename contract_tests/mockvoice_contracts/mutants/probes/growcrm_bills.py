"""Probes of Grow CRM's invoices and estimates: headers, figures, copies, statuses and lists."""

from datetime import datetime, time, timedelta
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.growcrm_records import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
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

CANCELLED, DRAFT = 20, 1


def _patch(api: ProbeClient, created: Any, **fields: Any) -> tuple[int, Any]:
    required = {"bill_categoryid": INVOICE_CATEGORY, "bill_date": created["dates"]["date"]}
    return api("PATCH", f"/api/invoices/{created['id']}", required | fields)


def header_updates(api: ProbeClient) -> Any:
    created = invoice(api, rates=[VAT], bill_notes="Kept")
    other = client(api)
    results: list[Any] = [
        _patch(api, created, bill_due_date=created["dates"]["date"])[0],
        act(api, created, "tags", {"tags": ["Q3 Plan"]})[1]["data"]["tags"],
    ]
    _patch(api, created, bill_tax_type="summary", bill_clientid=other)
    after = read(api, created)
    results += [after["client"]["id"] == other, after["notes"], after["totals"]["final_amount"]]
    for mode in ("inline", "summary"):
        after = _patch(api, created, bill_tax_type=mode)[1]["data"]
        results.append(after["totals"]["final_amount"])
    return results


def signed_figures(api: ProbeClient) -> Any:
    negative = {"bill_discount_type": "fixed", "bill_discount_amount": 20}
    created = [
        invoice(api, item(10), rates=[SALES_TAX], header=negative),
        invoice(api, rates=[VAT, VAT]),
        invoice(
            api,
            item(100, tax_rate_id=VAT),
            bill_tax_type="inline",
            header={"bill_adjustment_amount": -5},
        ),
    ]
    return [pick(bill["totals"], "tax_total_amount", "final_amount") for bill in created]


def _clone(api: ProbeClient, created: Any, owner: int) -> Any:
    body = {"bill_clientid": owner, "bill_date": api.day(), "bill_due_date": api.day(3)}
    return act(api, created, "clone", body, "POST")[1]["data"]


def cloned_headers(api: ProbeClient) -> Any:
    return _clone(api, invoice(api, bill_notes="Of the source"), client(api))["notes"]


def manual_flags(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "status", {"status": CANCELLED})
    copy = _clone(api, created, client(api))
    act(api, created, "status", {"status": DRAFT})
    results = []
    for bill in (created, copy):
        act(api, bill, "publish")
        pay(api, bill, 100)
        results.append(status(api, bill))
    return results


def paid_then_raised(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    pay(api, created, 100)
    before = status(api, created)
    act(api, created, "items", {"items": [item(300)]})
    return [before, status(api, created)]


def conversions(api: ProbeClient) -> Any:
    body = {"bill_clientid": client(api), "bill_categoryid": ESTIMATE_CATEGORY}
    created = api("POST", "/api/estimates", body | {"bill_date": api.day()})[1]["data"]
    path = f"/api/estimates/{created['id']}"
    now = api.clock.now()
    early = datetime.combine(now.date() + timedelta(days=1), time(1), now.tzinfo)
    converted = api.after(
        lambda: api("POST", f"{path}/convert-to-invoice")[1]["data"],
        seconds=int((early - now).total_seconds()),
    )
    before = api("GET", path)[1]["data"]["converted"]["is_converted"]
    api("DELETE", f"/api/invoices/{converted['id']}")
    after = api("GET", path)[1]["data"]["converted"]["is_converted"]
    return [converted["dates"]["date"] == early.date().isoformat(), before, after]


def invoice_lists(api: ProbeClient) -> Any:
    owner = client(api)
    project = api("POST", "/api/projects", {
        "project_title": api.unique("Project"), "project_clientid": owner,
        "project_categoryid": 1, "project_date_start": api.day(),
    })[1]["data"]["id"]  # fmt: skip
    invoice(api, item(100), bill_clientid=owner, bill_projectid=project)
    reduced = {"bill_clientid": owner, "bill_discount_type": "fixed", "bill_discount_amount": 90}
    invoice(api, item(150), header=reduced, bill_clientid=owner)

    def search(**query: Any) -> Any:
        rows = api("GET", "/api/invoices", query={"client_id": owner, **query})[1]
        return [[row["totals"]["final_amount"] for row in rows["data"]], rows["meta"]["total"]]

    return [
        search(project_id=project),
        search(sort="bill_final_amount", order="asc"),
        search(limit=1, page=5),
    ]
