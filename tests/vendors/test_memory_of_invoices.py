"""The memory of an invoice with three lines that are like those of other invoices."""

import json
import tracemalloc
from importlib import import_module

import pytest

from benchmarks.accounts import ACCOUNTS, Account
from mockvoice.vendor_registry import load_vendor
from mockvoice.vendors.growcrm.handlers import invoices as grow_invoices

LINES = [
    {"description": "Copy editing", "quantity": 3, "rate": 120, "unit": "hours", "tax_rate_id": 4},
    {"description": "Stock images", "quantity": 1, "rate": 45.5, "discount_type": "fixed"},
    {"description": "Printing", "quantity": 2, "rate": "10.25"},
]


def grow_body(backend, number):
    return {
        "bill_clientid": number % 5 + 1,
        "bill_categoryid": 4,
        "bill_date": f"2026-01-{number % 28 + 1:02d}",
        "bill_tax_type": "inline",
    }


def create_grow_invoice(backend, body):
    invoice_id = grow_invoices.create(backend, body)["data"]["id"]
    return grow_invoices.set_items(backend, invoice_id, json.loads(json.dumps({"items": LINES})))


GROW_ACCOUNT = Account("growcrm", "invoices", grow_body, {}, "")


def other_account(vendor):
    account = ACCOUNTS[vendor]
    module = import_module(f"{load_vendor(vendor).handlers}.{account.module}")
    return account, getattr(module, "create", None) or module.save


# An invoice takes more memory in a small account than in a large one, since the blocks of text
# indexes have few rows.
@pytest.mark.parametrize(
    ("vendor", "limit"), [("growcrm", 1500), ("count", 2200), ("halo", 1900), ("optiflow", 1300)]
)
def test_invoices_share_equal_values(vendor, limit):
    account, create = (
        (GROW_ACCOUNT, create_grow_invoice) if vendor == "growcrm" else other_account(vendor)
    )

    assert bytes_of_an_invoice(account, create) < limit


def bytes_of_an_invoice(account, create, few=200, many=800):
    backend, _ = account.create_backend(0)
    tracemalloc.start()
    try:
        for number in range(many):
            if number == few:
                before, _ = tracemalloc.get_traced_memory()
            body = json.loads(json.dumps(account.body(backend, number)))
            with backend.transaction():
                create(backend, **account.arguments, body=body)
        return (tracemalloc.get_traced_memory()[0] - before) / (many - few)
    finally:
        tracemalloc.stop()
