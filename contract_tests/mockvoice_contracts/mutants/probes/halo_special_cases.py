"""Probes for the planted faults in special cases of Halo's records: lines, taxes, payments, runs."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.halo_records import (
    client,
    invoice,
    line,
    pay,
    read,
    run_template,
    save,
    template,
)


def dated_payment(api: ProbeClient) -> Any:
    return pay(api, invoice(api), 50, date="2026-02-10")["date"]


def overpaid(api: ProbeClient) -> Any:
    created = invoice(api)
    pay(api, created, 120)
    return pick(read(api, created), "amountpaid", "amountdue", "paymentstatus")


def unpaid_again(api: ProbeClient) -> Any:
    created = invoice(api)
    payment = pay(api, created, 40)
    api("DELETE", f"/api/InvoicePayment/{payment['id']}")
    return read(api, created)["paymentstatus"]


def added_lines(api: ProbeClient) -> Any:
    created = invoice(api, line(10), line(20))
    return save(api, "Invoice", id=created["id"], add_lines=[line(5)])["total"]


def line_without_quantity(api: ProbeClient) -> Any:
    return invoice(api, {"unit_price": 100})["total"]


def free_item(api: ProbeClient) -> Any:
    item = save(api, "Item", name=api.unique("Item"), baseprice=10)
    return [
        invoice(api, {"_itemid": item["id"], "qty_order": 1, **price})["total"]
        for price in ({}, {"unit_price": 0}, {"unit_price": 3})
    ]


def recurring_item(api: ProbeClient) -> Any:
    item = save(
        api,
        "Item",
        name=api.unique("Item"),
        baseprice=10,
        recurringprice=7,
        isrecurringitem=True,
    )
    sold = {"_itemid": item["id"], "qty_order": 1}
    return [create(api, sold)["total"] for create in (invoice, template)]


def composite_value(api: ProbeClient) -> Any:
    parts = [{"id": _tax(api, percentage)} for percentage in (5, 7)]
    rate = save(api, "Tax", name=api.unique("Tax"), is_composite=True, linked_rates=parts)
    return read(api, rate, "Tax")["value"]


def item_tax(api: ProbeClient) -> Any:
    item_rate, client_rate = (_tax(api, percentage) for percentage in (11, 22))
    item = save(api, "Item", name=api.unique("Item"), baseprice=100, taxcode=item_rate)
    owner = client(api, item_tax_code=client_rate)
    return invoice(api, {"_itemid": item["id"], "qty_order": 1}, client_id=owner)["tax_total"]


def general_rule(api: ProbeClient) -> Any:
    rule = save(
        api,
        "TaxRule",
        name=api.unique("Rule"),
        taxid=_tax(api, 11),
        sequence=1,
        tax_conditions=[],
    )
    created = invoice(api)
    api("DELETE", f"/api/TaxRule/{rule['id']}")
    return created["tax_total"]


def creation_trail(api: ProbeClient) -> Any:
    query = {"invoice_id": invoice(api)["id"]}
    rows = api("GET", "/api/InvoiceChange", query=query)[1]["changehistory"]
    return [row["field_name"] for row in rows]


def ignored_change_seq(api: ProbeClient) -> Any:
    created = invoice(api)
    save(api, "Invoice", id=created["id"], reference="one")
    stale = {"id": created["id"], "last_change_seq": created["change_seq"], "reference": "two"}
    return api("POST", "/api/Invoice", [{**stale, "ignore_change_seq": True}])[0]


def terms_in_the_month(api: ProbeClient) -> Any:
    terms = {"due_date_type": 3, "due_date_int": 15}
    return invoice(api, invoice_date="2026-01-31", **terms)["duedate"]


def month_end_with_days(api: ProbeClient) -> Any:
    terms = {"due_date_type": 1, "due_date_int": 0, "paymentterms": 30}
    return invoice(api, invoice_date="2026-01-10", **terms)["duedate"]


def single_run(api: ProbeClient) -> Any:
    created = template(api, period=0)
    run_template(api, created)
    return pick(read(api, created, "RecurringInvoice"), "lastcreated", "nextcreationdate")


def future_entries(api: ProbeClient) -> Any:
    entries = [{"quantity": 2, "date": f"2020-{day}"} for day in ("01-30", "01-31", "02-01")]
    created = template(api, line(15, 10, prorata_data=entries))
    query = {"recurring_invoice_id": created["id"]}
    rows = api("GET", "/api/InvoiceDetailProRata", query=query)[1]["prorata"]
    return [row["isfuturepr"] for row in rows]


def deleted_template(api: ProbeClient) -> Any:
    created = template(api)
    run = run_template(api, created)
    api("DELETE", f"/api/RecurringInvoice/{created['id']}")
    return read(api, run)["recurring_invoice_id"] == created["id"]


def unknown_id(api: ProbeClient) -> Any:
    body = [{"id": 987654321, "name": api.unique("Centre")}]
    return api("POST", "/api/CostCentres", body)[0]


def nameless_budget_type(api: ProbeClient) -> Any:
    return api("POST", "/api/BudgetType", [{"defaultrate": 5}])


def current_viewer(api: ProbeClient) -> Any:
    created = invoice(api)
    body = {"id": created["id"], "changeseq": created["change_seq"], "viewers": [{"id": 4}]}
    status, viewed = api("POST", "/api/Invoice/View", [body])
    return [status, "_warning" in viewed]


def pdf_types(api: ProbeClient) -> Any:
    path = f"/api/Invoice/PDF/{invoice(api)['id']}"
    accepted = ("application/pdf", "application/json, application/pdf")
    responses = [api.exchange("POST", path, headers={"Accept": value}) for value in accepted]
    return [response.headers["Content-Type"] for response in responses]


def posted_status(api: ProbeClient) -> Any:
    return invoice(api, posted=True, datesent="2026-02-01")["status_name"]


def _tax(api: ProbeClient, percentage: int) -> int:
    tax_id: int = save(api, "Tax", name=api.unique("Tax"), value=percentage)["id"]
    return tax_id
