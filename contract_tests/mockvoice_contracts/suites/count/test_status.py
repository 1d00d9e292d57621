"""The status, which is derived from actions, amounts and dates."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory

pytestmark = pytest.mark.assumed


@rule(
    "status goes from draft to approved, sent, partial and paid, and back when payments are removed.",
    source="Assumed: the vendor names the values, not how they are derived",
)
def test_the_status_follows_approval_sending_and_payment(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    statuses = [invoice["status"]]
    path = {"invoiceId": invoice["id"]}
    statuses.append(api.call("invoices.approve", expect=200, **path)["data"]["status"])
    statuses.append(api.call("invoices.send", expect=200, **path)["data"]["status"])
    first, second = factory.transaction(30), factory.transaction(70)
    factory.pay(first, (invoice, 30))
    statuses.append(factory.get_invoice(invoice)["status"])
    factory.pay(second, (invoice, 70))
    statuses.append(factory.get_invoice(invoice)["status"])
    for transaction in (second, first):
        body = {"transactionId": transaction["id"]}
        statuses.append(
            api.call("invoices.remove_transaction", expect=200, body=body, **path)["data"]["status"]
        )

    assert statuses == ["draft", "approved", "sent", "partial", "paid", "partial", "sent"]


@rule(
    "An invoice due today (UTC) is not overdue; one due yesterday is.",
    source="Assumed: the vendor names the value overdue only",
)
def test_an_invoice_due_today_is_not_overdue(factory: Factory) -> None:
    due_today = factory.invoice(isDraft=False, date=factory.day(-3), dueDate=factory.day())
    due_yesterday = factory.invoice(isDraft=False, date=factory.day(-3), dueDate=factory.day(-1))

    assert (due_today["status"], due_yesterday["status"]) == ("approved", "overdue")


@rule(
    'A memo past its dueDate stays "approved".',
    source="Assumed: the vendor names the value overdue only",
)
def test_a_memo_is_never_overdue(factory: Factory) -> None:
    memo = factory.memo(date=factory.day(-9), dueDate=factory.day(-3))

    assert (memo["status"], memo["paymentStatus"]) == ("approved", "unpaid")


@rule(
    'A partly paid invoice past its dueDate has status "overdue" and paymentStatus "partial"; a fully paid one is "paid".',
    source="Assumed: the vendor names the values, not how they are derived",
)
def test_overdue_takes_precedence_over_partial_but_not_over_paid(factory: Factory) -> None:
    invoice = factory.invoice(isDraft=False, date=factory.day(-9), dueDate=factory.day(-1))
    deposit = factory.transaction(100)
    factory.pay(deposit, (invoice, 10))
    partly_paid = factory.get_invoice(invoice)
    factory.pay(deposit, (invoice, 90))

    assert (partly_paid["status"], partly_paid["paymentStatus"]) == ("overdue", "partial")
    paid = factory.get_invoice(invoice)
    assert (paid["status"], paid["paymentStatus"]) == ("paid", "paid")


@rule(
    'An approved invoice with total 0 is "paid".',
    source="Assumed: the vendor names the values, not how they are derived",
)
def test_an_invoice_of_zero_is_paid_on_approval(factory: Factory) -> None:
    invoice = factory.invoice(0, isDraft=False)

    assert (invoice["status"], invoice["paymentStatus"], invoice["total"]) == ("paid", "paid", 0)


@rule(
    'An approved {kind} is "approved", then "sent", and "expired" after its dueDate.',
    source="Assumed: the vendor does not list the statuses of estimates",
)
@pytest.mark.parametrize("kind", ["quote", "estimate"])
def test_quotes_and_estimates_expire(api: Api, factory: Factory, kind: str) -> None:
    current = factory.invoice(invoiceType=kind, isDraft=False)
    expired = factory.invoice(
        invoiceType=kind, isDraft=False, date=factory.day(-9), dueDate=factory.day(-1)
    )
    sent = api.call("invoices.send", expect=200, invoiceId=current["id"])["data"]

    assert (current["status"], sent["status"], expired["status"]) == ("approved", "sent", "expired")


@rule(
    "An invoice becomes overdue on the day after its dueDate (UTC), also in the status filter; a memo does not.",
    source="Assumed: the vendor names the value overdue only",
)
@pytest.mark.needs("clock")
def test_an_invoice_is_overdue_only_after_its_due_date_on_the_clock(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.invoice(isDraft=False, dueDate=factory.day(2))
    memo = factory.memo(dueDate=factory.day(2))
    before = clock.now()
    clock.advance(days=2)
    assert factory.get_invoice(invoice)["status"] == "approved"
    clock.advance(days=1)

    assert factory.get_invoice(invoice)["status"] == "overdue"
    assert factory.get_invoice(memo)["status"] == "approved"
    result = api.call(
        "invoices.search",
        expect=200,
        query={"status": "overdue", "customerUuid": invoice["customerUuid"], "limit": 100},
    )
    assert invoice["id"] in [row["id"] for row in result["data"]["invoices"]]
    clock.set(before)
    assert factory.get_invoice(invoice)["status"] == "approved"
