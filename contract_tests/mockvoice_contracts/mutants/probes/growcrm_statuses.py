"""Probes of Grow CRM's drafts, payments and figures: what moves a status, an amount or a date."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.growcrm_records import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    REDUCED,
    VAT,
    act,
    client,
    invoice,
    item,
    pay,
    read,
    status,
)


def _patch(api: ProbeClient, created: Any, **fields: Any) -> Any:
    required = {"bill_categoryid": INVOICE_CATEGORY, "bill_date": created["dates"]["date"]}
    return api("PATCH", f"/api/invoices/{created['id']}", required | fields)[1]["data"]


def adjusted_header(api: ProbeClient) -> Any:
    return _patch(api, invoice(api), bill_adjustment_amount=-5)["totals"]["final_amount"]


def added_rates(api: ProbeClient) -> Any:
    return invoice(api, item(200), rates=[VAT, REDUCED])["totals"]["tax_total_amount"]


def inline_percentage(api: ProbeClient) -> Any:
    created = invoice(api, item(tax_rate_id=VAT), bill_tax_type="inline")
    return created["totals"]["tax_total_percentage"]


def discount_of_new_lines(api: ProbeClient) -> Any:
    percentage = {"bill_discount_type": "percentage", "bill_discount_percentage": 10}
    created = invoice(api, item(100), header=percentage)
    after = act(api, created, "items", {"items": [item(250)]})[1]["data"]
    return pick(after["totals"], "discount_amount", "final_amount")


def half_cent_of_line_discount(api: ProbeClient) -> Any:
    line = item(0.3, discount_type="percentage", discount_value=15)
    created = invoice(api, line, bill_tax_type="inline")
    return [created["line_items"][0]["discount"], created["line_items"][0]["total"]]


def taxes_of_lines(api: ProbeClient) -> Any:
    lines = [item(price, tax_rate_id=VAT) for price in (10, 20)]
    created = invoice(api, *lines, bill_tax_type="inline")
    ids = [line["id"] for line in created["line_items"]]
    return [ids.index(tax["lineitem_id"]) for tax in created["taxes"]]


def line_units(api: ProbeClient) -> Any:
    return invoice(api, item(unit="hours"))["line_items"][0]["unit"]


def dates_of_published(api: ProbeClient) -> Any:
    created = invoice(api, bill_date=api.day(-3), bill_due_date=api.day(4))
    act(api, created, "publish")
    return read(api, created)["dates"]["date"] == created["dates"]["date"]


def published_empty(api: ProbeClient) -> Any:
    body = {"bill_clientid": client(api), "bill_categoryid": INVOICE_CATEGORY}
    created = api("POST", "/api/invoices", body | {"bill_date": api.day()})[1]["data"]
    return act(api, created, "publish")[0]


def payment_of_draft(api: ProbeClient) -> Any:
    created = invoice(api)
    pay(api, created, 5)
    return status(api, created)


def overpayment(api: ProbeClient) -> Any:
    created = invoice(api)
    act(api, created, "publish")
    pay(api, created, 120)
    return status(api, created)


def part_payment_when_late(api: ProbeClient) -> Any:
    created = invoice(api, bill_date=api.day(-9), bill_due_date=api.day(-2))
    act(api, created, "publish")
    pay(api, created, 5)
    return status(api, created)


def _estimate(api: ProbeClient, **fields: Any) -> str:
    body = {"bill_clientid": client(api), "bill_categoryid": ESTIMATE_CATEGORY}
    created = api("POST", "/api/estimates", body | {"bill_date": api.day()} | fields)[1]["data"]
    return f"/api/estimates/{created['id']}"


def published_estimate(api: ProbeClient) -> Any:
    return api("PUT", f"{_estimate(api)}/publish")[1]["data"]["status"]


def converted_terms(api: ProbeClient) -> Any:
    path = _estimate(api, bill_terms="Valid for ten days")
    return api("POST", f"{path}/convert-to-invoice")[1]["data"]["terms"]


def cloned_taxes(api: ProbeClient) -> Any:
    body = {"bill_clientid": client(api), "bill_date": api.day(), "bill_due_date": api.day(3)}
    return act(api, invoice(api, rates=[VAT]), "clone", body, "POST")[1]["data"]["taxes"]


def payment_defaults(api: ProbeClient) -> Any:
    return api("GET", f"/api/payments/{pay(api, invoice(api), 5)}")[1]["data"]["gateway"]


def earlier_refund(api: ProbeClient) -> Any:
    path = f"/api/payments/{pay(api, invoice(api), 5)}/refund"
    refunded = api("POST", path, {"refund_date": api.day(-1)})[1]["data"]
    return refunded["refund"]["date"] == api.day(-1)
