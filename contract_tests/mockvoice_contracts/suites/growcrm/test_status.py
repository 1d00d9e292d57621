"""Status of invoices: set by hand, or changed by payments, amounts and dates."""

import pytest

from mockvoice_contracts.harness.client import Api
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


def status_of(make: Factory, invoice: Record) -> int:
    status: int = make.read("invoices", invoice)["status"]["id"]
    return status


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_set_set_status(api: Api, make: Factory, status: int) -> None:
    invoice = make.invoice()
    title, color = STATUSES[status]
    changed = set_status(api, invoice, status)

    assert changed["status"] == {"id": status, "title": title, "color": color}
    assert {**changed, "status": None} == {**invoice, "status": None}
    assert make.read("invoices", invoice) == changed


def test_any_status_can_follow_any_other(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    for status in (CANCELLED, DRAFT, PAID, OVERDUE, DUE, CANCELLED, PART_PAID, DRAFT):
        set_status(api, invoice, status)
        assert status_of(make, invoice) == status


@pytest.mark.parametrize("status", [6, 19, UNKNOWN_ID])
def test_an_unknown_status_is_rejected(api: Api, make: Factory, status: int) -> None:
    invoice = make.invoice()
    response = api.call(
        "invoices.set_status", expect=422, invoiceId=invoice["id"], body={"status": status}
    )

    assert list(response["errors"]) == ["status"]
    assert status_of(make, invoice) == DRAFT


def test_the_status_of_an_unknown_invoice_cannot_be_set(api: Api) -> None:
    api.call("invoices.set_status", expect=404, invoiceId=UNKNOWN_ID, body={"status": DUE})


@pytest.mark.parametrize("status", [DUE, OVERDUE, PART_PAID, CANCELLED])
def test_a_status_set_by_hand_sticks_whatever_is_paid(api: Api, make: Factory, status: int) -> None:
    invoice = make.published_invoice(amount=100)
    set_status(api, invoice, status)
    make.payment(invoice, 100)

    assert status_of(make, invoice) == status


def test_a_status_set_by_hand_sticks_when_header_and_lines_change(api: Api, make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    set_status(api, invoice, PAID)
    body = {**required_header(invoice), "bill_due_date": make.day(50)}
    api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)
    api.call(
        "invoices.set_items", expect=200, invoiceId=invoice["id"], body={"items": [line(rate=900)]}
    )

    assert status_of(make, invoice) == PAID


def test_payments_that_cover_the_amount_make_an_invoice_paid(make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, 60)
    make.payment(invoice, 40)

    assert make.read("invoices", invoice)["status"] == {
        "id": PAID,
        "title": "Paid",
        "color": "success",
    }


@pytest.mark.parametrize("amount", [0.01, 99.99])
def test_a_partial_payment_leaves_an_invoice_due(make: Factory, amount: float) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, amount)

    assert status_of(make, invoice) == DUE


def test_a_partial_payment_leaves_an_overdue_invoice_overdue(make: Factory) -> None:
    invoice = make.published_invoice(
        amount=100, bill_date=make.day(-20), bill_due_date=make.day(-10)
    )
    make.payment(invoice, 50)

    assert status_of(make, invoice) == OVERDUE


def test_an_overpayment_is_accepted_and_makes_an_invoice_paid(make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, 500)

    assert status_of(make, invoice) == PAID


def test_a_full_payment_makes_an_overdue_invoice_paid(make: Factory) -> None:
    invoice = make.published_invoice(
        amount=100, bill_date=make.day(-20), bill_due_date=make.day(-10)
    )
    assert invoice["status"]["id"] == OVERDUE
    make.payment(invoice, 100)

    assert status_of(make, invoice) == PAID


def test_a_payment_does_not_change_a_draft(make: Factory) -> None:
    draft = make.invoice(items=[line()])
    make.payment(draft, 100)

    assert status_of(make, draft) == DRAFT


def test_an_invoice_of_zero_never_becomes_paid_by_itself(make: Factory) -> None:
    invoice = make.published_invoice(amount=None)
    make.payment(invoice, 1)

    assert status_of(make, invoice) == DUE


def test_new_lines_that_cost_more_make_a_paid_invoice_due_again(api: Api, make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, 100)
    body = {"items": [line(rate=100.01)]}
    filled = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert filled["status"]["id"] == DUE


def test_new_lines_that_cost_less_make_a_partly_paid_invoice_paid(api: Api, make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, 60)
    body = {"items": [line(rate=60)]}
    filled = api.call("invoices.set_items", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert filled["status"]["id"] == PAID


def test_an_update_that_lowers_the_amount_makes_an_invoice_paid(api: Api, make: Factory) -> None:
    invoice = make.published_invoice(amount=100)
    make.payment(invoice, 90)
    body = {**required_header(invoice), "bill_adjustment_amount": -10}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]

    assert updated["status"]["id"] == PAID


def test_a_due_date_in_the_past_makes_an_invoice_overdue_and_a_later_one_due_again(
    api: Api, make: Factory
) -> None:
    invoice = make.published_invoice(bill_date=make.day(-20), bill_due_date=make.day(3))
    statuses = []
    for due in (make.day(-1), make.day()):
        body = {**required_header(invoice), "bill_due_date": due}
        updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)[
            "data"
        ]
        statuses.append(updated["status"]["id"])

    assert statuses == [OVERDUE, DUE]


def test_a_paid_invoice_does_not_become_overdue(make: Factory) -> None:
    invoice = make.published_invoice(
        amount=100, bill_date=make.day(-20), bill_due_date=make.day(-10)
    )
    make.payment(invoice, 100, payment_date=make.day(-1))

    assert status_of(make, invoice) == PAID
