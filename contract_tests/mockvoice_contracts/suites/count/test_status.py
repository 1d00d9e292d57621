"""The derived status: by actions, by amounts and by the calendar."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.suites.count.factories import Factory

pytestmark = pytest.mark.assumed


def test_the_status_follows_approval_sending_and_payment(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    seen = [invoice["status"]]
    where = {"invoiceId": invoice["id"]}
    seen.append(api.call("invoices.approve", expect=200, **where)["data"]["status"])
    seen.append(api.call("invoices.send", expect=200, **where)["data"]["status"])
    first, second = make.transaction(30), make.transaction(70)
    make.pay(first, (invoice, 30))
    seen.append(make.get_invoice(invoice)["status"])
    make.pay(second, (invoice, 70))
    seen.append(make.get_invoice(invoice)["status"])
    for transaction in (second, first):
        body = {"transactionId": transaction["id"]}
        seen.append(
            api.call("invoices.remove_transaction", expect=200, body=body, **where)["data"][
                "status"
            ]
        )

    assert seen == ["draft", "approved", "sent", "partial", "paid", "partial", "sent"]


def test_an_invoice_due_today_is_not_overdue(make: Factory) -> None:
    today = make.invoice(isDraft=False, date=make.day(-3), dueDate=make.day())
    yesterday = make.invoice(isDraft=False, date=make.day(-3), dueDate=make.day(-1))

    assert (today["status"], yesterday["status"]) == ("approved", "overdue")


def test_a_memo_is_never_overdue(make: Factory) -> None:
    memo = make.memo(date=make.day(-9), dueDate=make.day(-3))

    assert (memo["status"], memo["paymentStatus"]) == ("approved", "unpaid")


def test_overdue_wins_over_partial_but_not_over_paid(make: Factory) -> None:
    late = make.invoice(isDraft=False, date=make.day(-9), dueDate=make.day(-1))
    deposit = make.transaction(100)
    make.pay(deposit, (late, 10))
    partly = make.get_invoice(late)
    make.pay(deposit, (late, 90))

    assert (partly["status"], partly["paymentStatus"]) == ("overdue", "partial")
    assert (make.get_invoice(late)["status"], make.get_invoice(late)["paymentStatus"]) == (
        "paid",
        "paid",
    )


def test_an_invoice_of_zero_is_paid_on_approval(make: Factory) -> None:
    free = make.invoice(0, isDraft=False)

    assert (free["status"], free["paymentStatus"], free["total"]) == ("paid", "paid", 0)


@pytest.mark.parametrize("kind", ["quote", "estimate"])
def test_quotes_and_estimates_expire(api: Api, make: Factory, kind: str) -> None:
    open_offer = make.invoice(invoiceType=kind, isDraft=False)
    old = make.invoice(invoiceType=kind, isDraft=False, date=make.day(-9), dueDate=make.day(-1))
    sent = api.call("invoices.send", expect=200, invoiceId=open_offer["id"])["data"]

    assert (open_offer["status"], sent["status"], old["status"]) == ("approved", "sent", "expired")


@pytest.mark.needs("clock")
def test_overdue_follows_the_clock_in_both_directions(
    api: Api, make: Factory, clock: ServerClock
) -> None:
    invoice = make.invoice(isDraft=False, dueDate=make.day(2))
    memo = make.memo(dueDate=make.day(2))
    before = clock.now()
    clock.advance(days=2)
    assert make.get_invoice(invoice)["status"] == "approved"
    clock.advance(days=1)

    assert make.get_invoice(invoice)["status"] == "overdue"
    assert make.get_invoice(memo)["status"] == "approved"
    result = api.call(
        "invoices.search",
        expect=200,
        query={"status": "overdue", "customerUuid": invoice["customerUuid"], "limit": 100},
    )
    assert invoice["id"] in [row["id"] for row in result["data"]["invoices"]]
    clock.set(before)
    assert make.get_invoice(invoice)["status"] == "approved"
