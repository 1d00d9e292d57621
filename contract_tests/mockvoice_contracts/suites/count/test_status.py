"""The derived status: by actions, by amounts and by the calendar."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.suites.count.factories import Factory

pytestmark = pytest.mark.assumed


def test_the_status_follows_approval_sending_and_payment(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    seen = [invoice["status"]]
    where = {"invoiceId": invoice["id"]}
    seen.append(api.call("invoices.approve", expect=200, **where)["data"]["status"])
    seen.append(api.call("invoices.send", expect=200, **where)["data"]["status"])
    first, second = factory.transaction(30), factory.transaction(70)
    factory.pay(first, (invoice, 30))
    seen.append(factory.get_invoice(invoice)["status"])
    factory.pay(second, (invoice, 70))
    seen.append(factory.get_invoice(invoice)["status"])
    for transaction in (second, first):
        body = {"transactionId": transaction["id"]}
        seen.append(
            api.call("invoices.remove_transaction", expect=200, body=body, **where)["data"][
                "status"
            ]
        )

    assert seen == ["draft", "approved", "sent", "partial", "paid", "partial", "sent"]


def test_an_invoice_due_today_is_not_overdue(factory: Factory) -> None:
    today = factory.invoice(isDraft=False, date=factory.day(-3), dueDate=factory.day())
    yesterday = factory.invoice(isDraft=False, date=factory.day(-3), dueDate=factory.day(-1))

    assert (today["status"], yesterday["status"]) == ("approved", "overdue")


def test_a_memo_is_never_overdue(factory: Factory) -> None:
    memo = factory.memo(date=factory.day(-9), dueDate=factory.day(-3))

    assert (memo["status"], memo["paymentStatus"]) == ("approved", "unpaid")


def test_overdue_wins_over_partial_but_not_over_paid(factory: Factory) -> None:
    late = factory.invoice(isDraft=False, date=factory.day(-9), dueDate=factory.day(-1))
    deposit = factory.transaction(100)
    factory.pay(deposit, (late, 10))
    partly = factory.get_invoice(late)
    factory.pay(deposit, (late, 90))

    assert (partly["status"], partly["paymentStatus"]) == ("overdue", "partial")
    assert (factory.get_invoice(late)["status"], factory.get_invoice(late)["paymentStatus"]) == (
        "paid",
        "paid",
    )


def test_an_invoice_of_zero_is_paid_on_approval(factory: Factory) -> None:
    free = factory.invoice(0, isDraft=False)

    assert (free["status"], free["paymentStatus"], free["total"]) == ("paid", "paid", 0)


@pytest.mark.parametrize("kind", ["quote", "estimate"])
def test_quotes_and_estimates_expire(api: Api, factory: Factory, kind: str) -> None:
    open_offer = factory.invoice(invoiceType=kind, isDraft=False)
    old = factory.invoice(
        invoiceType=kind, isDraft=False, date=factory.day(-9), dueDate=factory.day(-1)
    )
    sent = api.call("invoices.send", expect=200, invoiceId=open_offer["id"])["data"]

    assert (open_offer["status"], sent["status"], old["status"]) == ("approved", "sent", "expired")


@pytest.mark.needs("clock")
def test_overdue_follows_the_clock_in_both_directions(
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
