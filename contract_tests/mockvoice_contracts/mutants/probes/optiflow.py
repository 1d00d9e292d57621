"""What shows the faults of OptiFlow."""

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


def totals(ask: ProbeClient) -> Any:
    known = invoice(
        ask,
        item(ask, 0.25, taxes=[ITBIS_18]),
        item(ask, 0.25, taxes=[ITBIS_18]),
        item(ask, 480.50, 3, taxes=[ITBIS_18, PROPINA]),
        item(ask, 320, 5, discount_amount=150, taxes=[ITBIS_16]),
    )
    return pick(known, "subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def discounts(ask: ProbeClient) -> Any:
    known = invoice(ask, item(ask, discount_rate=10, discount_amount=25))
    return pick(known, "discount_amount", "total_amount")


def echoed(ask: ProbeClient) -> Any:
    known = invoice(ask, total_amount="5.00", payment_term="30days", issue_date="2026-01-01")
    return pick(known, "total_amount", "due_date")


def taxes(ask: ProbeClient) -> Any:
    tax = create(ask, "taxes", name=ask.unique("Otro"), type="other", rate=7)
    sold = product(ask, default_tax_id=tax["id"])["id"]
    known = create(
        ask, "invoices", **body(ask, {"product_id": sold, "quantity": 1, "unit_price": 100})
    )
    mixed = ask("POST", f"{API}/invoices", body(ask, item(ask, taxes=[ITBIS_18, ITBIS_16])))
    return [known.get("total_amount"), mixed[0], ask("DELETE", f"{API}/taxes/{tax['id']}")[0]]


def edited(ask: ProbeClient) -> Any:
    known = invoice(ask, item(ask, taxes=[ITBIS_18]))
    path = f"{API}/invoices/{known['id']}"
    after = ask("PATCH", path, {"items": [{"id": known["items"][0]["id"], "quantity": 2}]})[1]
    pay(ask, known, 1)
    return [pick(after.get("data"), "total_amount"), ask("PATCH", path, {"notes": "late"})[0]]


def payments(ask: ProbeClient) -> Any:
    known = invoice(ask)
    seen = []
    for amount in (101, 99.99, 0.01):
        status = pay(ask, known, amount)[0]
        seen.append([status, *pick(read(ask, known), "amount_due", "status")])
    return seen


def voided(ask: ProbeClient) -> Any:
    known = invoice(ask)
    path = f"{API}/payments/{pay(ask, known, 40)[1]['data']['id']}"
    first = ask("DELETE", path)[0]
    now = pick(read(ask, known), "amount_paid", "status")
    return [first, now, ask("DELETE", path)[0]]


def numbers(ask: ProbeClient) -> Any:
    own = series(ask)
    chosen = f"{own['prefix']}00000007"
    asked = {"document_subtype_id": own["id"], "ncf": chosen}
    first = invoice(ask, **asked)
    counter = read(ask, own, "document-subtypes")["next_number"]
    again = ask("POST", f"{API}/invoices", body(ask, **asked))[0]
    foreign = body(ask, **asked | {"ncf": "B0299999999"})
    return [
        first.get("document_number") == chosen,
        counter,
        again,
        ask("POST", f"{API}/invoices/validate-ncf", {"ncf": chosen})[1]["valid"],
        ask("POST", f"{API}/invoices", foreign)[0],
    ]


def gaps(ask: ProbeClient) -> Any:
    own = series(ask)
    scarce = product(ask, 1)["id"]
    asked = body(ask, item(ask, quantity=5, product_id=scarce), document_subtype_id=own["id"])
    refused = ask("POST", f"{API}/invoices", asked)[0]
    return [refused, read(ask, own, "document-subtypes")["next_number"]]


def series_ends(ask: ProbeClient) -> Any:
    short = series(ask, end_number=2)["id"]
    used = [ask("POST", f"{API}/invoices", body(ask, document_subtype_id=short))[0] for _ in "abc"]
    expired = body(ask, document_subtype_id=NOTA_DE_DEBITO)
    return [used, ask("POST", f"{API}/invoices", expired)[0]]


def stock(ask: ProbeClient) -> Any:
    sold = product(ask, 5)
    seen = [
        ask("POST", f"{API}/invoices", body(ask, item(ask, quantity=9, product_id=sold["id"])))[0]
    ]
    known = invoice(ask, item(ask, quantity=2, product_id=sold["id"]))
    seen.append(read(ask, sold, "products")["stock_quantity"])
    seen.append(ask("DELETE", f"{API}/invoices/{known['id']}")[0])
    seen.append(read(ask, sold, "products")["stock_quantity"])
    return [*seen, ask("GET", f"{API}/invoices/{known['id']}")[0]]


def rights(ask: ProbeClient) -> Any:
    other = {"X-Workspace-ID": "2"}
    viewer = Bearer(ask.target.credentials["viewer"])
    known = invoice(ask)
    there = ask("GET", f"{API}/invoices/{known['id']}", headers=other)[0]
    total = ask("GET", f"{API}/invoices", headers=other)[1]["meta"]["total"]
    here = ask("GET", f"{API}/invoices")[1]["meta"]["total"]
    return [there, total == here, ask("POST", f"{API}/invoices", body(ask), auth=viewer)[0]]


def lists(ask: ProbeClient) -> Any:
    owner = contact(ask)
    for days in (-3, -1, -2):
        invoice(ask, contact_id=owner, issue_date=ask.day(days))

    def found(**query: Any) -> Any:
        return ask("GET", f"{API}/invoices", query={"filter[contact_id]": owner, **query})

    rows = found()[1]["data"]
    paid = found(**{"filter[status]": "paid"})[1]["meta"]["total"]
    return [
        [each["issue_date"] for each in rows],
        ["contact_id" in each for each in rows],
        paid,
        found(**{"filter[colour]": "red"})[0],
    ]


def many(ask: ProbeClient) -> Any:
    owner, known = contact(ask), item(ask)
    for _ in range(101):
        create(ask, "invoices", **body(ask, known, contact_id=owner))
    query = {"filter[contact_id]": owner, "per_page": 150}
    return len(ask("GET", f"{API}/invoices", query=query)[1]["data"])


def quotations(ask: ProbeClient) -> Any:
    known = create(ask, "quotations", **body(ask, document_subtype_id=COTIZACION))
    path = f"{API}/quotations/{known['id']}/convert-to-invoice"
    return [ask("POST", path, {})[0], ask("POST", path, {})[0]]


def currency(ask: ProbeClient) -> Any:
    return pay(ask, invoice(ask), 5, DOLLAR_ACCOUNT)[0]


def refusals(ask: ProbeClient) -> Any:
    wrong = ask.exchange("DELETE", f"{API}/invoices")
    return [wrong.headers.get("Allow"), ask("POST", f"{API}/invoices", {})[0]]


def accounts(ask: ProbeClient) -> Any:
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": ask.day(-3)}
    account = create(ask, "bank-accounts", name=ask.unique("Cuenta"), currency_id=1, **opened)
    known = invoice(ask)
    seen = []
    for days, amount in ((-9, 5), (0, 7)):
        sent = {"invoice_id": known["id"], "bank_account_id": account["id"], "amount": amount}
        sent |= {"payment_date": ask.day(days), "payment_method": "cash"}
        paid = create(ask, "payments", **sent)
        seen.append(read(ask, account, "bank-accounts")["balance"])
    return [*seen, ask("PATCH", f"{API}/payments/{paid['id']}", {"amount": 96})[0]]


def at_creation(ask: ProbeClient) -> Any:
    how = {"payment_bank_account_id": PESO_ACCOUNT, "payment_method": "cash"}
    sent = body(ask, register_payment=True, payment_amount=100.5, **how)
    return ask("POST", f"{API}/invoices", sent)[0]


def income(ask: ProbeClient) -> Any:
    small = {"quantity": 0.5, "unit_price": 0.05, "tax_id": ITBIS_18}
    large = {"quantity": 1, "unit_price": 500}
    named = {"chart_account_id": 1, "description": "Alquiler"}
    known = create(
        ask, "payments", payment_type="other_income", bank_account_id=PESO_ACCOUNT,
        payment_date=ask.day(), payment_method="cash", lines=[named | small, named | large],
        withholdings=[{"withholding_type_id": 1, "base_amount": 100}],
    )  # fmt: skip
    return pick(known, "amount", "tax_amount", "withholding_amount")


def moved(ask: ProbeClient) -> Any:
    sold, late = product(ask, 5), product(ask, 0)
    there = {"X-Workspace-ID": "2"}
    moving = {"product_id": sold["id"], "from_workspace_id": 1, "to_workspace_id": 2}
    create(ask, "stock-transfers", **moving, quantity=2)
    path = f"{API}/products/{sold['id']}"
    seen = [ask("GET", path, headers=each)[1]["data"]["stock_quantity"] for each in ({}, there)]
    loss = {"items": [{"product_id": sold["id"], "quantity": -9}], "reason": "damaged"}
    first = {"product_id": late["id"], "quantity": 4}
    opened = [ask("POST", f"{API}/initial-stock", first)[0] for _ in "ab"]
    return [*seen, ask("POST", f"{API}/inventory-adjustments", loss)[0], opened]


def rates(ask: ProbeClient) -> Any:
    tomorrow = {"rate": 99, "effective_date": ask.day(1)}
    ask("POST", f"{API}/currencies/{DOLLAR}/rates", tomorrow)
    return read(ask, {"id": DOLLAR}, "currencies")["current_rate"]


def marks(ask: ProbeClient) -> Any:
    first, second = series(ask), series(ask)
    for each in (first, second):
        ask("PATCH", f"{API}/document-subtypes/{each['id']}/set-default")
    marked = [read(ask, each, "document-subtypes")["is_default"] for each in (first, second)]
    ask("PATCH", f"{API}/document-subtypes/{first['id']}/toggle-active")
    off = ask("POST", f"{API}/invoices", body(ask, document_subtype_id=first["id"]))[0]
    rows = ask("GET", f"{API}/document-subtypes", query={"per_page": 100})[1]["data"]
    electronic = [each["id"] for each in rows if each["prefix"] == "E31"]
    for each in electronic:
        ask("PATCH", f"{API}/document-subtypes/{each}", {"is_active": True})
    sent = [body(ask, document_subtype_id=each) for each in electronic]
    return [marked, off, [ask("POST", f"{API}/invoices", each)[0] for each in sent]]


def offered(ask: ProbeClient) -> Any:
    sent = body(ask, document_subtype_id=COTIZACION, due_date=ask.day(9))
    path = f"{API}/quotations/{create(ask, 'quotations', **sent)['id']}"
    known = ask("POST", f"{path}/convert-to-invoice", {})[1]["data"]
    return [known["due_date"], ask("PATCH", path, {"notes": "late"})[0]]


def shapes(ask: ProbeClient) -> Any:
    sent = body(ask)
    status, known = ask("POST", f"{API}/invoices", sent)
    rows = ask("GET", f"{API}/invoices", query={"filter[contact_id]": sent["contact_id"]})[1]
    return [status, shape(read(ask, known["data"])), shape(rows)]
