"""Probes for the planted faults of OptiFlow."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.optiflow_records import (
    API,
    COTIZACION,
    DOLLAR,
    DOLLAR_ACCOUNT,
    ITBIS_16,
    ITBIS_18,
    NOTA_DE_DEBITO,
    PESO_ACCOUNT,
    PROPINA,
    body,
    contact,
    create,
    invoice,
    item,
    pay,
    product,
    read,
    series,
)


def totals(api: ProbeClient) -> Any:
    record = invoice(
        api,
        item(api, 0.25, taxes=[ITBIS_18]),
        item(api, 0.25, taxes=[ITBIS_18]),
        item(api, 480.50, 3, taxes=[ITBIS_18, PROPINA]),
        item(api, 320, 5, discount_amount=150, taxes=[ITBIS_16]),
    )
    return pick(record, "subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def discounts(api: ProbeClient) -> Any:
    record = invoice(api, item(api, discount_rate=10, discount_amount=25))
    return pick(record, "discount_amount", "total_amount")


def echoed(api: ProbeClient) -> Any:
    record = invoice(api, total_amount="5.00", payment_term="30days", issue_date="2026-01-01")
    return pick(record, "total_amount", "due_date")


def taxes(api: ProbeClient) -> Any:
    tax = create(api, "taxes", name=api.unique("Otro"), type="other", rate=7)
    sold = product(api, default_tax_id=tax["id"])["id"]
    record = create(
        api, "invoices", **body(api, {"product_id": sold, "quantity": 1, "unit_price": 100})
    )
    mixed = api("POST", f"{API}/invoices", body(api, item(api, taxes=[ITBIS_18, ITBIS_16])))
    return [record.get("total_amount"), mixed[0], api("DELETE", f"{API}/taxes/{tax['id']}")[0]]


def edited(api: ProbeClient) -> Any:
    record = invoice(api, item(api, taxes=[ITBIS_18]))
    path = f"{API}/invoices/{record['id']}"
    after = api("PATCH", path, {"items": [{"id": record["items"][0]["id"], "quantity": 2}]})[1]
    pay(api, record, 1)
    return [pick(after.get("data"), "total_amount"), api("PATCH", path, {"notes": "late"})[0]]


def payments(api: ProbeClient) -> Any:
    record = invoice(api)
    results = []
    for amount in (101, 99.99, 0.01):
        status = pay(api, record, amount)[0]
        results.append([status, *pick(read(api, record), "amount_due", "status")])
    return results


def voided(api: ProbeClient) -> Any:
    record = invoice(api)
    path = f"{API}/payments/{pay(api, record, 40)[1]['data']['id']}"
    first = api("DELETE", path)[0]
    now = pick(read(api, record), "amount_paid", "status")
    return [first, now, api("DELETE", path)[0]]


def numbers(api: ProbeClient) -> Any:
    own = series(api)
    chosen = f"{own['prefix']}00000007"
    payload = {"document_subtype_id": own["id"], "ncf": chosen}
    first = invoice(api, **payload)
    counter = read(api, own, "document-subtypes")["next_number"]
    again = api("POST", f"{API}/invoices", body(api, **payload))[0]
    foreign = body(api, **payload | {"ncf": "B0299999999"})
    return [
        first.get("document_number") == chosen,
        counter,
        again,
        api("POST", f"{API}/invoices/validate-ncf", {"ncf": chosen})[1]["valid"],
        api("POST", f"{API}/invoices", foreign)[0],
    ]


def gaps(api: ProbeClient) -> Any:
    own = series(api)
    scarce = product(api, 1)["id"]
    payload = body(api, item(api, quantity=5, product_id=scarce), document_subtype_id=own["id"])
    rejected = api("POST", f"{API}/invoices", payload)[0]
    return [rejected, read(api, own, "document-subtypes")["next_number"]]


def series_ends(api: ProbeClient) -> Any:
    short = series(api, end_number=2)["id"]
    used = [api("POST", f"{API}/invoices", body(api, document_subtype_id=short))[0] for _ in "abc"]
    expired = body(api, document_subtype_id=NOTA_DE_DEBITO)
    return [used, api("POST", f"{API}/invoices", expired)[0]]


def stock(api: ProbeClient) -> Any:
    sold = product(api, 5)
    results = [
        api("POST", f"{API}/invoices", body(api, item(api, quantity=9, product_id=sold["id"])))[0]
    ]
    record = invoice(api, item(api, quantity=2, product_id=sold["id"]))
    results.append(read(api, sold, "products")["stock_quantity"])
    results.append(api("DELETE", f"{API}/invoices/{record['id']}")[0])
    results.append(read(api, sold, "products")["stock_quantity"])
    return [*results, api("GET", f"{API}/invoices/{record['id']}")[0]]


def rights(api: ProbeClient) -> Any:
    other = {"X-Workspace-ID": "2"}
    viewer = Bearer(api.target.credentials["viewer"])
    record = invoice(api)
    there = api("GET", f"{API}/invoices/{record['id']}", headers=other)[0]
    total = api("GET", f"{API}/invoices", headers=other)[1]["meta"]["total"]
    here = api("GET", f"{API}/invoices")[1]["meta"]["total"]
    return [there, total == here, api("POST", f"{API}/invoices", body(api), auth=viewer)[0]]


def lists(api: ProbeClient) -> Any:
    owner = contact(api)
    for days in (-3, -1, -2):
        invoice(api, contact_id=owner, issue_date=api.day(days))

    def search(**query: Any) -> Any:
        return api("GET", f"{API}/invoices", query={"filter[contact_id]": owner, **query})

    rows = search()[1]["data"]
    paid = search(**{"filter[status]": "paid"})[1]["meta"]["total"]
    return [
        [each["issue_date"] for each in rows],
        ["contact_id" in each for each in rows],
        paid,
        search(**{"filter[colour]": "red"})[0],
    ]


def many(api: ProbeClient) -> Any:
    owner, record = contact(api), item(api)
    for _ in range(101):
        create(api, "invoices", **body(api, record, contact_id=owner))
    query = {"filter[contact_id]": owner, "per_page": 150}
    return len(api("GET", f"{API}/invoices", query=query)[1]["data"])


def quotations(api: ProbeClient) -> Any:
    record = create(api, "quotations", **body(api, document_subtype_id=COTIZACION))
    path = f"{API}/quotations/{record['id']}/convert-to-invoice"
    return [api("POST", path, {})[0], api("POST", path, {})[0]]


def currency(api: ProbeClient) -> Any:
    return pay(api, invoice(api), 5, DOLLAR_ACCOUNT)[0]


def refusals(api: ProbeClient) -> Any:
    wrong = api.exchange("DELETE", f"{API}/invoices")
    return [wrong.headers.get("Allow"), api("POST", f"{API}/invoices", {})[0]]


def accounts(api: ProbeClient) -> Any:
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": api.day(-3)}
    account = create(api, "bank-accounts", name=api.unique("Cuenta"), currency_id=1, **opened)
    record = invoice(api)
    results = []
    for days, amount in ((-9, 5), (0, 7)):
        payload = {"invoice_id": record["id"], "bank_account_id": account["id"], "amount": amount}
        payload |= {"payment_date": api.day(days), "payment_method": "cash"}
        paid = create(api, "payments", **payload)
        results.append(read(api, account, "bank-accounts")["balance"])
    return [*results, api("PATCH", f"{API}/payments/{paid['id']}", {"amount": 96})[0]]


def at_creation(api: ProbeClient) -> Any:
    how = {"payment_bank_account_id": PESO_ACCOUNT, "payment_method": "cash"}
    payload = body(api, register_payment=True, payment_amount=100.5, **how)
    return api("POST", f"{API}/invoices", payload)[0]


def income(api: ProbeClient) -> Any:
    small = {"quantity": 0.5, "unit_price": 0.05, "tax_id": ITBIS_18}
    large = {"quantity": 1, "unit_price": 500}
    named = {"chart_account_id": 1, "description": "Alquiler"}
    record = create(
        api, "payments", payment_type="other_income", bank_account_id=PESO_ACCOUNT,
        payment_date=api.day(), payment_method="cash", lines=[named | small, named | large],
        withholdings=[{"withholding_type_id": 1, "base_amount": 100}],
    )  # fmt: skip
    return pick(record, "amount", "tax_amount", "withholding_amount")


def moved(api: ProbeClient) -> Any:
    sold, late = product(api, 5), product(api, 0)
    there = {"X-Workspace-ID": "2"}
    moving = {"product_id": sold["id"], "from_workspace_id": 1, "to_workspace_id": 2}
    create(api, "stock-transfers", **moving, quantity=2)
    path = f"{API}/products/{sold['id']}"
    results = [api("GET", path, headers=each)[1]["data"]["stock_quantity"] for each in ({}, there)]
    loss = {"items": [{"product_id": sold["id"], "quantity": -9}], "reason": "damaged"}
    first = {"product_id": late["id"], "quantity": 4}
    opened = [api("POST", f"{API}/initial-stock", first)[0] for _ in "ab"]
    return [*results, api("POST", f"{API}/inventory-adjustments", loss)[0], opened]


def rates(api: ProbeClient) -> Any:
    tomorrow = {"rate": 99, "effective_date": api.day(1)}
    api("POST", f"{API}/currencies/{DOLLAR}/rates", tomorrow)
    return read(api, {"id": DOLLAR}, "currencies")["current_rate"]


def marks(api: ProbeClient) -> Any:
    first, second = series(api), series(api)
    for each in (first, second):
        api("PATCH", f"{API}/document-subtypes/{each['id']}/set-default")
    marked = [read(api, each, "document-subtypes")["is_default"] for each in (first, second)]
    api("PATCH", f"{API}/document-subtypes/{first['id']}/toggle-active")
    off = api("POST", f"{API}/invoices", body(api, document_subtype_id=first["id"]))[0]
    rows = api("GET", f"{API}/document-subtypes", query={"per_page": 100})[1]["data"]
    electronic = [each["id"] for each in rows if each["prefix"] == "E31"]
    for each in electronic:
        api("PATCH", f"{API}/document-subtypes/{each}", {"is_active": True})
    payload = [body(api, document_subtype_id=each) for each in electronic]
    return [marked, off, [api("POST", f"{API}/invoices", each)[0] for each in payload]]


def offered(api: ProbeClient) -> Any:
    payload = body(api, document_subtype_id=COTIZACION, due_date=api.day(9))
    path = f"{API}/quotations/{create(api, 'quotations', **payload)['id']}"
    record = api("POST", f"{path}/convert-to-invoice", {})[1]["data"]
    return [record["due_date"], api("PATCH", path, {"notes": "late"})[0]]


def shapes(api: ProbeClient) -> Any:
    payload = body(api)
    status, record = api("POST", f"{API}/invoices", payload)
    rows = api("GET", f"{API}/invoices", query={"filter[contact_id]": payload["contact_id"]})[1]
    return [status, shape(read(api, record["data"])), shape(rows)]
