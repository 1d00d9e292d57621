"""Invariants of every account, whatever its data."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_rows_equal_records,
    existing_rows,
    read_twice,
)
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    DUE,
    ID_PARAMETERS,
    OVERDUE,
    PAID,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
)
from mockvoice_contracts.suites.growcrm.invariants import bills_in, check_bill
from mockvoice_contracts.suites.growcrm.lists import search
from mockvoice_contracts.suites.growcrm.record_sets import KINDS


@rule(
    "Each row of GET /{kind} equals the record that GET /{kind}/<id> returns.",
    source="Documented: api-development-guide.md of nextloopdevs/growcrm-modules-docs-api",
)
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_the_first_page_equals_the_single_record(
    api: Api, factory: Factory, kind: str
) -> None:
    if api.can_write:
        factory.record(kind)
    page = read_twice(api, f"{kind}.search", query={"limit": 40})
    rows = existing_rows(api, page.body["data"], kind)

    get, parameter = f"{kind}.get", ID_PARAMETERS[kind]
    count = check_rows_equal_records(api, rows, get, parameter, record=lambda body: body["data"])
    assert count > 0


@rule(
    "The totals of all {kind} follow from their lines, taxes, discount and adjustment.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_the_amounts_of_every_bill_are_consistent(api: Api, factory: Factory, kind: str) -> None:
    if api.can_write:
        create_taxed_bills(factory, factory.invoice if kind == "invoices" else factory.estimate)
    pages = [search(api, kind, {"limit": 100, "page": number}) for number in (1, 2)]
    bills = existing_rows(api, [bill for page in pages for bill in bills_in(page)], kind)
    for bill in bills:
        check_bill(bill)

    if api.can_write:
        assert {bill["tax_type"] for bill in bills} == {"summary", "inline"}


def create_taxed_bills(factory: Factory, create: Callable[..., Record]) -> None:
    """Create a bill in each tax mode, with fractions of cents."""
    create(items=[line(quantity=1.005, rate=33.33)], rates=["10", "2.5"])
    taxed = line(
        tax_rate_id=factory.tax_rate_id("7.5"), discount_type="percentage", discount_value=3
    )
    create(items=[taxed], bill_tax_type="inline")


@rule(
    "A published invoice is Paid (5) if its payments that are not refunded cover final_amount, else Due (2), and Overdue (3) after its `due_date`.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_every_automatic_status_is_derived_from_payments_and_due_date(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    past_due_dates = {"bill_date": factory.day(-9), "bill_due_date": factory.day(-1)}
    payments_to_create = {
        factory.published_invoice(client, amount=80)["id"]: 80,
        factory.published_invoice(client, amount=80, **past_due_dates)["id"]: 79.99,
    }
    for invoice_id, amount in payments_to_create.items():
        factory.payment({"id": invoice_id}, amount)
    factory.published_invoice(client, amount=50, **past_due_dates)
    factory.published_invoice(client, amount=None)

    statuses = set()
    for invoice in search(api, "invoices", {"client_id": client["id"]})["data"]:
        payments = search(api, "payments", {"invoice_id": invoice["id"]})["data"]
        paid_amount = sum(
            (Decimal(row["amount"]) for row in payments if row["status"] == "paid"), Decimal(0)
        )
        final = Decimal(invoice["totals"]["final_amount"])
        past_due = invoice["dates"]["due_date"] < factory.day()
        unpaid_status = OVERDUE if past_due else DUE
        expected = PAID if final > 0 and paid_amount >= final else unpaid_status
        assert invoice["status"]["id"] == expected
        statuses.add(expected)
    assert statuses == {DUE, OVERDUE, PAID}


@rule(
    "No two records of a resource, and no two lines, have the same `id`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
def test_no_id_is_assigned_twice(factory: Factory) -> None:
    ids = UniqueValues()
    for _ in range(3):
        for kind in KINDS:
            record = factory.record(kind)
            ids.add(kind, record["id"])
    line_ids = [
        item["id"]
        for _ in range(3)
        for item in factory.invoice(items=[line(), line()])["line_items"]
    ]
    for line_id in line_ids:
        ids.add("line", line_id)


def counts(api: Api) -> dict[str, int]:
    return {kind: search(api, kind, {"limit": 1})["meta"]["total"] for kind in KINDS}


# Requests that are rejected because of their body, a missing record or a rule.
REJECTED: list[tuple[str, int, dict[str, Any], Any]] = [
    ("clients.create", 422, {}, {"first_name": "A", "last_name": "B", "email": "x"}),
    ("contacts.create", 422, {}, {"first_name": "A", "last_name": "B", "email": "a@b.example", "clientid": UNKNOWN_ID}),
    ("projects.create", 422, {}, {"project_title": "T"}),
    ("categories.create", 422, {}, {"category_name": "Without a type"}),
    ("categories.delete", 409, {"categoryId": 4}, None),
    ("categories.migrate", 422, {"categoryId": 4}, {"target_id": 4}),
    ("items.create", 422, {}, {"item_description": "I"}),
    ("invoices.create", 422, {}, {"bill_date": "2026-01-01"}),
    ("payments.create", 422, {}, {"payment_invoiceid": UNKNOWN_ID, "payment_amount": 1, "payment_date": "2026-01-01"}),
    ("refunds.create", 422, {}, {"refund_paymentid": UNKNOWN_ID, "refund_date": "2026-01-01"}),
    ("invoices.publish", 404, {"invoiceId": UNKNOWN_ID}, None),
    ("estimates.convert_to_invoice", 404, {"estimateId": UNKNOWN_ID}, None),
]  # fmt: skip


@rule(
    "A request that gets {status} creates and deletes nothing, here {operation}.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize(("operation", "status", "path", "body"), REJECTED)
def test_a_rejected_request_changes_nothing(
    api: Api, operation: str, status: int, path: Record, body: Any
) -> None:
    before = counts(api)
    api.call(operation, expect=status, body=body, **path)

    assert counts(api) == before


@rule(
    "A clone that gets 409 creates nothing and leaves its source as it was.",
    source="Assumed: the 409 of such a clone is a choice",
)
@pytest.mark.assumed
def test_a_rejected_clone_does_not_change_the_invoice(api: Api, factory: Factory) -> None:
    invoice, project = factory.published_invoice(), factory.project()
    before = counts(api)
    body = {
        "bill_clientid": invoice["client"]["id"], "bill_date": factory.day(), "bill_due_date": factory.day(),
        "bill_projectid": project["id"],
    }  # fmt: skip
    api.call("invoices.clone", expect=409, invoiceId=invoice["id"], body=body)

    assert counts(api) == before
    assert factory.read("invoices", invoice) == invoice


@rule(
    "A payment that gets 422 creates nothing and leaves the invoice as it was.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_rejected_payment_does_not_change_the_invoice(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice()
    before = counts(api)
    body = {"payment_invoiceid": invoice["id"], "payment_amount": 0, "payment_date": factory.day()}
    api.call("payments.create", expect=422, body=body)

    assert counts(api) == before
    assert factory.read("invoices", invoice) == invoice
