"""Probes for the planted faults of Halo."""

from typing import Any

from mockvoice_contracts.harness.client import Anonymous, Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.halo_commands import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_corrections import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_lists import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_queries import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_records import (
    client,
    invoice,
    line,
    read,
    save,
    template,
)
from mockvoice_contracts.mutants.probes.halo_special_cases import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_templates import *  # noqa: F403
from mockvoice_contracts.mutants.probes.halo_values import *  # noqa: F403


def lines(api: ProbeClient) -> Any:
    created = invoice(
        api,
        line(12.345, 10, discount_perc=10, tax_rate=20),
        line(0.5, 0.05, tax_rate=20),
        line(0.25, tax_rate=18),
        line(0.25, tax_rate=18),
        line(999, isgroupdesc=True, tax_rate=20),
        line(77, isinactive=True, tax_rate=20),
        line(0.33, discount_perc=50, net_amount=5),
    )
    return pick(created, "revenue", "tax_total", "total") + [
        pick(row, "net_amount", "tax_amount") for row in pick(created, "lines")[0] or ()
    ]


def composite(api: ProbeClient) -> Any:
    parts = [
        save(api, "Tax", name=api.unique("Tax"), value=percentage)["id"] for percentage in (5, 7)
    ]
    composite_rate = save(
        api,
        "Tax",
        name=api.unique("Tax"),
        is_composite=True,
        linked_rates=[{"id": i} for i in parts],
    )
    created = invoice(api, line(10.10, tax_code=str(composite_rate["id"])))
    return pick(created, "tax_total", "composite_tax_total")


def due_dates(api: ProbeClient) -> Any:
    extra = client(api, invoiceduedaysextraclient=4)
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    return [
        invoice(api, **terms)["duedate"],
        invoice(api, client_id=extra, **terms)["duedate"],
    ]


def payments(api: ProbeClient) -> Any:
    created = invoice(api)
    results = []
    for amount in (40, 59.99, 0.01):
        paid = save(
            api, "InvoicePayment", invoice_id=created["id"], amount=amount, date="2026-02-10"
        )
        after = read(api, created)
        results.append(pick(after, "amountpaid", "amountdue", "paymentstatus", "datepaid"))
    api("DELETE", f"/api/InvoicePayment/{paid['id']}")
    after = read(api, created)
    return [*results, pick(after, "amountpaid", "amountdue", "paymentstatus", "datepaid")]


def pending(api: ProbeClient) -> Any:
    created = invoice(api)
    save(api, "InvoicePayment", invoice_id=created["id"], amount=40, status=0)
    return pick(read(api, created), "amountpaid", "payments_pending")


def void(api: ProbeClient) -> Any:
    paid, created = invoice(api), invoice(api)
    save(api, "InvoicePayment", invoice_id=paid["id"], amount=1)
    rejected = api("POST", f"/api/Invoice/{paid['id']}/void")[0]
    api("POST", f"/api/Invoice/{created['id']}/void")
    line_id = created["lines"][0]["id"]
    return [
        rejected,
        pick(read(api, created), "voided", "amountdue"),
        api("POST", "/api/InvoicePayment", [{"invoice_id": created["id"], "amount": 1}])[0],
        api("POST", "/api/Invoice/updatelines", [{"id": line_id, "qty_order": 2}])[0],
    ]


def tax_rules(api: ProbeClient) -> Any:
    rates = [
        save(api, "Tax", name=api.unique("Tax"), value=percentage)["id"] for percentage in (11, 22)
    ]
    owner, other = client(api), client(api)
    of_owner = {"value_type": 2, "value": str(owner)}
    of_both = {"value_type": 2, "value": f"{owner},{other}"}
    rules = [
        save(api, "TaxRule", name="a", taxid=rates[0], sequence=1,
            tax_conditions=[of_owner, {"value_type": 4, "value": "987654"}]),
        save(api, "TaxRule", name="b", taxid=rates[1], sequence=2, tax_conditions=[of_both]),
        save(api, "TaxRule", name="c", taxid=rates[0], sequence=3, tax_conditions=[of_both]),
    ]  # fmt: skip
    results = [invoice(api, client_id=client_id)["tax_total"] for client_id in (owner, other)]
    for rule in rules:
        api("DELETE", f"/api/TaxRule/{rule['id']}")
    return results


def credit_note(api: ProbeClient) -> Any:
    source = invoice(api, line(50, tax_rate=20))
    created = save(api, "Invoice", id=source["id"], _create_credit_note=True)
    target = invoice(api, line(500), client_id=source["client_id"])
    credit = {"apply_credit": True, "apply_credit_id": created["id"], "apply_credit_amount": 61}
    return [
        pick(created, "total"),
        api("POST", "/api/Invoice", [{"id": target["id"], **credit}])[0],
    ]


def process(api: ProbeClient) -> Any:
    created = template(api, line(25, 4), line(7, onetimecharge=True))
    results = []
    for _ in range(3):
        run = api("POST", "/api/RecurringInvoice/process", [created["id"]])[1]
        after = read(api, created, "RecurringInvoice")
        results.append([len(run), run[0]["total"], after["nextcreationdate"]])
    return results


def pro_rata(api: ProbeClient) -> Any:
    entry = {"quantity": 2, "date": "2020-01-16"}
    created = template(
        api, line(15, 10, prorata_data=[entry]), startdate="2020-01-01",
        nextcreationdate="2020-02-01",
    )  # fmt: skip
    runs = [api("POST", "/api/RecurringInvoice/process", [created["id"]])[1] for _ in range(2)]
    return [run[0]["revenue"] for run in runs]


def currency(api: ProbeClient) -> Any:
    name = api.unique("Money")
    money = save(api, "Currency", name=name, code="X1", symbol="X", conversion_rate=1.25)
    created = invoice(api, currency_code=money["id"])
    return pick(created["lines"][0], "net_amount_converted")


def update(api: ProbeClient) -> Any:
    created = invoice(api, line(), line(5), reference="kept")
    first = created["lines"][0]["id"]
    after = save(api, "Invoice", id=created["id"], order_number="7", lines=[{"id": first}])
    body = {"id": created["id"], "last_change_seq": created["change_seq"], "reference": "late"}
    return [pick(after, "reference", "total"), api("POST", "/api/Invoice", [body])[0]]


def change_history(api: ProbeClient) -> Any:
    created = invoice(api, reference="one")
    save(api, "Invoice", id=created["id"], reference="two")
    changes = api("GET", "/api/InvoiceChange", query={"invoice_id": created["id"]})[1]
    return [pick(row, "field_name", "old_value", "new_value") for row in changes["changehistory"]]


def all_or_nothing(api: ProbeClient) -> Any:
    owner = client(api)
    body = [{"client_id": owner, "lines": [line()]}, {"client_id": 987654321}]
    status = api("POST", "/api/Invoice", body)[0]
    return [status, api("GET", "/api/Invoice", query={"client_id": owner})[1]["record_count"]]


def pages(api: ProbeClient) -> Any:
    owner = client(api)
    for _ in range(3):
        invoice(api, client_id=owner)
    query = {"client_id": owner, "pageinate": "true", "page_size": 2}
    responses = [api("GET", "/api/Invoice", query={**query, "page_no": n})[1] for n in (1, 2, 3)]
    return [[response["record_count"], len(response["invoices"])] for response in responses]


def filters(api: ProbeClient) -> Any:
    owner = client(api)
    created = [invoice(api, line(price), client_id=owner) for price in (2, 3, 1)]
    save(api, "InvoicePayment", invoice_id=created[0]["id"], amount=2)

    def search(**query: Any) -> Any:
        return api("GET", "/api/Invoice", query={"client_id": owner, **query})[1]["invoices"]

    return [
        [row["total"] for row in search(paymentstatuses="1")],
        [row["total"] for row in search(order="total")],
        ["lines" in row for row in search()],
    ]


def kinds(api: ProbeClient) -> Any:
    owner = client(api)
    states: list[dict[str, Any]] = [
        {},
        {"type": 1},
        {"type": 2},
        {"posted": True},
        {"quote_status": 3},
    ]
    ids = [invoice(api, client_id=owner, **state)["id"] for state in states]

    def listed(**query: Any) -> list[bool]:
        rows = api("GET", "/api/Invoice", query={"client_id": owner, **query})[1]["invoices"]
        return [invoice_id in {row["id"] for row in rows} for invoice_id in ids]

    return [
        listed(),
        listed(includecredits="false"),
        listed(includepoinvoices="true"),
        listed(quote_status="3"),
        listed(ready_for_invoicing="true"),
    ]


def linked_order(api: ProbeClient) -> Any:
    owner = client(api)
    for agent in (12, 4):
        invoice(api, client_id=owner, assigned_agent=agent, invoice_date="2026-01-05")
    query = {"client_id": owner, "order": "assigned_agent_name"}
    rows = api("GET", "/api/Invoice", query=query)[1]["invoices"]
    return [row["assigned_agent"] for row in rows]


def save_statuses(api: ProbeClient) -> Any:
    bodies: dict[str, dict[str, Any]] = {
        "Tax": {"value": 5},
        "CostCentres": {},
        "BudgetType": {},
        "Item": {},
    }
    return [
        api("POST", f"/api/{resource}", [{"name": api.unique(resource), **body}])[0]
        for resource, body in bodies.items()
    ]


def all_lines(api: ProbeClient) -> Any:
    invoice(api)
    status, body = api("GET", "/api/Invoice/lines", query={"pageinate": "true", "page_size": 1})
    return status, len(body["invoices"]) if status == 200 else body


def viewers(api: ProbeClient) -> Any:
    body = [{"id": invoice(api)["id"], "viewers": [{"id": 987654321}]}]
    return api("POST", "/api/Invoice/View", body)[0]


def printed_price(api: ProbeClient) -> Any:
    created = invoice(api, line(12.345))
    return "12.345" in api("POST", f"/api/Invoice/PDF/{created['id']}")[1]["printhtml"]


def tokens(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    form = {"grant_type": "client_credentials", "client_id": credentials["client_id"]}
    rejected = api("POST", "/auth/token", form={**form, "client_secret": "wrong"}, auth=Anonymous())
    granted = api(
        "POST", "/auth/token", form={**form, "client_secret": credentials["client_secret"]}
    )[1]
    bearer = Bearer(granted["access_token"])
    late = api.after(lambda: api("GET", "/api/Tax", auth=bearer)[0], seconds=3700)
    return [rejected[0], api("GET", "/api/Tax", auth=bearer)[0], late]


def error_bodies(api: ProbeClient) -> Any:
    return api("GET", "/api/Invoice", auth=Bearer("unknown"))


def _deleted(api: ProbeClient, resource: str, created: Any) -> int:
    return api("DELETE", f"/api/{resource}/{created['id']}")[0]


def scopes(api: ProbeClient) -> Any:
    form = {"grant_type": "client_credentials", "scope": "read:tickets"}
    form |= {name: api.target.credentials[name] for name in ("client_id", "client_secret")}
    granted = api("POST", "/auth/token", form=form, auth=Anonymous())[1]
    return api("GET", "/api/Invoice", auth=Bearer(granted["access_token"]))[0]


def currencies(api: ProbeClient) -> Any:
    currency = save(api, "Currency", name=api.unique("Money"), code="X2", conversion_rate=1.25)
    created = invoice(api, currency_code=currency["id"])
    save(api, "Currency", id=currency["id"], conversion_rate=1.5)
    after = save(api, "Invoice", id=created["id"], update_invoice_conversion_rate=True)
    rows = api("GET", "/api/Currency")[1]
    home = next(row for row in rows if row["conversion_rate"] == 1)
    deleted = [_deleted(api, "Currency", record) for record in (currency, home)]
    return [after["currency_conversion_rate"], deleted]


def moved_payment(api: ProbeClient) -> Any:
    first, second = invoice(api), invoice(api)
    days = {"date": "2026-02-10"}
    paid = save(api, "InvoicePayment", invoice_id=first["id"], amount=100, **days)
    save(api, "InvoicePayment", id=paid["id"], invoice_id=second["id"])
    results = [pick(read(api, record), "amountpaid", "datepaid") for record in (first, second)]
    save(api, "InvoicePayment", invoice_id=second["id"], amount=5, date="2026-02-20")
    zero_status = api("POST", "/api/InvoicePayment", [{"invoice_id": first["id"], "amount": 0}])[0]
    return [*results, read(api, second)["datepaid"], zero_status]


def credit_uses(api: ProbeClient) -> Any:
    source = invoice(api, line(50))
    created = save(api, "Invoice", id=source["id"], _create_credit_note=True)

    def apply(amount: int, **fields: Any) -> int:
        target = invoice(api, line(500), **fields)
        credit = {
            "apply_credit": True,
            "apply_credit_id": created["id"],
            "apply_credit_amount": amount,
        }
        return api("POST", "/api/Invoice", [{"id": target["id"], **credit}])[0]

    same_client = {"client_id": source["client_id"]}
    return [apply(10), apply(40, **same_client), apply(40, **same_client)]


def billed_expense(api: ProbeClient) -> Any:
    owner = client(api)
    expense = save(api, "Expense", client_id=owner, description="Taxi", amount=12)
    created = invoice(api, line(12, expense_id=expense["id"]), client_id=owner)
    save(api, "Invoice", id=created["id"], lines=[line()])
    rows = api("GET", "/api/Expense")[1]["data"]
    return [pick(row, "ihid", "date_invoiced") for row in rows if row["id"] == expense["id"]]


def stored(api: ProbeClient) -> Any:
    created = invoice(api, line(), intacct_project="P-17", address={"line1": "4 Mill Lane"})
    query = {"client_id": created["client_id"]}
    row = api("GET", "/api/Invoice", query=query)[1]["invoices"][0]
    return [read(api, created).get("intacct_project"), row.get("address")]


def deletions(api: ProbeClient) -> Any:
    paid, posted = invoice(api), invoice(api, posted=True)
    save(api, "InvoicePayment", invoice_id=paid["id"], amount=1)
    rate = save(api, "Tax", name=api.unique("Tax"), value=3)
    rule = save(api, "TaxRule", name=api.unique("Rule"), taxid=rate["id"], tax_conditions=[])
    statuses = [_deleted(api, "Invoice", record) for record in (paid, posted)]
    statuses.append(_deleted(api, "Tax", rate))
    return [*statuses, _deleted(api, "TaxRule", rule)]


def submitted_due_date(api: ProbeClient) -> Any:
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    created = invoice(api, duedate="2026-03-05", **terms)
    save(api, "Client", id=created["client_id"], name=f"{created['client_name']} Ltd")
    return [
        created["duedate"],
        read(api, created)["client_name"] == f"{created['client_name']} Ltd",
    ]


def shapes(api: ProbeClient) -> Any:
    owner = client(api)
    status, created = api("POST", "/api/Invoice", [{"client_id": owner, "lines": [line()]}])
    rows = api("GET", "/api/Invoice", query={"client_id": owner})[1]
    return [status, shape(read(api, created)), shape(rows)]
