"""Probes of COUNT's documents: drafts that change, figures, payments, credit, templates."""

from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    VAT,
    account,
    approved_invoice,
    body,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    pay,
    product,
    read,
)

TEMPLATES = "/partners/recurring-invoice-templates"


def paid_draft(api: ProbeClient) -> Any:
    return pay(api, deposit(api, 100), invoice(api), 40)


def titled_attachment(api: ProbeClient) -> Any:
    draft = invoice(api)
    files = [{"url": "https://files.probe.example/terms.pdf", "title": "Terms"}]
    invoice_action(api, draft, "POST", "/attachments", {"attachments": files})
    return [file["title"] for file in read(api, draft)["attachments"]]


def partly_paid_and_late(api: ProbeClient) -> Any:
    record = approved_invoice(api, dueDate=api.day())
    pay(api, deposit(api, 100), record, 40)
    return api.after(lambda: pick(read(api, record), "status", "paymentStatus"), days=1)


def paid_estimate(api: ProbeClient) -> Any:
    record = approved_invoice(api, invoiceType="estimate")
    return [pay(api, deposit(api, 100), record, 40), read(api, record)["paidAmount"]]


def split_of_a_payment(api: ProbeClient) -> Any:
    record, transaction = approved_invoice(api), deposit(api, 100)
    pay(api, transaction, record, 40)
    payload = {"splits": [{"amount": 30}]}
    return api("PUT", f"/partners/transactions/{transaction}/split", payload)[0]


def removed_absent_credit(api: ProbeClient) -> Any:
    owner = customer(api)
    record = approved_invoice(api, customerUuid=owner)
    memo = approved_invoice(api, customerUuid=owner, invoiceType="memo")
    return invoice_action(api, record, "PATCH", "/remove-credit", {"memoId": memo["id"]})[0]


def recurring_invoice(api: ProbeClient) -> Any:
    return invoice(api, recurrencePattern="monthly")["recurringTemplateId"] is None


def taxes_of_the_next_customer(api: ProbeClient) -> Any:
    draft = invoice(api)
    buyer = create(api, "customers", customer=api.unique("Customer"), taxes=[VAT])["id"]
    rows = [{"productUuid": product(api), "quantity": 1, "unitPrice": 100}]
    changes = {"customerUuid": buyer, "products": rows}
    return invoice_action(api, draft, "PATCH", "", changes)[1]["data"]["taxTotal"]


def changed_active_template(api: ProbeClient) -> Any:
    days = {"date": api.day(10), "dueDate": api.day(12), "isDraft": False}
    fields = {**body(api), **days, "recurrencePattern": "monthly"}
    template = create(api, "recurring-invoice-templates", **fields)
    after = api("PATCH", f"{TEMPLATES}/{template['id']}", {"notes": "changed"})[1]["data"]
    return [after["status"], after["nextRunDate"] == template["nextRunDate"]]


def date_of_an_early_run(api: ProbeClient) -> Any:
    days = {"date": api.day(10), "dueDate": api.day(12), "isDraft": False}
    fields = {**body(api), **days, "recurrencePattern": "monthly", "inAdvanceCreationDays": 4}
    path = f"{TEMPLATES}/{create(api, 'recurring-invoice-templates', **fields)['id']}"

    def dates() -> Any:
        runs = api("GET", path)[1]["data"]["generatedInvoiceIds"]
        return [read(api, {"id": run})["date"] == days["date"] for run in runs]

    return api.after(dates, days=7)


def sub_type_of_another_type(api: ProbeClient) -> Any:
    assets = account(api, "Assets")
    data = api("GET", "/partners/account-sub-types", query={"type": "Income"})[1]["data"]
    changes = {"subTypeId": data["records"][0]["id"]}
    return api("PATCH", f"/partners/chart-of-accounts/{assets}", changes)[0]
