"""Status changes of invoices and estimates as time passes."""

from datetime import UTC, datetime

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    CANCELLED,
    DRAFT,
    DUE,
    OVERDUE,
    PAID,
    Factory,
    Record,
    line,
    required_header,
)

pytestmark = pytest.mark.needs("clock")


def status_of(factory: Factory, invoice: Record) -> int:
    status: int = factory.read("invoices", invoice)["status"]["id"]
    return status


@rule(
    "A published invoice is Due (2) up to and on `due_date`, and Overdue (3) from the next day.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_is_overdue_from_the_day_after_its_due_date(
    factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.published_invoice(bill_due_date=factory.day(2))
    clock.advance(days=2)
    assert status_of(factory, invoice) == DUE
    clock.advance(days=1)

    assert status_of(factory, invoice) == OVERDUE


@rule(
    "An unpaid invoice turns from Due (2) to Overdue (3) at the midnight that ends its `due_date`.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_becomes_overdue_at_midnight(factory: Factory, clock: ServerClock) -> None:
    invoice = factory.published_invoice(bill_due_date=factory.day())
    day = clock.today()
    clock.set(datetime(day.year, day.month, day.day, 23, 59, 50, tzinfo=UTC))
    assert status_of(factory, invoice) == DUE
    clock.advance(seconds=11)

    assert status_of(factory, invoice) == OVERDUE


@rule(
    "An invoice past its `due_date` has status 3 in lists too: `status=3` finds it, `status=2` does not.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_lists_and_filters_use_the_new_status(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    client = factory.client()
    invoice = factory.published_invoice(client, bill_due_date=factory.day(1))
    clock.advance(days=2)
    query = {"client_id": client["id"], "status": OVERDUE}
    overdue = api.call("invoices.search", expect=200, query=query)
    due = api.call("invoices.search", expect=200, query={**query, "status": DUE})

    assert [row["id"] for row in overdue["data"]] == [invoice["id"]]
    assert overdue["data"][0]["status"]["id"] == OVERDUE
    assert due["data"] == []


@rule(
    "PATCH with a later `bill_due_date` makes an Overdue invoice Due (2) again, until that date has passed.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_later_due_date_makes_an_overdue_invoice_due_again(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.published_invoice(amount=100, bill_due_date=factory.day())
    clock.advance(days=1)
    body = {**required_header(invoice), "bill_due_date": factory.day(9)}
    updated = api.call("invoices.update", expect=200, invoiceId=invoice["id"], body=body)["data"]
    clock.advance(days=9)

    assert updated["status"]["id"] == DUE
    assert status_of(factory, invoice) == DUE
    clock.advance(days=1)
    assert status_of(factory, invoice) == OVERDUE


@rule(
    "The refund of the payment of a Paid invoice whose `due_date` has passed makes it Overdue (3).",
    source="Observed: the CRM core 3.2, Abdulkaderr/factuuren",
)
def test_a_refund_after_the_due_date_makes_a_paid_invoice_overdue(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.published_invoice(amount=100, bill_due_date=factory.day(5))
    payment = factory.payment(invoice, 100)
    clock.advance(days=15)
    assert status_of(factory, invoice) == PAID
    body = {"refund_date": factory.day()}
    api.call("payments.refund", expect=201, paymentId=payment["id"], body=body)

    assert status_of(factory, invoice) == OVERDUE


@rule(
    "A Draft, and a status set with PUT /invoices/<id>/status, stay when the `due_date` passes.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_drafts_and_statuses_set_by_hand_do_not_change_with_time(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    draft, due, cancelled = (
        factory.invoice(items=[line()]),
        factory.published_invoice(),
        factory.published_invoice(),
    )
    for invoice, status in ((due, DUE), (cancelled, CANCELLED)):
        api.call(
            "invoices.set_status", expect=200, invoiceId=invoice["id"], body={"status": status}
        )
    clock.advance(days=60)

    assert [status_of(factory, invoice) for invoice in (draft, due, cancelled)] == [
        DRAFT,
        DUE,
        CANCELLED,
    ]


@rule(
    "A published invoice with a final_amount of 0.00 becomes Overdue (3) the day after its `due_date`.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_an_invoice_of_zero_becomes_overdue_too(factory: Factory, clock: ServerClock) -> None:
    invoice = factory.published_invoice(amount=None, bill_due_date=factory.day())
    clock.advance(days=1)

    assert status_of(factory, invoice) == OVERDUE


@rule(
    "Publishing a draft after its `due_date` gives it status 3, Overdue.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_publishing_after_the_due_date_makes_an_invoice_overdue(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    draft = factory.invoice(bill_due_date=factory.day())
    clock.advance(days=1)
    published = api.call("invoices.publish", expect=200, invoiceId=draft["id"])["data"]

    assert published["status"]["id"] == OVERDUE


@rule(
    "An Overdue invoice is Due (2) again if the current date is on or before its `due_date`.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_clock_set_back_makes_an_overdue_invoice_due_again(
    factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.published_invoice(bill_due_date=factory.day())
    before = clock.now()
    clock.advance(days=3)
    assert status_of(factory, invoice) == OVERDUE
    clock.set(before)

    assert status_of(factory, invoice) == DUE


@rule(
    "An invoice due on 28 or 29 February 2028 or on 31 December 2027 is Due on that day and Overdue on the next.",
    source="Observed: the CRM core, vennerinfotech/GROW-CRM 3.x",
)
def test_a_leap_day_and_a_year_end_count_like_any_other_day(
    factory: Factory, clock: ServerClock
) -> None:
    statuses = []
    for due, next_day in (("2028-02-28", "2028-02-29"), ("2028-02-29", "2028-03-01"),
                          ("2027-12-31", "2028-01-01")):  # fmt: skip
        clock.set(datetime.fromisoformat(f"{due}T09:00:00+00:00"))
        invoice = factory.published_invoice(bill_due_date=due)
        before = status_of(factory, invoice)
        clock.set(datetime.fromisoformat(f"{next_day}T00:00:01+00:00"))
        statuses.append((before, status_of(factory, invoice)))

    assert statuses == [(DUE, OVERDUE)] * 3


@rule(
    "`dates.created` of an invoice and a client is the time of the request that created it, in UTC.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_the_creation_time_comes_from_the_clock(factory: Factory, clock: ServerClock) -> None:
    clock.set(datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC))
    invoice, client = factory.invoice(), factory.client()

    assert invoice["dates"]["created"].startswith("2030-05-06T07:08:")
    assert client["dates"]["created"].startswith("2030-05-06T07:08:")


@rule(
    "An estimate with status `{status}` is `expired` from the day after its `expiry_date`.",
    source="Assumed: the page names `expired` as a status that cannot be set by hand, not when it comes",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["new", "revised"])
def test_an_estimate_expires_the_day_after_its_expiry_date(
    api: Api, factory: Factory, clock: ServerClock, status: str
) -> None:
    estimate = factory.estimate(bill_expiry_date=factory.day(2))
    api.call("estimates.set_status", expect=200, estimateId=estimate["id"], body={"status": status})
    clock.advance(days=2)
    assert factory.read("estimates", estimate)["status"] == status
    clock.advance(days=1)

    assert factory.read("estimates", estimate)["status"] == "expired"


@rule(
    "An estimate with status `{status}` keeps it after its `expiry_date`.",
    source="Assumed: the page does not say which estimates expire",
)
@pytest.mark.assumed
@pytest.mark.parametrize("status", ["draft", "accepted", "declined"])
def test_a_draft_or_decided_estimate_does_not_expire(
    api: Api, factory: Factory, clock: ServerClock, status: str
) -> None:
    estimate = factory.estimate(bill_expiry_date=factory.day(2))
    api.call("estimates.set_status", expect=200, estimateId=estimate["id"], body={"status": status})
    clock.advance(days=30)

    assert factory.read("estimates", estimate)["status"] == status


@rule(
    "A published estimate without `expiry_date` stays `new`.",
    source="Assumed: the page does not say when estimates expire",
)
@pytest.mark.assumed
def test_an_estimate_without_an_expiry_date_does_not_expire(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    estimate = factory.estimate()
    api.call("estimates.publish", expect=200, estimateId=estimate["id"])
    clock.advance(days=4000)

    assert factory.read("estimates", estimate)["status"] == "new"


@rule(
    "PATCH with a later `bill_expiry_date` gives an `expired` estimate its earlier status back.",
    source="Assumed: the page does not say what an update of an expired estimate does",
)
@pytest.mark.assumed
def test_a_later_expiry_date_restores_an_expired_estimate(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    estimate = factory.estimate(bill_expiry_date=factory.day())
    api.call(
        "estimates.set_status", expect=200, estimateId=estimate["id"], body={"status": "revised"}
    )
    clock.advance(days=1)
    assert factory.read("estimates", estimate)["status"] == "expired"
    body = {**required_header(estimate), "bill_expiry_date": factory.day(5)}
    updated = api.call("estimates.update", expect=200, estimateId=estimate["id"], body=body)["data"]

    assert updated["status"] == "revised"
