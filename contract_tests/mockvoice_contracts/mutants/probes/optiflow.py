"""Probes for the planted faults of OptiFlow."""

from typing import Any

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.optiflow_balances import *  # noqa: F403
from mockvoice_contracts.mutants.probes.optiflow_catalogue import *  # noqa: F403
from mockvoice_contracts.mutants.probes.optiflow_documents import *  # noqa: F403
from mockvoice_contracts.mutants.probes.optiflow_lifecycle import *  # noqa: F403
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
from mockvoice_contracts.mutants.probes.optiflow_references import *  # noqa: F403
from mockvoice_contracts.mutants.probes.optiflow_settings import *  # noqa: F403


def totals(client: ProbeClient) -> Any:
    created = invoice(
        client,
        item(client, 0.25, taxes=[ITBIS_18]),
        item(client, 0.25, taxes=[ITBIS_18]),
        item(client, 480.50, 3, taxes=[ITBIS_18, PROPINA]),
        item(client, 320, 5, discount_amount=150, taxes=[ITBIS_16]),
    )
    return pick(created, "subtotal_amount", "discount_amount", "tax_amount", "total_amount")


def discounts(client: ProbeClient) -> Any:
    created = invoice(
        client,
        item(client, discount_rate=10, discount_amount=25),
        item(client, 50, discount="20%"),
    )
    return pick(created, "discount_amount", "total_amount")


def submitted_total(client: ProbeClient) -> Any:
    created = invoice(client, total_amount="5.00", payment_term="30days", issue_date="2026-01-01")
    return pick(created, "total_amount", "due_date")


def taxes(client: ProbeClient) -> Any:
    tax = create(client, "taxes", name=client.unique("Otro"), type="other", rate=7)
    sold = product(client, default_tax_id=tax["id"])["id"]
    created = create(
        client, "invoices", **body(client, {"product_id": sold, "quantity": 1, "unit_price": 100})
    )
    mixed = client(
        "POST", f"{API}/invoices", body(client, item(client, taxes=[ITBIS_18, ITBIS_16]))
    )
    return [created.get("total_amount"), mixed[0], client("DELETE", f"{API}/taxes/{tax['id']}")[0]]


def updated(client: ProbeClient) -> Any:
    created = invoice(client, item(client, taxes=[ITBIS_18]))
    path = f"{API}/invoices/{created['id']}"
    after = client("PATCH", path, {"items": [{"id": created["items"][0]["id"], "quantity": 2}]})[1]
    pay(client, created, 1)
    return [pick(after.get("data"), "total_amount"), client("PATCH", path, {"notes": "late"})[0]]


def payments(client: ProbeClient) -> Any:
    created = invoice(client)
    observed = []
    for amount in (101, 99.99, 0.01):
        status = pay(client, created, amount)[0]
        observed.append([status, *pick(read(client, created), "amount_due", "status")])
    return observed


def voided(client: ProbeClient) -> Any:
    created = invoice(client)
    path = f"{API}/payments/{pay(client, created, 40)[1]['data']['id']}"
    first = client("DELETE", path)[0]
    after = pick(read(client, created), "amount_paid", "status")
    return [first, after, client("DELETE", path)[0]]


def numbers(client: ProbeClient) -> Any:
    new_series = series(client)
    chosen = f"{new_series['prefix']}00000007"
    fields = {"document_subtype_id": new_series["id"], "ncf": chosen}
    first = invoice(client, **fields)
    counter = read(client, new_series, "document-subtypes")["next_number"]
    second_status = client("POST", f"{API}/invoices", body(client, **fields))[0]
    foreign = body(client, **fields | {"ncf": "B0299999999"})
    return [
        first.get("document_number") == chosen,
        counter,
        second_status,
        client("POST", f"{API}/invoices/validate-ncf", {"ncf": chosen})[1]["valid"],
        client("POST", f"{API}/invoices", foreign)[0],
    ]


def gaps(client: ProbeClient) -> Any:
    new_series = series(client)
    scarce = product(client, 1)["id"]
    fields = body(
        client, item(client, quantity=5, product_id=scarce), document_subtype_id=new_series["id"]
    )
    status = client("POST", f"{API}/invoices", fields)[0]
    return [status, read(client, new_series, "document-subtypes")["next_number"]]


def series_ends(client: ProbeClient) -> Any:
    short = series(client, end_number=2)["id"]
    used = [
        client("POST", f"{API}/invoices", body(client, document_subtype_id=short))[0]
        for _ in range(3)
    ]
    expired = body(client, document_subtype_id=NOTA_DE_DEBITO)
    return [used, client("POST", f"{API}/invoices", expired)[0]]


def changed_series(client: ProbeClient) -> Any:
    other = series(client)["id"]
    path = f"{API}/invoices/{invoice(client)['id']}"
    status, changed = client("PATCH", path, {"document_subtype_id": other})
    number = changed.get("data", {}).get("document_number", "")
    return [status, number.endswith("00000001") and not number.startswith("B")]


def inactive_products(client: ProbeClient) -> Any:
    hidden = product(client, is_active=False)
    found = client("GET", f"{API}/products", query={"search": hidden["name"]})[1]
    return found["meta"]["total"]


def stock(client: ProbeClient) -> Any:
    sold = product(client, 5)
    observed = [
        client(
            "POST", f"{API}/invoices", body(client, item(client, quantity=9, product_id=sold["id"]))
        )[0]
    ]
    created = invoice(client, item(client, quantity=2, product_id=sold["id"]))
    observed.append(read(client, sold, "products")["stock_quantity"])
    observed.append(client("DELETE", f"{API}/invoices/{created['id']}")[0])
    observed.append(read(client, sold, "products")["stock_quantity"])
    return [*observed, client("GET", f"{API}/invoices/{created['id']}")[0]]


def permissions(client: ProbeClient) -> Any:
    other_workspace = {"X-Workspace-ID": "2"}
    viewer = Bearer(client.target.credentials["viewer"])
    created = invoice(client)
    status = client("GET", f"{API}/invoices/{created['id']}", headers=other_workspace)[0]
    other_total = client("GET", f"{API}/invoices", headers=other_workspace)[1]["meta"]["total"]
    total = client("GET", f"{API}/invoices")[1]["meta"]["total"]
    return [
        status,
        other_total == total,
        client("POST", f"{API}/invoices", body(client), auth=viewer)[0],
    ]


def lists(client: ProbeClient) -> Any:
    owner = contact(client)
    for days in (-3, -1, -2):
        invoice(client, contact_id=owner, issue_date=client.day(days))

    def search(**query: Any) -> Any:
        return client("GET", f"{API}/invoices", query={"filter[contact_id]": owner, **query})

    rows = search()[1]["data"]
    paid = search(**{"filter[status]": "paid"})[1]["meta"]["total"]
    return [
        [row["issue_date"] for row in rows],
        ["contact_id" in row for row in rows],
        paid,
        search(**{"filter[colour]": "red"})[0],
    ]


def page_size(client: ProbeClient) -> Any:
    owner, created = contact(client), item(client)
    for _ in range(101):
        create(client, "invoices", **body(client, created, contact_id=owner))
    query = {"filter[contact_id]": owner, "per_page": 150}
    return len(client("GET", f"{API}/invoices", query=query)[1]["data"])


def quotations(client: ProbeClient) -> Any:
    created = create(client, "quotations", **body(client, document_subtype_id=COTIZACION))
    path = f"{API}/quotations/{created['id']}/convert-to-invoice"
    return [client("POST", path, {})[0], client("POST", path, {})[0]]


def currency(client: ProbeClient) -> Any:
    return pay(client, invoice(client), 5, DOLLAR_ACCOUNT)[0]


def error_responses(client: ProbeClient) -> Any:
    wrong = client.exchange("DELETE", f"{API}/invoices")
    readers = wrong.headers.get("Access-Control-Allow-Origin")
    return [wrong.headers.get("Allow"), readers, client("POST", f"{API}/invoices", {})[0]]


def account_balances(client: ProbeClient) -> Any:
    opened = {"type": "bank", "initial_balance": 10, "initial_balance_date": client.day(-3)}
    account = create(client, "bank-accounts", name=client.unique("Cuenta"), currency_id=1, **opened)
    created = invoice(client)
    observed = []
    for days, amount in ((-9, 5), (0, 7)):
        request_body = {
            "invoice_id": created["id"],
            "bank_account_id": account["id"],
            "amount": amount,
        }
        request_body |= {"payment_date": client.day(days), "payment_method": "cash"}
        paid = create(client, "payments", **request_body)
        observed.append(read(client, account, "bank-accounts")["balance"])
    return [*observed, client("PATCH", f"{API}/payments/{paid['id']}", {"amount": 96})[0]]


def payment_at_creation(client: ProbeClient) -> Any:
    payment = {"payment_bank_account_id": PESO_ACCOUNT, "payment_method": "cash"}
    request_body = body(client, register_payment=True, payment_amount=100.5, **payment)
    return client("POST", f"{API}/invoices", request_body)[0]


def other_income(client: ProbeClient) -> Any:
    small = {"quantity": 0.5, "unit_price": 0.05, "tax_id": ITBIS_18}
    large = {"quantity": 1, "unit_price": 500}
    account_line = {"chart_account_id": 1, "description": "Alquiler"}
    created = create(
        client, "payments", payment_type="other_income", bank_account_id=PESO_ACCOUNT,
        payment_date=client.day(), payment_method="cash", lines=[account_line | small, account_line | large],
        withholdings=[{"withholding_type_id": 1, "base_amount": 100}],
    )  # fmt: skip
    return pick(created, "amount", "tax_amount", "withholding_amount")


def stock_changes(client: ProbeClient) -> Any:
    sold, late = product(client, 5), product(client, 0)
    other_workspace = {"X-Workspace-ID": "2"}
    transfer = {"product_id": sold["id"], "from_workspace_id": 1, "to_workspace_id": 2}
    create(client, "stock-transfers", **transfer, quantity=2)
    path = f"{API}/products/{sold['id']}"
    observed = [
        client("GET", path, headers=headers)[1]["data"]["stock_quantity"]
        for headers in ({}, other_workspace)
    ]
    loss = {"items": [{"product_id": sold["id"], "quantity": -9}], "reason": "damaged"}
    first = {"product_id": late["id"], "quantity": 4}
    opened = [client("POST", f"{API}/initial-stock", first)[0] for _ in range(2)]
    return [*observed, client("POST", f"{API}/inventory-adjustments", loss)[0], opened]


def rates(client: ProbeClient) -> Any:
    tomorrow = {"rate": 99, "effective_date": client.day(1)}
    client("POST", f"{API}/currencies/{DOLLAR}/rates", tomorrow)
    return read(client, {"id": DOLLAR}, "currencies")["current_rate"]


def series_flags(client: ProbeClient) -> Any:
    first, second = series(client), series(client)
    for row in (first, second):
        client("PATCH", f"{API}/document-subtypes/{row['id']}/set-default")
    marked = [read(client, row, "document-subtypes")["is_default"] for row in (first, second)]
    client("PATCH", f"{API}/document-subtypes/{first['id']}/toggle-active")
    inactive_status = client(
        "POST", f"{API}/invoices", body(client, document_subtype_id=first["id"])
    )[0]
    rows = client("GET", f"{API}/document-subtypes", query={"per_page": 100})[1]["data"]
    electronic = [row["id"] for row in rows if row["prefix"] == "E31"]
    for series_id in electronic:
        client("PATCH", f"{API}/document-subtypes/{series_id}", {"is_active": True})
    request_bodies = [body(client, document_subtype_id=series_id) for series_id in electronic]
    return [
        marked,
        inactive_status,
        [client("POST", f"{API}/invoices", invoice_body)[0] for invoice_body in request_bodies],
    ]


def conversion(client: ProbeClient) -> Any:
    request_body = body(client, document_subtype_id=COTIZACION, due_date=client.day(9))
    path = f"{API}/quotations/{create(client, 'quotations', **request_body)['id']}"
    created = client("POST", f"{path}/convert-to-invoice", {})[1]["data"]
    return [created["due_date"], client("PATCH", path, {"notes": "late"})[0]]


def shapes(client: ProbeClient) -> Any:
    request_body = body(client)
    status, created = client("POST", f"{API}/invoices", request_body)
    rows = client(
        "GET", f"{API}/invoices", query={"filter[contact_id]": request_body["contact_id"]}
    )[1]
    return [status, shape(read(client, created["data"])), shape(rows)]
