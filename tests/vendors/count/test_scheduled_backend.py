"""A workspace over time: the demo world, statuses, schedules, forks and deliveries."""

from datetime import date, datetime, timedelta

import orjson
import pytest
from msgspec.structs import replace

from mockvoice.kernel.clock import Clock
from mockvoice.vendors.count import VENDOR, render
from mockvoice.vendors.count.errors import Invalid, ReferenceNotFound
from mockvoice.vendors.count.handlers import (
    customers,
    invoices,
    products,
    recurring_invoice_templates,
    transactions,
    webhooks,
)
from mockvoice.vendors.count.models import Attempt
from mockvoice.vendors.count.rules import ledger
from mockvoice.vendors.count.rules import webhooks as deliveries
from mockvoice.web import contract
from mockvoice.web.contract import resource
from mockvoice.web.fixture_replay import resolve_placeholders
from mockvoice.web.schemas import RequestValidator
from mockvoice.web.state_cache import StateCache
from tests.vendors.count.backends import BANK, INCOME, NOON, body, workspace


def stocked(seed_number=0):
    """A workspace with a product and a customer."""
    world = workspace(seed_number)
    with world.transaction():
        made = products.create(world, {"name": "Beans", "categoryAccountUuid": INCOME})
        buyer = customers.create(world, {"customer": "Harbour Cafe", "email": "a@cafe.example"})
    return world, body(made["data"]["id"], buyer["data"]["id"])


def test_the_first_records_have_the_ids_of_the_contracts_examples():
    _, sent = stocked(seed_number=7)

    assert sent["customerUuid"] == "90c79624-35b6-46d8-9b24-c0402596d24a"
    assert sent["products"][0]["productUuid"] == "e4a8e902-76fc-4fd7-abcb-b9cda4dbb9a7"


@pytest.fixture(scope="module")
def demo():
    return StateCache().open(VENDOR, "demo", Clock(NOON, frozen=True))


def test_the_demo_world_has_every_status_and_balanced_books(demo):
    assert set(demo.invoices.values("status")) == {
        "draft",
        "approved",
        "sent",
        "partial",
        "paid",
        "overdue",
        "expired",
    }
    assert set(demo.invoices.values("type")) == {"invoice", "quote", "estimate", "memo"}
    assert ledger.sum_of_balances(demo) == 0
    assert len(demo.customers) >= 24
    assert demo.transactions.count("reconciled", True) > 0
    assert {each.paused for each in demo.templates} == {True, False}


def test_the_demo_world_is_told_again_the_same(demo):
    again = StateCache().open(VENDOR, "demo", Clock(NOON, frozen=True))

    assert list(again.invoices) == list(demo.invoices)
    assert list(again.transactions) == list(demo.transactions)


def test_every_request_of_the_history_keeps_the_contract():
    document = contract.load("count")
    operations = {
        each["operationId"]: each
        for item in document["paths"].values()
        for each in item.values()
        if isinstance(each, dict)
    }
    history = orjson.loads(resource("fixtures", "count", "demo.json").read_bytes())
    names = {each["as"] for each in history["requests"] if "as" in each}
    known = "90c79624-35b6-46d8-9b24-c0402596d24a"
    answers = {name: {"data": {"id": known, "total": 10}} for name in names}
    for request in history["requests"]:
        spec = operations.get(request["operation"])
        sent = resolve_placeholders(request["arguments"], date(2026, 3, 2), answers).get("body")
        if spec is None:
            assert request["operation"] == "transactions.reconcile"
        elif sent is not None:
            schema = spec["requestBody"]["content"]["application/json"]["schema"]
            validator = RequestValidator(schema, document["components"], "body")
            assert validator.violations(sent) == [], request


def test_a_status_follows_the_clock_both_ways():
    world, sent = stocked()
    with world.transaction():
        made = invoices.create(world, {**sent, "isDraft": False, "dueDate": "2026-03-05"})
    invoice_id = made["data"]["id"]
    seen = []
    for day in (5, 6, 5):
        world.clock.set(NOON.replace(day=day))
        with world.transaction():
            world.run_due_events()
        seen.append(world.invoices.get(invoice_id).status)
        assert world.invoices.count("status", seen[-1]) == 1

    assert seen == ["approved", "overdue", "approved"]


def test_what_is_next_is_known_before_it_happens():
    world, sent = stocked()
    assert world.next_event_at() is None
    with world.transaction():
        invoices.create(world, {**sent, "isDraft": False, "dueDate": "2026-03-05"})
        recurring_invoice_templates.create(
            world,
            {**sent, "date": "2026-04-10", "dueDate": "2026-04-10", "recurrencePattern": "monthly",
             "inAdvanceCreationDays": 3, "isDraft": False},
        )  # fmt: skip

    assert world.next_event_at() == datetime(2026, 3, 6, tzinfo=NOON.tzinfo)
    world.clock.set(NOON.replace(day=6))
    with world.transaction():
        world.run_due_events()
    assert world.next_event_at() == datetime(2026, 4, 7, tzinfo=NOON.tzinfo)


def test_a_fork_expects_for_itself():
    world, sent = stocked()
    fork = world.fork(Clock(NOON, frozen=True))
    with world.transaction():
        invoices.create(world, {**sent, "isDraft": False, "dueDate": "2026-03-05"})
    assert world.next_event_at() is not None
    with fork.transaction():
        invoices.create(fork, {**sent, "isDraft": False, "dueDate": "2026-03-09"})

    assert fork.next_event_at() == datetime(2026, 3, 10, tzinfo=NOON.tzinfo)
    assert fork.team == world.team


def test_a_clock_that_jumps_far_makes_documents_within_reason():
    world, sent = stocked()
    with world.transaction():
        recurring_invoice_templates.create(
            world, {**sent, "recurrencePattern": "daily", "isDraft": False}
        )
    world.clock.set(NOON.replace(year=9998))
    with world.transaction():
        world.run_due_events()

    assert 1000 <= len(world.invoices) <= 1002
    assert next(iter(world.templates)).last_run == date(9998, 3, 2)


def test_a_schedule_whose_customer_is_gone_is_paused():
    world, sent = stocked()
    with world.transaction():
        recurring_invoice_templates.create(
            world, {**sent, "date": "2026-03-03", "dueDate": "2026-03-03",
                    "recurrencePattern": "daily", "isDraft": False}
        )  # fmt: skip
        customers.delete(world, sent["customerUuid"])
    world.clock.advance(timedelta(days=3))
    with world.transaction():
        world.run_due_events()

    assert len(world.invoices) == 0
    assert next(iter(world.templates)).paused


def test_an_address_elsewhere_is_noted_and_never_called():
    world, _ = stocked()
    with world.transaction():
        webhooks.create(
            world, {"event": "customer.created", "callbackUrl": "https://hooks.example.com/x"}
        )
        customers.create(world, {"customer": "New"})
    delivery = next(iter(world.deliveries))

    assert delivery.state == "not_attempted"
    assert "loopback" in delivery.reason
    assert orjson.loads(delivery.body)["data"]["customer"] == "New"


def waiting_delivery():
    world, _ = stocked()
    with world.transaction():
        webhooks.create(
            world,
            {
                "event": "customer.created",
                "callbackUrl": "http://127.0.0.1:9/",
                "signingSecret": "s",
            },
        )
        customers.create(world, {"customer": "New"})
    return world


def test_a_delivery_is_given_up_after_three_retries():
    world = waiting_delivery()
    waits = []
    for _ in range(4):
        with world.transaction():
            (taken,) = deliveries.claim_due(world)
            noted = deliveries.record_attempt(world, taken.id, 500, None)
        waits.append((noted.next_at - world.clock.microseconds()) / 1_000_000)
        world.clock.advance(timedelta(seconds=26))

    assert waits[:3] == [1, 5, 25]
    assert noted.state == "failed"
    assert [type(each) for each in noted.attempts] == [Attempt] * 4
    assert world.next_event_at() is None


def test_a_world_without_a_server_tells_nobody_and_forgets_nothing():
    world = waiting_delivery()
    with world.transaction():
        world.run_due_events()

    assert next(iter(world.deliveries)).state == "waiting"
    assert world.next_event_at() == NOON


def test_records_of_deliveries_are_bounded(monkeypatch):
    monkeypatch.setattr(deliveries, "MAX_DELIVERIES", 3)
    world = waiting_delivery()
    with world.transaction():
        for number in range(5):
            customers.create(world, {"customer": f"New {number}"})

    assert [each.id for each in world.deliveries] == [4, 5, 6]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/", True), ("http://localhost/x", True), ("https://[::1]:8/", True),
        ("http://127.9.9.9", True), ("https://127.0.0.1.example.com/", False),
        ("https://hooks.example.com/", False), ("https://10.0.0.1/", False), ("https://[", False),
        ("https://127.0.0.1@hooks.example.com/", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_loopback(url, local):
    assert deliveries.is_loopback(url) is local


def test_switches_follow_the_older_documents():
    world, sent = stocked()
    with world.transaction():
        world.teams.put(replace(world.team, strict_create=True, strict_references=True))
        with pytest.raises(Invalid, match="invoiceNumber is required"):
            invoices.create(world, sent)
        full = {
            "invoiceNumber": "7",
            "dueDate": "2026-04-01",
            "isDraft": True,
            "invoiceType": "invoice",
        }
        assert invoices.create(world, {**sent, **full})["data"]["invoiceNumber"] == "7"
        nobody = {**sent, **full, "customerUuid": "0f0e0d0c-0b0a-4908-8706-050403020100"}
        with pytest.raises(ReferenceNotFound) as refused:
            invoices.create(world, nobody)

    answer = render.error_response(refused.value)
    assert (answer.status, answer.body["statusCode"]) == (400, 400)


def test_a_refused_request_leaves_the_books_alone():
    world, sent = stocked()
    with world.transaction():
        invoice = invoices.create(world, {**sent, "isDraft": False})["data"]["id"]
        deposit = transactions.create(
            world, {"accUuid": BANK, "amount": 100, "date": "2026-03-02", "type": "Income"}
        )["data"]["id"]
    before = list(world.balances), render.invoice(world, world.invoices.get(invoice))
    records = [{"id": invoice, "paymentAmount": 60}] * 2
    with pytest.raises(Exception, match="exceeds"), world.transaction():
        transactions.assign_to_bills_invoices(
            world, deposit, {"matchingType": "invoice", "records": records}
        )

    assert (list(world.balances), render.invoice(world, world.invoices.get(invoice))) == before
