"""The derived status: by what has happened, by amounts, and by the calendar."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.suites.count.factories import Factory

pytestmark = pytest.mark.assumed


def test_a_status_follows_what_happens(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    seen = [invoice["status"]]
    where = {"invoiceId": invoice["id"]}
    seen.append(api.call("invoices.approve", expect=200, **where)["data"]["status"])
    seen.append(api.call("invoices.send", expect=200, **where)["data"]["status"])
    first, second = make.transaction(30), make.transaction(70)
    make.pay(first, (invoice, 30))
    seen.append(make.read(invoice)["status"])
    make.pay(second, (invoice, 70))
    seen.append(make.read(invoice)["status"])
    for each in (second, first):
        body = {"transactionId": each["id"]}
        seen.append(
            api.call("invoices.remove_transaction", expect=200, body=body, **where)["data"][
                "status"
            ]
        )

    assert seen == ["draft", "approved", "sent", "partial", "paid", "partial", "sent"]


def test_due_today_is_not_overdue(make: Factory) -> None:
    today = make.invoice(isDraft=False, date=make.day(-3), dueDate=make.day())
    yesterday = make.invoice(isDraft=False, date=make.day(-3), dueDate=make.day(-1))

    assert (today["status"], yesterday["status"]) == ("approved", "overdue")


def test_a_memo_is_never_overdue(make: Factory) -> None:
    memo = make.memo(date=make.day(-9), dueDate=make.day(-3))

    assert (memo["status"], memo["paymentStatus"]) == ("approved", "unpaid")


def test_overdue_goes_before_partial_but_not_before_paid(make: Factory) -> None:
    late = make.invoice(isDraft=False, date=make.day(-9), dueDate=make.day(-1))
    deposit = make.transaction(100)
    make.pay(deposit, (late, 10))
    partly = make.read(late)
    make.pay(deposit, (late, 90))

    assert (partly["status"], partly["paymentStatus"]) == ("overdue", "partial")
    assert (make.read(late)["status"], make.read(late)["paymentStatus"]) == ("paid", "paid")


def test_nothing_due_is_paid_as_soon_as_it_is_approved(make: Factory) -> None:
    free = make.invoice(0, isDraft=False)

    assert (free["status"], free["paymentStatus"], free["total"]) == ("paid", "paid", 0)


@pytest.mark.parametrize("kind", ["quote", "estimate"])
def test_offers_expire(api: Api, make: Factory, kind: str) -> None:
    open_offer = make.invoice(invoiceType=kind, isDraft=False)
    old = make.invoice(invoiceType=kind, isDraft=False, date=make.day(-9), dueDate=make.day(-1))
    sent = api.call("invoices.send", expect=200, invoiceId=open_offer["id"])["data"]

    assert (open_offer["status"], sent["status"], old["status"]) == ("approved", "sent", "expired")


@pytest.mark.needs("clock")
def test_the_clock_makes_overdue_and_takes_it_back(
    api: Api, make: Factory, clock: ServerClock
) -> None:
    invoice = make.invoice(isDraft=False, dueDate=make.day(2))
    memo = make.memo(dueDate=make.day(2))
    before = clock.now()
    clock.advance(days=2)
    assert make.read(invoice)["status"] == "approved"
    clock.advance(days=1)

    assert make.read(invoice)["status"] == "overdue"
    assert make.read(memo)["status"] == "approved"
    found = api.call(
        "invoices.search",
        expect=200,
        query={"status": "overdue", "customerUuid": invoice["customerUuid"], "limit": 100},
    )
    assert invoice["id"] in [each["id"] for each in found["data"]["invoices"]]
    clock.set(before)
    assert make.read(invoice)["status"] == "approved"
