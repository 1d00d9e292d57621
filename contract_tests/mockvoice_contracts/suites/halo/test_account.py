"""Invariants of all records in the account; this module runs before others add records."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_rows_match_records,
    existing_rows,
    read_twice,
)
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line
from mockvoice_contracts.suites.halo.invariants import check_document

MAX_READS = 300  # an account may have thousands of invoices
LISTS = [
    ("invoice", "invoices", "invoiceId"), ("client", "clients", "clientId"),
    ("item", "items", "itemId"), ("invoice_payment", "payments", "paymentId"),
]  # fmt: skip


@rule(
    "A row of a list has the same values as GET by its id, and repeating the list returns the same rows.",
    source="Documented: usehalo.com/swagger, lists and single records",
)
@pytest.mark.parametrize(("resource", "rows", "parameter"), LISTS)
def test_every_row_of_the_first_page_matches_the_single_record(
    api: Api, factory: Factory, resource: str, rows: str, parameter: str
) -> None:
    if api.can_write:
        factory.item(), factory.payment(factory.invoice(line()), 1)
    query = {"pageinate": "true", "page_size": 20, "page_no": 1}
    page = read_twice(api, f"{resource}.search", query=query)

    listed = existing_rows(api, page.body[rows], rows)
    assert check_rows_match_records(api, listed, f"{resource}.get", parameter, lambda body: body)


@rule(
    "The total of every invoice is revenue plus tax_total, and amountpaid plus amountdue; lines add up to both.",
    source="Observed: report queries on INVOICEHEADER and INVOICEDETAIL",
)
def test_the_amounts_of_every_invoice_add_up(api: Api, factory: Factory) -> None:
    if api.can_write:
        create_documents(api, factory)
    listed = api.call("invoice.search", expect=200)["invoices"]
    rows = existing_rows(api, listed, "invoices")
    for row in rows:
        check_document(row)
    for row in rows[:MAX_READS]:
        check_document(factory.read(row))


def create_documents(api: Api, factory: Factory) -> None:
    """Create an invoice with a payment and a credit note, a voided and a paid one, with fractions of cents."""
    client = factory.client()["id"]
    rounded = (line(10.005, qty_order=3, tax_rate=20), line(12.345, discount_perc=10))
    invoice, voided, paid = (factory.invoice(*rounded, client_id=client) for _ in range(3))
    factory.payment(invoice, 1)
    factory.save("invoice", {"id": invoice["id"], "_create_credit_note": True})
    factory.save("invoice", {"id": paid["id"], "markaspaid": True, "add_lines": [line(5)]})
    api.call("invoice.void", expect=200, invoiceId=voided["id"])


@rule(
    "The ids in GET /Invoice are unique.", source="Documented: usehalo.com/swagger, InvoiceHeader"
)
def test_ids_of_invoices_are_unique(api: Api, factory: Factory) -> None:
    if api.can_write:
        factory.invoice(line()), factory.invoice(line())
    values = UniqueValues()
    listed = api.call("invoice.search", expect=200)["invoices"]
    for row in existing_rows(api, listed, "invoices"):
        values.add("the id", row["id"])
