"""Status of invoices: set by hand, or changed by payments, amounts and dates."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    DRAFT,
    DUE,
    OVERDUE,
    PAID,
    PART_PAID,
    UNKNOWN_ID,
    Factory,
    Record,
    line,
    required_header,
)

STATUSES = {
    DRAFT: ("Draft", "default"),
    DUE: ("Due", "info"),
    OVERDUE: ("Overdue", "danger"),
    PART_PAID: ("Part Paid", "warning"),
    PAID: ("Paid", "success"),
    CANCELLED: ("Cancelled", "danger"),
}


def set_status(api: Api, invoice: Record, status: int) -> Record:
    body = {"status": status}
    changed: Record = api.call(
        "invoices.set_status", expect=200, invoiceId=invoice["id"], body=body
    )["data"]
    return changed


def status_of(factory: Factory, invoice: Record) -> int:
    status: int = factory.read("invoices", invoice)["status"]["id"]
    return status


@rule(
    "PUT /invoices/<id>/status with {status} sets that status, with its title and color, and changes nothing else.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_set_by_hand(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.invoice()
    title, color = STATUSES[status]
    changed = set_status(api, invoice, status)

    assert changed["status"] == {"id": status, "title": title, "color": color}
    assert {**changed, "status": None} == {**invoice, "status": None}
    assert factory.read("invoices", invoice) == changed


@rule(
    "PUT /invoices/<id>/status changes any status to any other, also back to Draft and out of Cancelled.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_any_status_can_follow_any_other(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    for status in (CANCELLED, DRAFT, PAID, OVERDUE, DUE, CANCELLED, PART_PAID, DRAFT):
        set_status(api, invoice, status)
        assert status_of(factory, invoice) == status


@rule(
    "PUT /invoices/<id>/status with {status}, which does not exist, gets 422 with an error for `status`.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("status", [6, 19, UNKNOWN_ID])
def test_an_unknown_status_is_rejected(api: Api, factory: Factory, status: int) -> None:
    invoice = factory.invoice()
    response = api.call(
        "invoices.set_status", expect=422, invoiceId=invoice["id"], body={"status": status}
    )

    assert list(response["errors"]) == ["status"]
    assert status_of(factory, invoice) == DRAFT


@rule(
    "PUT status of an invoice id that does not exist gets 404.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_the_status_of_an_unknown_invoice_cannot_be_set(api: Api) -> None:
    api.call("invoices.set_status", expect=404, invoiceId=UNKNOWN_ID, body={"status": DUE})


@rule(
    "Status {status}, set with PUT /invoices/<id>/status, sticks: a full payment does not change it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("status", [DUE, OVERDUE, PART_PAID, CANCELLED])
def test_payments_do_not_change_a_status_set_by_hand(
    api: Api, factory: Factory, status: int
) -> None:
    invoice = factory.published_invoice(amount=100)
    set_status(api, invoice, status)
    factory.payment(invoice, 100)

    assert status_of(factory, invoice) == status


@rule(
    "A status set with PUT /invoices/<id>/status sticks: PATCH and PUT items do not change it.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_changes_of_header_and_lines_do_not_change_a_status_set_by_hand(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice(amount=100)
    set_status(api, invoice, PAID)
    body = {**required_header(invoice), "bill_due_date": factory.day(50)}
    api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)
    api.call(
        "invoices.set_items", expect=200, invoiceId=invoice["id"], body={"items": [line(rate=900)]}
    )

    assert status_of(factory, invoice) == PAID


@rule(
    "Payments of 60 and 40 make an invoice of 100.00 Paid (5).",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_payments_that_cover_the_amount_make_an_invoice_paid(factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 60)
    factory.payment(invoice, 40)

    assert factory.read("invoices", invoice)["status"] == {
        "id": PAID,
        "title": "Paid",
        "color": "success",
    }


@rule(
    "A payment of {amount} leaves an invoice of 100.00 Due (2); Part Paid (4) is only set by hand.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
@pytest.mark.parametrize("amount", [0.01, 99.99])
def test_a_partial_payment_leaves_an_invoice_due(factory: Factory, amount: float) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, amount)

    assert status_of(factory, invoice) == DUE


@rule(
    "A payment of 50 leaves an Overdue invoice of 100.00 Overdue (3).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_partial_payment_leaves_an_overdue_invoice_overdue(factory: Factory) -> None:
    invoice = factory.published_invoice(
        amount=100, bill_date=factory.day(-20), bill_due_date=factory.day(-10)
    )
    factory.payment(invoice, 50)

    assert status_of(factory, invoice) == OVERDUE


@rule(
    "A payment of 500 of an invoice of 100.00 is accepted and makes it Paid (5).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_overpayment_is_accepted_and_makes_an_invoice_paid(factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 500)

    assert status_of(factory, invoice) == PAID


@rule(
    "A full payment makes an Overdue invoice Paid (5).",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_a_full_payment_makes_an_overdue_invoice_paid(factory: Factory) -> None:
    invoice = factory.published_invoice(
        amount=100, bill_date=factory.day(-20), bill_due_date=factory.day(-10)
    )
    assert invoice["status"]["id"] == OVERDUE
    factory.payment(invoice, 100)

    assert status_of(factory, invoice) == PAID


@rule(
    "A Draft stays a Draft (1), whatever is paid on it.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_payment_does_not_change_a_draft(factory: Factory) -> None:
    draft = factory.invoice(items=[line()])
    factory.payment(draft, 100)

    assert status_of(factory, draft) == DRAFT


@rule(
    "An invoice with a final_amount of 0.00 does not become Paid by a payment.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_of_zero_does_not_become_paid_automatically(factory: Factory) -> None:
    invoice = factory.published_invoice(amount=None)
    factory.payment(invoice, 1)

    assert status_of(factory, invoice) == DUE


@rule(
    "PUT items that raise final_amount above what was paid make a Paid invoice Due (2) again.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_new_lines_that_cost_more_make_a_paid_invoice_due_again(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 100)
    body = {"items": [line(rate=100.01)]}
    updated = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["status"]["id"] == DUE


@rule(
    "PUT items that lower final_amount to what was paid make the invoice Paid (5).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_new_lines_that_cost_less_make_a_partly_paid_invoice_paid(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 60)
    body = {"items": [line(rate=60)]}
    updated = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["status"]["id"] == PAID


@rule(
    "PATCH with an adjustment that lowers final_amount to what was paid makes the invoice Paid (5).",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_update_that_lowers_the_amount_makes_an_invoice_paid(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    factory.payment(invoice, 90)
    body = {**required_header(invoice), "bill_adjustment_amount": -10}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["status"]["id"] == PAID


@rule(
    "PATCH of `bill_due_date` to yesterday makes an invoice Overdue (3), to today Due (2) again.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_due_date_in_the_past_makes_an_invoice_overdue_and_a_later_one_due_again(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice(bill_date=factory.day(-20), bill_due_date=factory.day(3))
    statuses = []
    for due in (factory.day(-1), factory.day()):
        body = {**required_header(invoice), "bill_due_date": due}
        updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)[
            "data"
        ]
        statuses.append(updated["status"]["id"])

    assert statuses == [OVERDUE, DUE]


@rule(
    "A Paid invoice whose `due_date` has passed stays Paid (5).",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_a_paid_invoice_does_not_become_overdue(factory: Factory) -> None:
    invoice = factory.published_invoice(
        amount=100, bill_date=factory.day(-20), bill_due_date=factory.day(-10)
    )
    factory.payment(invoice, 100, payment_date=factory.day(-1))

    assert status_of(factory, invoice) == PAID
