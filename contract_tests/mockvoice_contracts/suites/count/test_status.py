"""The status, which is derived from actions, amounts and dates."""

from datetime import UTC, datetime, time, timedelta

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
    'A sent {kind} past its dueDate has the status "{status}".',
    source="Assumed: the vendor names the values, not how they are derived",
)
@pytest.mark.parametrize(
    ("kind", "status"),
    [("invoice", "overdue"), ("quote", "expired"), ("estimate", "expired"), ("memo", "sent")],
)
def test_a_late_document_is_late_also_after_it_was_sent(
    api: Api, factory: Factory, kind: str, status: str
) -> None:
    late = factory.invoice(
        invoiceType=kind, isDraft=False, date=factory.day(-9), dueDate=factory.day(-1)
    )
    sent = api.call("invoices.send", expect=200, invoiceId=late["id"])["data"]

    assert (sent["status"], sent["isSent"]) == (status, True)
    assert factory.get_invoice(late)["status"] == status


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


@rule(
    "An invoice and an estimate become overdue and expired at 00:00 UTC after their dueDate, not before.",
    source="Assumed: the vendor does not state the time zone of the current date",
)
@pytest.mark.needs("clock")
def test_days_end_at_midnight_utc(api: Api, factory: Factory, clock: ServerClock) -> None:
    due = {"isDraft": False, "dueDate": factory.day(1)}
    documents = [factory.invoice(**due), factory.invoice(invoiceType="estimate", **due)]
    factory.pay(factory.transaction(), (documents[0], 1))
    next_midnight = datetime.combine(clock.today() + timedelta(days=2), time(), UTC)
    statuses = []
    for seconds in (-30, 1):
        clock.set(next_midnight + timedelta(seconds=seconds))
        statuses.append([factory.get_invoice(document)["status"] for document in documents])
        query = {"status": "overdue,expired", "customerUuid": documents[0]["customerUuid"]}
        page = api.call("invoices.search", expect=200, query={**query, "limit": 100})["data"]
        late = {row["id"] for row in page["records"]}
        assert (late >= {row["id"] for row in documents}) is (seconds > 0)

    assert statuses == [["partial", "approved"], ["overdue", "expired"]]


@rule(
    "A due invoice is overdue again after its payment was removed.",
    source="Assumed: the vendor names the values, not how they are derived",
)
def test_an_overdue_invoice_is_overdue_again_without_its_payment(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice(isDraft=False, date=factory.day(-9), dueDate=factory.day(-1))
    deposit = factory.transaction(100)
    factory.pay(deposit, (invoice, 100))
    paid = factory.get_invoice(invoice)["status"]
    body = {"transactionId": deposit["id"]}
    after = api.call("invoices.remove_transaction", expect=200, body=body, invoiceId=invoice["id"])[
        "data"
    ]

    assert (paid, after["status"], after["paymentStatus"]) == ("paid", "overdue", "unpaid")


@rule(
    'A memo is "partial" after a part of it was applied or paid back, and "paid" after all of it.',
    source="Assumed: the vendor names the values, not how they are derived",
)
def test_the_status_of_a_memo_follows_its_use(api: Api, factory: Factory) -> None:
    memo, invoice = factory.memo(50), factory.invoice(isDraft=False)
    body = {"creditMemos": [{"id": memo["id"], "amount": 20}]}
    api.call(
        "invoices.apply_multiple_credit_to_invoice", expect=200, body=body, invoiceId=invoice["id"]
    )
    partial = factory.get_invoice(memo)
    factory.pay(factory.transaction(30, type="Expense"), (memo, 30))
    used = factory.get_invoice(memo)

    assert (partial["status"], partial["paymentStatus"]) == ("partial", "partial")
    assert (used["status"], used["paymentStatus"], used["amountDue"]) == ("paid", "paid", 0)
