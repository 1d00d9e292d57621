"""Probes of COUNT's payments, credit, accounts and figures."""

from typing import Any
from urllib.parse import urlsplit

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    GST,
    QST,
    SALES_TAX,
    VAT,
    account,
    approved_invoice,
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    line,
    pay,
    read,
)


def rejected_payments(api: ProbeClient) -> Any:
    record, other, transaction_id = approved_invoice(api), approved_invoice(api), deposit(api, 500)
    results: list[Any] = []
    for payments in ([(record, 60), (record, 60)], [(other, 10), (record, 200)]):
        rows = [{"id": paid["id"], "paymentAmount": amount} for paid, amount in payments]
        path = f"/partners/transactions/{transaction_id}/assign-to-bills-invoices"
        results.append(api("POST", path, {"matchingType": "invoice", "records": rows})[0])
        results.append([read(api, paid)["amountDue"] for paid in (record, other)])
    payload = {"amount": 5, "postedDate": api.day(), "type": "Expense"}
    expense = create(api, "transactions", accUuid=account(api, "Assets"), **payload)["id"]
    return [*results, pay(api, expense, approved_invoice(api), 5)]


def spread_memo(api: ProbeClient) -> Any:
    owner = customer(api)
    memo = approved_invoice(api, customerUuid=owner, invoiceType="memo")
    invoices = [approved_invoice(api, customerUuid=owner) for _ in range(2)]
    rows = [{"id": record["id"], "amount": 60} for record in invoices]
    path = "/apply-credit-to-multiple-invoices"
    status = invoice_action(api, memo, "PATCH", path, {"invoices": rows})[0]
    return [status, [read(api, record)["amountDue"] for record in (memo, *invoices)]]


def posted_balances(api: ProbeClient) -> Any:
    results = []
    for fields in ({}, {"taxSetting": "inclusive"}):
        draft = invoice(api, line(api, 110, taxes=[VAT]), **fields)
        results.append(_income(api, draft))
        invoice_action(api, draft, "PATCH", "/approve", {})
        results.append(_income(api, draft))
    draft = invoice(api)
    invoice_action(api, draft, "PATCH", "", {"isDraft": False})
    return [*results, read(api, draft)["status"], _income(api, draft)]


def _income(api: ProbeClient, record: Any) -> Any:
    """Return the balance of the account that the first line is posted to."""
    account_id = record["products"][0]["categoryAccountUuid"]
    query = {"type": "Income", "includeBalances": "true", "limit": 5000}
    rows = api("GET", "/partners/chart-of-accounts", query=query)[1]["data"]["records"]
    return next(row["balance"] for row in rows if row["id"] == account_id)


def inclusive_shares(api: ProbeClient) -> Any:
    rates = [SALES_TAX, GST, QST]
    lines = [line(api, cents / 100, taxes=rates) for cents in range(140, 160)]
    record = invoice(api, *lines, taxSetting="inclusive")
    return [pick(record, "subtotal", "taxTotal"), [row["taxAmount"] for row in record["products"]]]


def public_page(api: ProbeClient) -> Any:
    record = approved_invoice(api)
    pay(api, deposit(api, 100), record, 30)
    link = invoice_action(api, record, "GET", "/public-link")[1]["data"]["publicLink"]
    page = api.exchange("GET", urlsplit(link).path).text
    return page.partition('id="due">')[2].partition("<")[0]


def history(api: ProbeClient) -> Any:
    owner = customer(api)
    record = approved_invoice(api, customerUuid=owner)
    memo = approved_invoice(api, customerUuid=owner, invoiceType="memo")
    applied = {"creditMemos": [{"id": memo["id"], "amount": 10}]}
    invoice_action(api, record, "PATCH", "/apply-multiple-credit-to-invoice", applied)
    invoice_action(api, record, "PATCH", "/remove-credit", {"memoId": memo["id"]})
    logs = [invoice_action(api, row, "GET", "/audit-log")[1]["data"] for row in (record, memo)]
    return [[event["action"] for event in log["records"]] for log in logs]


def product_accounts(api: ProbeClient) -> Any:
    first, second = account(api, "Income"), account(api, "Income")
    product = create(
        api, "products", name=api.unique("Product"), categoryAccountUuid=first
    )["id"]  # fmt: skip
    record = approved_invoice(api, line(api, productUuid=product))
    api("PATCH", f"/partners/products/{product}", {"categoryAccountUuid": second})
    unchanged = read(api, record)["products"][0]["categoryAccountUuid"] == first
    accounts = api("GET", "/partners/chart-of-accounts", query={"limit": 5000})[1]["data"]
    system = next(row["id"] for row in accounts["records"] if not row["editable"])
    path = "/partners/chart-of-accounts"
    return [
        unchanged,
        api("DELETE", f"{path}/{second}")[0],
        api("PATCH", f"{path}/{system}", {"name": api.unique("Renamed")})[0],
    ]
