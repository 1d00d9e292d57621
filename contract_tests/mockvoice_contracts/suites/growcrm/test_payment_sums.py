"""The sum of several payments, and statuses that payments do not change."""

from collections.abc import Callable

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
    Factory,
    Record,
    line,
    required_header,
)


def status_of(factory: Factory, invoice: Record) -> int:
    status: int = factory.read("invoices", invoice)["status"]["id"]
    return status


def change(api: Api, operation: str, payment: Record, **body: object) -> None:
    expect = (200, 201)
    api.call(operation, expect=expect, body=body or None, paymentId=payment["id"])


@rule(
    "Of payments of 60, 40 and 30 of an invoice of 100.00, those that are neither refunded nor deleted count, after each change.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_the_payments_that_are_left_are_added_up_after_each_change(
    api: Api, factory: Factory
) -> None:
    invoice = factory.published_invoice(amount=100)
    sixty, forty, thirty = (factory.payment(invoice, amount) for amount in (60, 40, 30))
    today = factory.day()
    statuses = [status_of(factory, invoice)]
    for operation, payment, body in (
        ("payments.refund", thirty, {"refund_date": today}),  # 60 + 40
        ("payments.refund", forty, {"refund_date": today}),  # 60
        ("payments.update", sixty, {"payment_amount": 100, "payment_date": today}),  # 100
        ("payments.update", sixty, {"payment_amount": 60, "payment_date": today}),  # 60
        ("payments.update", forty, {"payment_amount": 45, "payment_date": today}),  # 60
        ("payments.undo_refund", forty, {}),  # 60 + 45
        ("payments.delete", thirty, {}),  # 60 + 45
        ("payments.delete", sixty, {}),  # 45
    ):
        change(api, operation, payment, **body)
        statuses.append(status_of(factory, invoice))

    assert statuses == [PAID, PAID, DUE, PAID, DUE, DUE, PAID, PAID, DUE]


@rule(
    "A payment counts whatever its `payment_date` is, also one in the future, and so does a refund.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
@pytest.mark.parametrize("days", [-400, 30])
def test_payments_and_refunds_of_any_day_count_at_once(
    api: Api, factory: Factory, days: int
) -> None:
    invoice = factory.published_invoice(amount=100)
    payment = factory.payment(invoice, 100, payment_date=factory.day(days))
    paid = status_of(factory, invoice)
    factory.refund(payment, refund_date=factory.day(days))

    assert (paid, status_of(factory, invoice)) == (PAID, DUE)


Loss = Callable[[Api, Factory, Record], None]


def refund(api: Api, factory: Factory, payment: Record) -> None:
    factory.refund(payment)


def reduce(api: Api, factory: Factory, payment: Record) -> None:
    change(api, "payments.update", payment, payment_amount=99.99, payment_date=factory.day())


def delete(api: Api, factory: Factory, payment: Record) -> None:
    change(api, "payments.delete", payment)


LOSSES = pytest.mark.parametrize("lose", [refund, reduce, delete])


@rule(
    "An invoice whose `due_date` has passed is Overdue (3) again after its payment is refunded, reduced or deleted.",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
@LOSSES
def test_an_invoice_past_its_due_date_is_overdue_without_its_payment(
    api: Api, factory: Factory, lose: Loss
) -> None:
    invoice = factory.published_invoice(
        amount=100, bill_date=factory.day(-20), bill_due_date=factory.day(-1)
    )
    payment = factory.payment(invoice, 100)
    paid = status_of(factory, invoice)
    lose(api, factory, payment)

    assert (paid, status_of(factory, invoice)) == (PAID, OVERDUE)


@rule(
    "A Draft, and a status set by hand, stay when a payment is refunded, reduced or deleted.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@LOSSES
@pytest.mark.parametrize("status", [DRAFT, PAID, PART_PAID, CANCELLED])
def test_a_draft_and_a_status_set_by_hand_stay_without_the_payment(
    api: Api, factory: Factory, lose: Loss, status: int
) -> None:
    invoice = factory.invoice(items=[line()])
    if status != DRAFT:
        path = {"invoiceId": invoice["id"]}
        api.call("invoices.set_status", expect=200, body={"status": status}, **path)
    payment = factory.payment(invoice, 100)
    lose(api, factory, payment)

    assert status_of(factory, invoice) == status


@rule(
    "Payments of an invoice are kept when its lines, header, status or tags change.",
    source="Documented: docs-api.growcrm.io/payments",
)
def test_a_change_of_the_invoice_keeps_its_payments(api: Api, factory: Factory) -> None:
    invoice = factory.published_invoice(amount=100)
    paid, refunded = factory.payment(invoice, 30), factory.payment(invoice, 20)
    factory.refund(refunded)
    before = [factory.read("payments", payment) for payment in (paid, refunded)]
    path = {"invoiceId": invoice["id"]}
    api.call("invoices.set_items", expect=200, body={"items": [line(rate=7)]}, **path)
    body = {**required_header(invoice), "bill_notes": "New"}
    api.call("invoices.update", expect=200, body=body, **path)
    api.call("invoices.set_status", expect=200, body={"status": CANCELLED}, **path)
    api.call("invoices.set_tags", expect=200, body={"tags": ["x"]}, **path)

    assert [factory.read("payments", payment) for payment in (paid, refunded)] == before
