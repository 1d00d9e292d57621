"""Runs of ``mockvoice seed``, and what they leave in an account."""

import requests
from click.testing import CliRunner

from mockvoice.commands.seed import seed as command
from mockvoice.vendor_registry import own_vendor_keys
from tests.accounts import Accounts

VENDORS = own_vendor_keys()


SIZE = ("--clients", "3", "--invoices", "14", "--seed", "3")


NETWORK_FAILURES = ("lost", "failed", "busy", "down")


def reset_to_empty(mock):
    url = f"{mock.urls['main']}/_mock/sandboxes/default/reset"
    requests.post(url, json={"data": "empty"}, timeout=30).raise_for_status()


def run(*arguments):
    return CliRunner().invoke(command, list(arguments))


def usage_error(result):
    """Return the message of a usage error in one line, as ``mockvoice`` prints it."""
    assert result.exit_code == 2
    return " ".join(result.output.split())


def account_records(mock, vendor):
    """Return the references, amounts and statuses of an account's records, without ids and times."""
    accounts = Accounts(mock.urls)
    match vendor:
        case "growcrm":
            bills, payments = accounts.growcrm("/api/invoices"), accounts.growcrm("/api/payments")
            estimates = accounts.growcrm("/api/estimates")
            return (
                sorted(
                    (b["notes"], b["totals"]["final_amount"], b["status"]["title"]) for b in bills
                ),
                sorted((p["transaction_id"], p["amount"], p["status"]) for p in payments),
                sorted((o["notes"], o["totals"]["final_amount"], o["status"]) for o in estimates),
                sorted(c["company_name"] for c in accounts.growcrm("/api/clients")),
                sorted(i["description"] for i in accounts.growcrm("/api/items")),
            )
        case "optiflow":
            bills, payments = (
                accounts.optiflow("/api/v1/invoices"),
                accounts.optiflow("/api/v1/payments"),
            )
            return (
                sorted(
                    (b["notes"], b["total_amount"], b["amount_due"], b["status"]) for b in bills
                ),
                sorted((p["note"], p["amount"], p["status"]) for p in payments),
                sorted((q["notes"], q["status"]) for q in accounts.optiflow("/api/v1/quotations")),
                sorted(c["identification_number"] for c in accounts.optiflow("/api/v1/contacts")),
                sorted(
                    (p["sku"], p["stock_quantity"]) for p in accounts.optiflow("/api/v1/products")
                ),
            )
        case "count":
            bills, payments = (
                accounts.count("/partners/invoices"),
                accounts.count("/partners/transactions"),
            )
            return (
                sorted(
                    (b["notes"], b["invoiceType"], b["total"], b["amountDue"], b["status"])
                    for b in bills
                ),
                sorted((t["description"], t["amount"], t["unassignedAmount"]) for t in payments),
                sorted(c["customer"] for c in accounts.count("/partners/customers")),
                sorted(p["name"] for p in accounts.count("/partners/products")),
                sorted(t["notes"] for t in accounts.count("/partners/recurring-invoice-templates")),
            )
        case "halo":
            path = "/api/Invoice?includecredits=true&includeinvoices=true&count=1000"
            bills, payments = (
                accounts.halo(path, "invoices"),
                accounts.halo("/api/InvoicePayment?count=1000", "payments"),
            )
            return (
                sorted(
                    (b.get("reference", ""), b["total"], b["amountdue"], b["voided"]) for b in bills
                ),
                sorted((p["reference"], p["amount"]) for p in payments),
                sorted(c["name"] for c in accounts.halo("/api/Client?count=1000", "clients")),
                sorted(i["name"] for i in accounts.halo("/api/Item?count=1000", "items")),
                len(accounts.halo("/api/RecurringInvoice?count=1000", "invoices")),
            )
