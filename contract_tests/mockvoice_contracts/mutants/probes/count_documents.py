"""Probes of COUNT's documents: defaults, lines, numbers, payments, memos, runs, history."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    account,
    approved_invoice,
    body,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    line,
    pay,
    read,
)

RECIPIENTS = {"recipients": ["a@probe.example"]}
TEMPLATES = "recurring-invoice-templates"


def _without(payload: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != name}


def template_without_a_state(api: ProbeClient) -> Any:
    payload = {**_without(body(api), "isDraft"), "recurrencePattern": "yearly"}
    return pick(create(api, TEMPLATES, **payload), "status", "isDraft")


def due_date_of_a_template(api: ProbeClient) -> Any:
    payload = {**_without(body(api), "dueDate"), "recurrencePattern": "yearly"}
    template = create(api, TEMPLATES, **payload)
    return template["dueDate"] == template["date"]


def replaced_lines(api: ProbeClient) -> Any:
    record = invoice(api)
    invoice_action(api, record, "PATCH", "", {"products": [line(api, 30)]})
    after = read(api, record)
    return [after["total"], len(after["products"])]


def price_of_half_cents(api: ProbeClient) -> Any:
    return pick(invoice(api, line(api, 10.005, 2)), "subtotal", "total")


def line_without_taxes(api: ProbeClient) -> Any:
    rates = api("GET", "/partners/taxes")[1]["data"]["records"]
    tax = next(rate["uuid"] for rate in rates if float(rate["percentage"]))
    income = account(api, "Income")
    taxed = create(
        api,
        "products",
        name=api.unique("Product"),
        categoryAccountUuid=income,
        taxUuids=[tax],
    )["id"]
    bare = line(api, productUuid=taxed)
    lines = bare, _without(bare, "taxes")
    return [invoice(api, each)["taxTotal"] for each in lines]


def reasons_of_warnings(api: ProbeClient) -> Any:
    warnings = invoice(api, total=5, colour="red").get("_partnerWarnings") or ()
    return sorted(pick(warning, "field", "reason") for warning in warnings)


def number_after_ten(api: ProbeClient) -> Any:
    for number in ("9", "10"):
        invoice(api, invoiceNumber=number, invoiceType="quote")
    return [record["invoiceNumber"] for record in _runs(api, invoiceType="quote")]


def number_of_a_changed_type(api: ProbeClient) -> Any:
    number = api.unique("TYPED")
    invoice(api, invoiceNumber=number, invoiceType="estimate")
    record = invoice(api, invoiceNumber=number)
    return invoice_action(api, record, "PATCH", "", {"invoiceType": "estimate"})[0]


def payment_notes(api: ProbeClient) -> Any:
    record, transaction = approved_invoice(api), deposit(api, 100)
    rows = [{"id": record["id"], "paymentAmount": 40, "notes": "First half"}]
    path = f"/partners/transactions/{transaction}/assign-to-bills-invoices"
    api("POST", path, {"matchingType": "invoice", "records": rows})
    return [payment["notes"] for payment in read(api, record)["payments"]]


def payment_removed_from_one_of_two(api: ProbeClient) -> Any:
    records, transaction = [approved_invoice(api) for _ in range(2)], deposit(api, 200)
    for record in records:
        pay(api, transaction, record, 100)
    payload = {"transactionId": transaction}
    invoice_action(api, records[0], "PATCH", "/remove-transaction", payload)
    data = api("GET", f"/partners/transactions/{transaction}")[1]["data"]
    return [data["unassignedAmount"], read(api, records[1])["amountDue"]]


def linked_memo(api: ProbeClient) -> Any:
    owner = customer(api)
    record = approved_invoice(api, customerUuid=owner)
    fields = {"invoiceType": "memo", "appliedToInvoiceUuid": record["id"]}
    memo = invoice(api, line(api, 40), customerUuid=owner, **fields)
    invoice_action(api, memo, "PATCH", "", {"isDraft": False})
    return [read(api, record)["amountDue"], read(api, memo)["amountDue"]]


def sent_memo_draft(api: ProbeClient) -> Any:
    memo = invoice(api, invoiceType="memo")
    status = invoice_action(api, memo, "POST", "/send", RECIPIENTS)[0]
    return [status, read(api, memo)["status"]]


def link_of_two_readings(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    links = [invoice_action(api, record, "GET", "/public-link")[1]["data"] for _ in range(2)]
    return links[0] == links[1]


def order_of_the_history(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    invoice_action(api, record, "POST", "/send", RECIPIENTS)
    entries = invoice_action(api, record, "GET", "/audit-log")[1]["data"]["records"]
    return [entry["action"] for entry in entries]


def approval_of_a_run(api: ProbeClient) -> Any:
    return [record["isDraft"] for record in _runs(api)]


def tags_of_a_run(api: ProbeClient) -> Any:
    tag = create(api, "tags", name=api.unique("Tag"))["id"]
    return [len(record["tagUuids"]) for record in _runs(api, tagUuids=[tag])]


def _runs(api: ProbeClient, **fields: Any) -> list[Any]:
    """Return the invoices of a template that starts today."""
    payload = {**_without(body(api), "invoiceNumber"), **fields, "isDraft": False}
    template = create(api, TEMPLATES, **payload, recurrencePattern="yearly")
    data = api("GET", f"/partners/{TEMPLATES}/{template['id']}")[1]["data"]
    return [read(api, {"id": run}) for run in data["generatedInvoiceIds"]]
