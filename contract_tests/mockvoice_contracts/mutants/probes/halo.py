"""Probes that show the planted faults of Halo."""

from typing import Any

from mockvoice_contracts.harness.client import Anonymous, Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.halo_records import client, invoice, line, one, read


def lines(ask: ProbeClient) -> Any:
    record = invoice(
        ask,
        line(12.345, 10, discount_perc=10, tax_rate=20),
        line(0.5, 0.05, tax_rate=20),
        line(0.25, tax_rate=18),
        line(0.25, tax_rate=18),
        line(999, isgroupdesc=True, tax_rate=20),
        line(77, isinactive=True, tax_rate=20),
        line(0.33, discount_perc=50, net_amount=5),
    )
    return pick(record, "revenue", "tax_total", "total") + [
        pick(row, "net_amount", "tax_amount") for row in pick(record, "lines")[0] or ()
    ]


def composite(ask: ProbeClient) -> Any:
    parts = [one(ask, "Tax", name=ask.unique("Tax"), value=value)["id"] for value in (5, 7)]
    composite_rate = one(
        ask,
        "Tax",
        name=ask.unique("Tax"),
        is_composite=True,
        linked_rates=[{"id": tax_id} for tax_id in parts],
    )
    record = invoice(ask, line(10.10, tax_code=str(composite_rate["id"])))
    return pick(record, "tax_total", "composite_tax_total")


def due_dates(ask: ProbeClient) -> Any:
    client_id = client(ask, invoiceduedaysextraclient=4)
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    return [
        invoice(ask, **terms)["duedate"],
        invoice(ask, client_id=client_id, **terms)["duedate"],
    ]


def payments(ask: ProbeClient) -> Any:
    record = invoice(ask)
    states = []
    for amount in (40, 59.99, 0.01):
        payment = one(
            ask, "InvoicePayment", invoice_id=record["id"], amount=amount, date="2026-02-10"
        )
        current = read(ask, record)
        states.append(pick(current, "amountpaid", "amountdue", "paymentstatus", "datepaid"))
    ask("DELETE", f"/api/InvoicePayment/{payment['id']}")
    current = read(ask, record)
    return [*states, pick(current, "amountpaid", "amountdue", "paymentstatus", "datepaid")]


def pending(ask: ProbeClient) -> Any:
    record = invoice(ask)
    one(ask, "InvoicePayment", invoice_id=record["id"], amount=40, status=0)
    return pick(read(ask, record), "amountpaid", "payments_pending")


def void(ask: ProbeClient) -> Any:
    paid_invoice, voided = invoice(ask), invoice(ask)
    one(ask, "InvoicePayment", invoice_id=paid_invoice["id"], amount=1)
    rejected = ask("POST", f"/api/Invoice/{paid_invoice['id']}/void")[0]
    ask("POST", f"/api/Invoice/{voided['id']}/void")
    line_id = voided["lines"][0]["id"]
    return [
        rejected,
        pick(read(ask, voided), "voided", "amountdue"),
        ask("POST", "/api/InvoicePayment", [{"invoice_id": voided["id"], "amount": 1}])[0],
        ask("POST", "/api/Invoice/updatelines", [{"id": line_id, "qty_order": 2}])[0],
    ]


def tax_rules(ask: ProbeClient) -> Any:
    rates = [one(ask, "Tax", name=ask.unique("Tax"), value=value)["id"] for value in (11, 22)]
    first_client, second_client = client(ask), client(ask)
    own_condition = {"value_type": 2, "value": str(first_client)}
    shared_condition = {"value_type": 2, "value": f"{first_client},{second_client}"}
    rules = [
        one(ask, "TaxRule", name="a", taxid=rates[0], sequence=1,
            tax_conditions=[own_condition, {"value_type": 4, "value": "987654"}]),
        one(ask, "TaxRule", name="b", taxid=rates[1], sequence=2, tax_conditions=[shared_condition]),
        one(ask, "TaxRule", name="c", taxid=rates[0], sequence=3, tax_conditions=[shared_condition]),
    ]  # fmt: skip
    tax_totals = [
        invoice(ask, client_id=client_id)["tax_total"]
        for client_id in (first_client, second_client)
    ]
    for rule in rules:
        ask("DELETE", f"/api/TaxRule/{rule['id']}")
    return tax_totals


def credit(ask: ProbeClient) -> Any:
    source = invoice(ask, line(50, tax_rate=20))
    credit_note = one(ask, "Invoice", id=source["id"], _create_credit_note=True)
    target = invoice(ask, line(500), client_id=source["client_id"])
    application = {
        "apply_credit": True,
        "apply_credit_id": credit_note["id"],
        "apply_credit_amount": 61,
    }
    return [
        pick(credit_note, "total"),
        ask("POST", "/api/Invoice", [{"id": target["id"], **application}])[0],
    ]


def template(ask: ProbeClient, *lines: Any, **fields: Any) -> Any:
    timer = {"period": 2, "startdate": "2020-01-31", "nextcreationdate": "2020-01-31"}
    content = {"client_id": client(ask), "lines": list(lines) or [line(25, 4, tax_rate=20)]}
    return one(ask, "RecurringInvoice", **timer | content | fields)


def process(ask: ProbeClient) -> Any:
    record = template(ask, line(25, 4), line(7, onetimecharge=True))
    runs = []
    for _ in range(3):
        invoices = ask("POST", "/api/RecurringInvoice/process", [record["id"]])[1]
        updated = read(ask, record, "RecurringInvoice")
        runs.append([len(invoices), invoices[0]["total"], updated["nextcreationdate"]])
    return runs


def pro_rata(ask: ProbeClient) -> Any:
    entry = {"quantity": 2, "date": "2020-01-16"}
    record = template(
        ask, line(15, 10, prorata_data=[entry]), startdate="2020-01-01",
        nextcreationdate="2020-02-01",
    )  # fmt: skip
    runs = [ask("POST", "/api/RecurringInvoice/process", [record["id"]])[1] for _ in range(2)]
    return [run[0]["revenue"] for run in runs]


def currency(ask: ProbeClient) -> Any:
    name = ask.unique("Money")
    record = one(ask, "Currency", name=name, code="X1", symbol="X", conversion_rate=1.25)
    sale = invoice(ask, currency_code=record["id"])
    return pick(sale["lines"][0], "net_amount_converted")


def update(ask: ProbeClient) -> Any:
    record = invoice(ask, line(), line(5), reference="kept")
    first = record["lines"][0]["id"]
    updated = one(ask, "Invoice", id=record["id"], order_number="7", lines=[{"id": first}])
    body = {"id": record["id"], "last_change_seq": record["change_seq"], "reference": "late"}
    return [pick(updated, "reference", "total"), ask("POST", "/api/Invoice", [body])[0]]


def trail(ask: ProbeClient) -> Any:
    record = invoice(ask, reference="one")
    one(ask, "Invoice", id=record["id"], reference="two")
    page = ask("GET", "/api/InvoiceChange", query={"invoice_id": record["id"]})[1]
    return [pick(row, "field_name", "old_value", "new_value") for row in page["changehistory"]]


def all_or_nothing(ask: ProbeClient) -> Any:
    client_id = client(ask)
    body = [{"client_id": client_id, "lines": [line()]}, {"client_id": 987654321}]
    status = ask("POST", "/api/Invoice", body)[0]
    return [status, ask("GET", "/api/Invoice", query={"client_id": client_id})[1]["record_count"]]


def pages(ask: ProbeClient) -> Any:
    client_id = client(ask)
    for _ in range(3):
        invoice(ask, client_id=client_id)
    query = {"client_id": client_id, "pageinate": "true", "page_size": 2}
    pages = [
        ask("GET", "/api/Invoice", query={**query, "page_no": number})[1] for number in (1, 2, 3)
    ]
    return [[page["record_count"], len(page["invoices"])] for page in pages]


def filters(ask: ProbeClient) -> Any:
    client_id = client(ask)
    invoices = [invoice(ask, line(price), client_id=client_id) for price in (2, 3, 1)]
    one(ask, "InvoicePayment", invoice_id=invoices[0]["id"], amount=2)

    def list_rows(**query: Any) -> Any:
        return ask("GET", "/api/Invoice", query={"client_id": client_id, **query})[1]["invoices"]

    return [
        [row["total"] for row in list_rows(paymentstatuses="1")],
        [row["total"] for row in list_rows(order="total")],
        ["lines" in row for row in list_rows()],
    ]


def tokens(ask: ProbeClient) -> Any:
    credentials = ask.target.credentials
    form = {"grant_type": "client_credentials", "client_id": credentials["client_id"]}
    rejected = ask("POST", "/auth/token", form={**form, "client_secret": "wrong"}, auth=Anonymous())
    issued = ask(
        "POST", "/auth/token", form={**form, "client_secret": credentials["client_secret"]}
    )[1]
    bearer = Bearer(issued["access_token"])
    expired = ask.later(lambda: ask("GET", "/api/Tax", auth=bearer)[0], seconds=3700)
    return [rejected[0], ask("GET", "/api/Tax", auth=bearer)[0], expired]


def error_bodies(ask: ProbeClient) -> Any:
    return ask("GET", "/api/Invoice", auth=Bearer("unknown"))


def _deleted(ask: ProbeClient, resource: str, record: Any) -> int:
    return ask("DELETE", f"/api/{resource}/{record['id']}")[0]


def scopes(ask: ProbeClient) -> Any:
    form = {"grant_type": "client_credentials", "scope": "read:tickets"}
    form |= {name: ask.target.credentials[name] for name in ("client_id", "client_secret")}
    response = ask("POST", "/auth/token", form=form, auth=Anonymous())[1]
    return ask("GET", "/api/Invoice", auth=Bearer(response["access_token"]))[0]


def currencies(ask: ProbeClient) -> Any:
    record = one(ask, "Currency", name=ask.unique("Money"), code="X2", conversion_rate=1.25)
    sale = invoice(ask, currency_code=record["id"])
    one(ask, "Currency", id=record["id"], conversion_rate=1.5)
    updated = one(ask, "Invoice", id=sale["id"], update_invoice_conversion_rate=True)
    rows = ask("GET", "/api/Currency")[1]
    home_currency = next(row for row in rows if row["conversion_rate"] == 1)
    statuses = [_deleted(ask, "Currency", row) for row in (record, home_currency)]
    return [updated["currency_conversion_rate"], statuses]


def moved(ask: ProbeClient) -> Any:
    first, second = invoice(ask), invoice(ask)
    date_paid = {"date": "2026-02-10"}
    payment = one(ask, "InvoicePayment", invoice_id=first["id"], amount=100, **date_paid)
    one(ask, "InvoicePayment", id=payment["id"], invoice_id=second["id"])
    states = [pick(read(ask, row), "amountpaid", "datepaid") for row in (first, second)]
    one(ask, "InvoicePayment", invoice_id=second["id"], amount=5, date="2026-02-20")
    zero_status = ask("POST", "/api/InvoicePayment", [{"invoice_id": first["id"], "amount": 0}])[0]
    return [*states, read(ask, second)["datepaid"], zero_status]


def credit_uses(ask: ProbeClient) -> Any:
    source = invoice(ask, line(50))
    credit_note = one(ask, "Invoice", id=source["id"], _create_credit_note=True)

    def use(amount: int, **fields: Any) -> int:
        target = invoice(ask, line(500), **fields)
        use = {
            "apply_credit": True,
            "apply_credit_id": credit_note["id"],
            "apply_credit_amount": amount,
        }
        return ask("POST", "/api/Invoice", [{"id": target["id"], **use}])[0]

    own_client = {"client_id": source["client_id"]}
    return [use(10), use(40, **own_client), use(40, **own_client)]


def billed(ask: ProbeClient) -> Any:
    client_id = client(ask)
    expense = one(ask, "Expense", client_id=client_id, description="Taxi", amount=12)
    record = invoice(ask, line(12, expense_id=expense["id"]), client_id=client_id)
    one(ask, "Invoice", id=record["id"], lines=[line()])
    rows = ask("GET", "/api/Expense")[1]["data"]
    return [pick(row, "ihid", "date_invoiced") for row in rows if row["id"] == expense["id"]]


def removed(ask: ProbeClient) -> Any:
    paid_invoice, posted_invoice = invoice(ask), invoice(ask, posted=True)
    one(ask, "InvoicePayment", invoice_id=paid_invoice["id"], amount=1)
    tax = one(ask, "Tax", name=ask.unique("Tax"), value=3)
    rule = one(ask, "TaxRule", name=ask.unique("Rule"), taxid=tax["id"], tax_conditions=[])
    statuses = [_deleted(ask, "Invoice", row) for row in (paid_invoice, posted_invoice)]
    statuses.append(_deleted(ask, "Tax", tax))
    return [*statuses, _deleted(ask, "TaxRule", rule)]


def dated(ask: ProbeClient) -> Any:
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    record = invoice(ask, duedate="2026-03-05", **terms)
    one(ask, "Client", id=record["client_id"], name=f"{record['client_name']} Ltd")
    return [record["duedate"], read(ask, record)["client_name"] == f"{record['client_name']} Ltd"]


def shapes(ask: ProbeClient) -> Any:
    client_id = client(ask)
    status, record = ask("POST", "/api/Invoice", [{"client_id": client_id, "lines": [line()]}])
    rows = ask("GET", "/api/Invoice", query={"client_id": client_id})[1]
    return [status, shape(read(ask, record)), shape(rows)]
