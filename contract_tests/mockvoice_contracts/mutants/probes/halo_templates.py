"""Probes for the planted faults in Halo's templates, tax rules and payment terms."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.halo_records import (
    client,
    invoice,
    line,
    read,
    run_template,
    save,
    template,
)


def payment_terms(api: ProbeClient) -> Any:
    terms = (("2026-01-31", 1, 15), ("2026-12-15", 2, 10))
    return [
        invoice(api, invoice_date=day, due_date_type=kind, due_date_int=number)["duedate"]
        for day, kind, number in terms
    ]


def quarterly_run(api: ProbeClient) -> Any:
    created = template(api, period=4)
    run_template(api, created)
    return read(api, created, "RecurringInvoice")["nextcreationdate"]


def template_lines(api: ProbeClient) -> Any:
    created = template(api)
    element = {**line(7), "id": created["lines"][0]["id"], "ihid": created["id"]}
    api("POST", "/api/RecurringInvoice/Lines", [element])
    return [row["unit_price"] for row in read(api, created, "RecurringInvoice")["lines"]]


def contract_tax(api: ProbeClient) -> Any:
    item_rate, contract_rate = (_tax(api, percentage) for percentage in (11, 22))
    owner = client(api, item_tax_code=item_rate["id"], contract_tax_code=contract_rate["id"])
    sold, repeated = (create(api, line(), client_id=owner) for create in (invoice, template))
    return [sold["tax_total"], repeated["tax_total"]]


def automatic_quantity(api: ProbeClient) -> Any:
    entry = {"quantity": 2, "date": "2020-01-16"}
    counted = line(15, 10, recurring_invoice_quantity_type=1, prorata_data=[entry])
    created = template(api, counted, startdate="2020-01-01", nextcreationdate="2020-02-01")
    return [run_template(api, created)["revenue"] for _ in range(2)]


def taxed_run(api: ProbeClient) -> Any:
    rate = _tax(api, 10)
    created = template(api, line(tax_code=str(rate["id"])))
    save(api, "Tax", id=rate["id"], value=30)
    return [
        read(api, created, "RecurringInvoice")["tax_total"],
        run_template(api, created)["tax_total"],
    ]


def partly_unknown_run(api: ProbeClient) -> Any:
    created = template(api)
    status = api("POST", "/api/RecurringInvoice/process", [created["id"], -987654321])[0]
    query = {"client_id": created["client_id"]}
    return [status, api("GET", "/api/Invoice", query=query)[1]["record_count"]]


def item_prices(api: ProbeClient) -> Any:
    item = save(api, "Item", name=api.unique("Item"), baseprice=10)
    created = template(api, {"_itemid": item["id"], "qty_order": 1})
    save(api, "Item", id=item["id"], baseprice=12)
    return read(api, created, "RecurringInvoice")["total"]


def listed_customers(api: ProbeClient) -> Any:
    rate, owners = _tax(api, 11), [client(api), client(api)]
    condition = {"value_type": 2, "value": ",".join(map(str, owners))}
    rule = save(
        api,
        "TaxRule",
        name=api.unique("Rule"),
        taxid=rate["id"],
        sequence=1,
        tax_conditions=[condition],
    )
    results = [invoice(api, client_id=owner)["tax_total"] for owner in owners]
    api("DELETE", f"/api/TaxRule/{rule['id']}")
    return results


def _tax(api: ProbeClient, percentage: int) -> Any:
    return save(api, "Tax", name=api.unique("Tax"), value=percentage)
