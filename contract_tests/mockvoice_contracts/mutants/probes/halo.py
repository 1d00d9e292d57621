"""What shows the faults of Halo."""

from typing import Any

from mockvoice_contracts.harness.client import Anonymous, Bearer
from mockvoice_contracts.mutants.probe_client import ProbeClient, pick, shape
from mockvoice_contracts.mutants.probes.halo_records import client, invoice, line, one, read


def lines(ask: ProbeClient) -> Any:
    made = invoice(
        ask,
        line(12.345, 10, discount_perc=10, tax_rate=20),
        line(0.5, 0.05, tax_rate=20),
        line(0.25, tax_rate=18),
        line(0.25, tax_rate=18),
        line(999, isgroupdesc=True, tax_rate=20),
        line(77, isinactive=True, tax_rate=20),
        line(0.33, discount_perc=50, net_amount=5),
    )
    return pick(made, "revenue", "tax_total", "total") + [
        pick(each, "net_amount", "tax_amount") for each in pick(made, "lines")[0] or ()
    ]


def composite(ask: ProbeClient) -> Any:
    parts = [one(ask, "Tax", name=ask.unique("Tax"), value=each)["id"] for each in (5, 7)]
    whole = one(
        ask,
        "Tax",
        name=ask.unique("Tax"),
        is_composite=True,
        linked_rates=[{"id": i} for i in parts],
    )
    made = invoice(ask, line(10.10, tax_code=str(whole["id"])))
    return pick(made, "tax_total", "composite_tax_total")


def due_dates(ask: ProbeClient) -> Any:
    extra = client(ask, invoiceduedaysextraclient=4)
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    return [
        invoice(ask, **terms)["duedate"],
        invoice(ask, client_id=extra, **terms)["duedate"],
    ]


def payments(ask: ProbeClient) -> Any:
    made = invoice(ask)
    seen = []
    for amount in (40, 59.99, 0.01):
        paid = one(ask, "InvoicePayment", invoice_id=made["id"], amount=amount, date="2026-02-10")
        now = read(ask, made)
        seen.append(pick(now, "amountpaid", "amountdue", "paymentstatus", "datepaid"))
    ask("DELETE", f"/api/InvoicePayment/{paid['id']}")
    now = read(ask, made)
    return [*seen, pick(now, "amountpaid", "amountdue", "paymentstatus", "datepaid")]


def pending(ask: ProbeClient) -> Any:
    made = invoice(ask)
    one(ask, "InvoicePayment", invoice_id=made["id"], amount=40, status=0)
    return pick(read(ask, made), "amountpaid", "payments_pending")


def void(ask: ProbeClient) -> Any:
    paid, made = invoice(ask), invoice(ask)
    one(ask, "InvoicePayment", invoice_id=paid["id"], amount=1)
    refused = ask("POST", f"/api/Invoice/{paid['id']}/void")[0]
    ask("POST", f"/api/Invoice/{made['id']}/void")
    number = made["lines"][0]["id"]
    return [
        refused,
        pick(read(ask, made), "voided", "amountdue"),
        ask("POST", "/api/InvoicePayment", [{"invoice_id": made["id"], "amount": 1}])[0],
        ask("POST", "/api/Invoice/updatelines", [{"id": number, "qty_order": 2}])[0],
    ]


def tax_rules(ask: ProbeClient) -> Any:
    rates = [one(ask, "Tax", name=ask.unique("Tax"), value=each)["id"] for each in (11, 22)]
    owner, other = client(ask), client(ask)
    mine = {"value_type": 2, "value": str(owner)}
    both = {"value_type": 2, "value": f"{owner},{other}"}
    rules = [
        one(ask, "TaxRule", name="a", taxid=rates[0], sequence=1,
            tax_conditions=[mine, {"value_type": 4, "value": "987654"}]),
        one(ask, "TaxRule", name="b", taxid=rates[1], sequence=2, tax_conditions=[both]),
        one(ask, "TaxRule", name="c", taxid=rates[0], sequence=3, tax_conditions=[both]),
    ]  # fmt: skip
    seen = [invoice(ask, client_id=each)["tax_total"] for each in (owner, other)]
    for rule in rules:
        ask("DELETE", f"/api/TaxRule/{rule['id']}")
    return seen


def credit(ask: ProbeClient) -> Any:
    source = invoice(ask, line(50, tax_rate=20))
    made = one(ask, "Invoice", id=source["id"], _create_credit_note=True)
    target = invoice(ask, line(500), client_id=source["client_id"])
    use = {"apply_credit": True, "apply_credit_id": made["id"], "apply_credit_amount": 61}
    return [pick(made, "total"), ask("POST", "/api/Invoice", [{"id": target["id"], **use}])[0]]


def template(ask: ProbeClient, *lines: Any, **fields: Any) -> Any:
    timer = {"period": 2, "startdate": "2020-01-31", "nextcreationdate": "2020-01-31"}
    owner = {"client_id": client(ask), "lines": list(lines) or [line(25, 4, tax_rate=20)]}
    return one(ask, "RecurringInvoice", **timer | owner | fields)


def process(ask: ProbeClient) -> Any:
    made = template(ask, line(25, 4), line(7, onetimecharge=True))
    seen = []
    for _ in range(3):
        run = ask("POST", "/api/RecurringInvoice/process", [made["id"]])[1]
        after = read(ask, made, "RecurringInvoice")
        seen.append([len(run), run[0]["total"], after["nextcreationdate"]])
    return seen


def pro_rata(ask: ProbeClient) -> Any:
    entry = {"quantity": 2, "date": "2020-01-16"}
    made = template(
        ask, line(15, 10, prorata_data=[entry]), startdate="2020-01-01",
        nextcreationdate="2020-02-01",
    )  # fmt: skip
    runs = [ask("POST", "/api/RecurringInvoice/process", [made["id"]])[1] for _ in range(2)]
    return [run[0]["revenue"] for run in runs]


def currency(ask: ProbeClient) -> Any:
    name = ask.unique("Money")
    money = one(ask, "Currency", name=name, code="X1", symbol="X", conversion_rate=1.25)
    made = invoice(ask, currency_code=money["id"])
    return pick(made["lines"][0], "net_amount_converted")


def update(ask: ProbeClient) -> Any:
    made = invoice(ask, line(), line(5), reference="kept")
    first = made["lines"][0]["id"]
    after = one(ask, "Invoice", id=made["id"], order_number="7", lines=[{"id": first}])
    body = {"id": made["id"], "last_change_seq": made["change_seq"], "reference": "late"}
    return [pick(after, "reference", "total"), ask("POST", "/api/Invoice", [body])[0]]


def trail(ask: ProbeClient) -> Any:
    made = invoice(ask, reference="one")
    one(ask, "Invoice", id=made["id"], reference="two")
    found = ask("GET", "/api/InvoiceChange", query={"invoice_id": made["id"]})[1]
    return [pick(each, "field_name", "old_value", "new_value") for each in found["changehistory"]]


def all_or_nothing(ask: ProbeClient) -> Any:
    owner = client(ask)
    body = [{"client_id": owner, "lines": [line()]}, {"client_id": 987654321}]
    status = ask("POST", "/api/Invoice", body)[0]
    return [status, ask("GET", "/api/Invoice", query={"client_id": owner})[1]["record_count"]]


def pages(ask: ProbeClient) -> Any:
    owner = client(ask)
    for _ in range(3):
        invoice(ask, client_id=owner)
    asked = {"client_id": owner, "pageinate": "true", "page_size": 2}
    found = [ask("GET", "/api/Invoice", query={**asked, "page_no": n})[1] for n in (1, 2, 3)]
    return [[each["record_count"], len(each["invoices"])] for each in found]


def filters(ask: ProbeClient) -> Any:
    owner = client(ask)
    made = [invoice(ask, line(price), client_id=owner) for price in (2, 3, 1)]
    one(ask, "InvoicePayment", invoice_id=made[0]["id"], amount=2)

    def found(**query: Any) -> Any:
        return ask("GET", "/api/Invoice", query={"client_id": owner, **query})[1]["invoices"]

    return [
        [each["total"] for each in found(paymentstatuses="1")],
        [each["total"] for each in found(order="total")],
        ["lines" in each for each in found()],
    ]


def tokens(ask: ProbeClient) -> Any:
    known = ask.target.credentials
    form = {"grant_type": "client_credentials", "client_id": known["client_id"]}
    wrong = ask("POST", "/auth/token", form={**form, "client_secret": "wrong"}, auth=Anonymous())
    right = ask("POST", "/auth/token", form={**form, "client_secret": known["client_secret"]})[1]
    bearer = Bearer(right["access_token"])
    late = ask.after(lambda: ask("GET", "/api/Tax", auth=bearer)[0], seconds=3700)
    return [wrong[0], ask("GET", "/api/Tax", auth=bearer)[0], late]


def refusals(ask: ProbeClient) -> Any:
    return ask("GET", "/api/Invoice", auth=Bearer("unknown"))


def _deleted(ask: ProbeClient, resource: str, made: Any) -> int:
    return ask("DELETE", f"/api/{resource}/{made['id']}")[0]


def scopes(ask: ProbeClient) -> Any:
    form = {"grant_type": "client_credentials", "scope": "read:tickets"}
    form |= {name: ask.target.credentials[name] for name in ("client_id", "client_secret")}
    granted = ask("POST", "/auth/token", form=form, auth=Anonymous())[1]
    return ask("GET", "/api/Invoice", auth=Bearer(granted["access_token"]))[0]


def currencies(ask: ProbeClient) -> Any:
    money = one(ask, "Currency", name=ask.unique("Money"), code="X2", conversion_rate=1.25)
    made = invoice(ask, currency_code=money["id"])
    one(ask, "Currency", id=money["id"], conversion_rate=1.5)
    after = one(ask, "Invoice", id=made["id"], update_invoice_conversion_rate=True)
    known = ask("GET", "/api/Currency")[1]
    home = next(each for each in known if each["conversion_rate"] == 1)
    deleted = [_deleted(ask, "Currency", each) for each in (money, home)]
    return [after["currency_conversion_rate"], deleted]


def moved(ask: ProbeClient) -> Any:
    first, second = invoice(ask), invoice(ask)
    days = {"date": "2026-02-10"}
    paid = one(ask, "InvoicePayment", invoice_id=first["id"], amount=100, **days)
    one(ask, "InvoicePayment", id=paid["id"], invoice_id=second["id"])
    seen = [pick(read(ask, each), "amountpaid", "datepaid") for each in (first, second)]
    one(ask, "InvoicePayment", invoice_id=second["id"], amount=5, date="2026-02-20")
    nothing = ask("POST", "/api/InvoicePayment", [{"invoice_id": first["id"], "amount": 0}])[0]
    return [*seen, read(ask, second)["datepaid"], nothing]


def credit_uses(ask: ProbeClient) -> Any:
    source = invoice(ask, line(50))
    made = one(ask, "Invoice", id=source["id"], _create_credit_note=True)

    def use(amount: int, **fields: Any) -> int:
        target = invoice(ask, line(500), **fields)
        use = {"apply_credit": True, "apply_credit_id": made["id"], "apply_credit_amount": amount}
        return ask("POST", "/api/Invoice", [{"id": target["id"], **use}])[0]

    mine = {"client_id": source["client_id"]}
    return [use(10), use(40, **mine), use(40, **mine)]


def billed(ask: ProbeClient) -> Any:
    owner = client(ask)
    cost = one(ask, "Expense", client_id=owner, description="Taxi", amount=12)
    made = invoice(ask, line(12, expense_id=cost["id"]), client_id=owner)
    one(ask, "Invoice", id=made["id"], lines=[line()])
    rows = ask("GET", "/api/Expense")[1]["data"]
    return [pick(each, "ihid", "date_invoiced") for each in rows if each["id"] == cost["id"]]


def removed(ask: ProbeClient) -> Any:
    paid, posted = invoice(ask), invoice(ask, posted=True)
    one(ask, "InvoicePayment", invoice_id=paid["id"], amount=1)
    rate = one(ask, "Tax", name=ask.unique("Tax"), value=3)
    rule = one(ask, "TaxRule", name=ask.unique("Rule"), taxid=rate["id"], tax_conditions=[])
    gone = [_deleted(ask, "Invoice", each) for each in (paid, posted)]
    gone.append(_deleted(ask, "Tax", rate))
    return [*gone, _deleted(ask, "TaxRule", rule)]


def dated(ask: ProbeClient) -> Any:
    terms = {"invoice_date": "2026-01-31", "due_date_type": 2, "due_date_int": 31}
    made = invoice(ask, duedate="2026-03-05", **terms)
    one(ask, "Client", id=made["client_id"], name=f"{made['client_name']} Ltd")
    return [made["duedate"], read(ask, made)["client_name"] == f"{made['client_name']} Ltd"]


def shapes(ask: ProbeClient) -> Any:
    owner = client(ask)
    status, made = ask("POST", "/api/Invoice", [{"client_id": owner, "lines": [line()]}])
    rows = ask("GET", "/api/Invoice", query={"client_id": owner})[1]
    return [status, shape(read(ask, made)), shape(rows)]
