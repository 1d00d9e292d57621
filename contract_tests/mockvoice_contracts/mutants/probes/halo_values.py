"""Probes for the planted faults in Halo's stored and calculated values: amounts, dates, order."""

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


def client_currency(api: ProbeClient) -> Any:
    money = save(
        api, "Currency", name=api.unique("Money"), code="X3", symbol="X", conversion_rate=1.25
    )
    created = invoice(api, client_id=client(api, default_currency_code=money["id"]))
    return pick(created, "currency", "currency_conversion_rate")


def billed_entries(api: ProbeClient) -> Any:
    entry = {"quantity": 2, "date": "2020-01-16"}
    created = template(api, line(15, 10, prorata_data=[entry]), nextcreationdate="2020-02-01")
    run_template(api, created)
    query = {"recurring_invoice_id": created["id"]}
    rows = api("GET", "/api/InvoiceDetailProRata", query=query)[1]["prorata"]
    return [row["isinvoiced"] for row in rows]


def sequenced_lines(api: ProbeClient) -> Any:
    created = invoice(api, line(1, sequenceid=20), line(2, sequenceid=10))
    return [row["unit_price"] for row in read(api, created)["lines"]]


def zoned_date(api: ProbeClient) -> Any:
    return invoice(api, invoice_date="2026-03-01T01:30:00+02:00")["invoice_date"]


def billed_period(api: ProbeClient) -> Any:
    return pick(run_template(api, template(api)), "period_start_date", "period_end_date")


def logged_price(api: ProbeClient) -> Any:
    created = invoice(api, line(10))
    changed = {"id": created["lines"][0]["id"], "unit_price": 12.5}
    api("POST", "/api/Invoice/updatelines", [changed])
    rows = api("GET", "/api/InvoiceChange", query={"invoice_id": created["id"]})[1]
    return [pick(row, "field_name", "old_value", "new_value") for row in rows["changehistory"]]


def rounded_discount(api: ProbeClient) -> Any:
    created = invoice(api, line(12.345, 10, discount_perc=10))
    return pick(created["lines"][0], "total_price", "total_discount", "net_amount")


def last_billed_day(api: ProbeClient) -> Any:
    created = template(api, line(25), line(7, enddate="2020-01-31"))
    return run_template(api, created)["total"]


def locked_tax(api: ProbeClient) -> Any:
    rate = save(api, "Tax", name=api.unique("Tax"), value=11)
    owner = client(api)
    condition = {"value_type": 2, "value": str(owner)}
    rule = save(
        api, "TaxRule", name="lock", taxid=rate["id"], sequence=1, tax_conditions=[condition]
    )
    created = invoice(api, line(lock_tax=True), line(no_tax_override=True), line(), client_id=owner)
    api("DELETE", f"/api/TaxRule/{rule['id']}")
    return [row["tax_rate"] for row in created["lines"]]


def nulls_in_order(api: ProbeClient) -> Any:
    owner = client(api)
    for fields in ({"reference": "b"}, {}, {"reference": "a"}):
        invoice(api, client_id=owner, **fields)
    query = {"client_id": owner, "order": "reference"}
    rows = api("GET", "/api/Invoice", query=query)[1]["invoices"]
    return [row.get("reference") for row in rows]


def due_date_of_a_run(api: ProbeClient) -> Any:
    owner = client(api, invoiceduedaysextraclient=4)
    return run_template(api, template(api, client_id=owner, due_date_int=30))["duedate"]


def modified_by_payment(api: ProbeClient) -> Any:
    created = invoice(api)
    pay(api, created, 40)
    return read(api, created)["last_modified"] > created["last_modified"]


def entry_of_the_run_day(api: ProbeClient) -> Any:
    entry = {"quantity": 2, "unitprice": 7, "date": "2020-01-31"}
    return run_template(api, template(api, line(15, 10, prorata_data=[entry])))["revenue"]


def counted_expenses(api: ProbeClient) -> Any:
    owner = client(api)
    for amount in (1, 2):
        save(api, "Expense", client_id=owner, amount=amount)
    query = {"client_id": owner, "count": 1}
    return api("GET", "/api/Expense", query=query)[1]["record_count"]


def discount_set_to_null(api: ProbeClient) -> Any:
    created = invoice(api, line(100, discount_perc=10))
    element = {"id": created["lines"][0]["id"], "discount_perc": None}
    return api("POST", "/api/Invoice/updatelines", [element])[1]["net_amount"]


def profit(api: ProbeClient) -> Any:
    return invoice(api, line(100, unit_cost=30))["invoice_totals"]["profit"]
