"""Probes of COUNT's limits and defaults: requests, figures, lists, splits, intervals, attachments."""

from datetime import date
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient
from mockvoice_contracts.mutants.probes.count_records import (
    SALES_TAX,
    VAT,
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
from mockvoice_contracts.suites.count.request_signer import SignedAuth


class LateMilliseconds(SignedAuth):
    """A signature of a day ago, with its time in milliseconds."""

    def timestamp(self) -> str:
        """Return the time in milliseconds, a day late."""
        return f"{int(super().timestamp()) - 86400}000"


def requests_without_a_token(api: ProbeClient) -> Any:
    auth = SignedAuth(api.target.credentials, api.target.now)
    return api("GET", "/partners/taxes", auth=auth)[0]


def late_milliseconds(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    auth = LateMilliseconds(credentials, api.target.now, bearer=credentials["access_token"])
    return api("GET", "/partners/taxes", auth=auth)[0]


def malformed_ids(api: ProbeClient) -> Any:
    status, response = api("GET", "/partners/customers/12")
    return [status, response["code"]]


def page_counts(api: ProbeClient) -> Any:
    word = api.unique("Counted").replace(" ", "")
    for name in ("one", "two", "three"):
        create(api, "customers", customer=f"{word} {name}")
    data = api("GET", "/partners/customers", query={"search": word, "limit": 2})[1]["data"]
    return [data["totalRecords"], data["totalPages"]]


def grouped_tags(api: ProbeClient) -> Any:
    tag = create(api, "tags", name=api.unique("Tag"))["id"]
    groups = [{"name": api.unique("Group"), "tagUuids": [tag]} for _ in range(2)]
    return [api("POST", "/partners/tags/groups", group)[0] for group in groups]


def approved_memo(api: ProbeClient) -> Any:
    return invoice_action(api, invoice(api, invoiceType="memo"), "PATCH", "/approve", {})[0]


def exempt_product(api: ProbeClient) -> Any:
    buyer = create(api, "customers", customer=api.unique("Customer"), taxes=[VAT])["id"]
    fields = {"name": api.unique("Product"), "categoryAccountUuid": account(api, "Income")}
    exempt = create(api, "products", **fields, taxExempt=True)["id"]
    untaxed = {"productUuid": exempt, "quantity": 1, "unitPrice": 100}
    return invoice(api, untaxed, customerUuid=buyer)["taxTotal"]


def categorised_remainder(api: ProbeClient) -> Any:
    record, transaction, category = approved_invoice(api), deposit(api, 150), account(api, "Income")
    payload = {
        "matchingType": "invoice",
        "records": [{"id": record["id"], "paymentAmount": 100}],
        "parentCategoryAccountUuid": category,
    }
    path = f"/partners/transactions/{transaction}"
    api("POST", f"{path}/assign-to-bills-invoices", payload)
    return api("GET", path)[1]["data"]["categoryAccountUuid"] == category


def foreign_payment(api: ProbeClient) -> Any:
    record = approved_invoice(api, currency="EUR")
    return [pay(api, deposit(api, 100), record, 100), read(api, record)["amountDue"]]


def invoices_of_today(api: ProbeClient) -> Any:
    owner = customer(api)
    invoice(api, customerUuid=owner)
    query = {"customerUuid": owner, "startDate": api.day(), "endDate": api.day()}
    return api("GET", "/partners/invoices", query=query)[1]["data"]["totalRecords"]


def sent_without_recipient(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    return [invoice_action(api, record, "POST", "/send", {})[0], read(api, record)["isSent"]]


def recorded_changes(api: ProbeClient) -> Any:
    draft = invoice(api, notes="before")
    invoice_action(api, draft, "PATCH", "", {"notes": "after"})
    entries = invoice_action(api, draft, "GET", "/audit-log")[1]["data"]["records"]
    return entries[-1]["changes"]


def large_discounts(api: ProbeClient) -> Any:
    taxed = line(api, 100, taxes=[SALES_TAX])
    discounts = (100, 105, 120)
    bodies = [body(api, taxed, discount=discount) for discount in discounts]
    return [api("POST", "/partners/invoices", payload)[0] for payload in bodies]


def merged_transaction(api: ProbeClient) -> Any:
    transaction = deposit(api, 100)
    path = f"/partners/transactions/{transaction}"
    parts = api("PUT", f"{path}/split", {"splits": [{"amount": 30}]})[1]["data"]["splits"]
    merged = api("PUT", f"{path}/split", {"splits": []})[1]["data"]
    statuses = [api("GET", f"/partners/transactions/{part['id']}")[0] for part in parts]
    return [merged["amount"], len(merged["splits"]), statuses]


def long_intervals(api: ProbeClient) -> Any:
    first = date(api.clock.today().year + 1, 1, 15)
    days = {"date": first.isoformat(), "dueDate": first.isoformat(), "isDraft": False}
    schedule = {"recurrencePattern": "quarterly", "recurrenceInterval": 2}
    template = create(api, "recurring-invoice-templates", **{**body(api), **days, **schedule})
    path = f"/partners/recurring-invoice-templates/{template['id']}"
    wait = (first - api.clock.today()).days + 1
    next_run = api.after(lambda: api("GET", path)[1]["data"]["nextRunDate"], days=wait)
    return date.fromisoformat(next_run).month


def further_attachment(api: ProbeClient) -> Any:
    draft = invoice(api)
    for name in ("first", "second"):
        files = [{"url": f"https://files.probe.example/{name}.pdf", "title": name}]
        invoice_action(api, draft, "POST", "/attachments", {"attachments": files})
    return [file["title"] for file in read(api, draft)["attachments"]]


def expiring_estimates(api: ProbeClient) -> Any:
    estimates = [approved_invoice(api, invoiceType="estimate", dueDate=api.day()) for _ in range(2)]
    invoice_action(api, estimates[0], "POST", "/send", {"recipients": ["a@probe.example"]})
    return api.after(lambda: [read(api, record)["status"] for record in estimates], days=1)
