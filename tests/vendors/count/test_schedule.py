"""The demo data, and statuses, schedules, copies and deliveries as time passes."""

from datetime import date, datetime, timedelta

import orjson
import pytest

from mockvoice.kernel import serialization
from mockvoice.kernel.clock import Clock
from mockvoice.resources import resource
from mockvoice.sandboxes.fixture_replay import resolve_placeholders
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.vendors.count import VENDOR, render
from mockvoice.vendors.count.handlers import (
    customers,
    invoices,
    products,
    recurring_invoice_templates,
    transactions,
    webhooks,
)
from mockvoice.vendors.count.integration_models import Attempt, AttemptResult, PlannedAttempt
from mockvoice.vendors.count.rules import deliveries, ledger, urls
from mockvoice.web.request_validator import request_validator
from tests.vendors.count.backends import BANK, INCOME, NOON, empty_backend, invoice_body

FAILURE = AttemptResult(500)


def backend_with_records(seed_number=0):
    """Return a workspace with a product and a customer, and the body of an invoice."""
    backend = empty_backend(seed_number)
    with backend.transaction():
        product = products.create(backend, {"name": "Beans", "categoryAccountUuid": INCOME})
        customer = customers.create(
            backend, {"customer": "Harbour Cafe", "email": "a@cafe.example"}
        )
    return backend, invoice_body(product["data"]["id"], customer["data"]["id"])


def test_the_first_records_have_the_ids_of_the_contract_examples():
    _, body = backend_with_records(seed_number=7)

    assert body["customerUuid"] == "90c79624-35b6-46d8-9b24-c0402596d24a"
    assert body["products"][0]["productUuid"] == "e4a8e902-76fc-4fd7-abcb-b9cda4dbb9a7"


@pytest.fixture(scope="module")
def demo():
    return StateCache().create_backend(VENDOR, "demo", Clock(NOON, frozen=True))


def test_the_demo_data_has_every_status_and_a_balanced_ledger(demo):
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
    assert {template.paused for template in demo.templates} == {True, False}


def test_the_demo_data_is_deterministic(demo):
    again = StateCache().create_backend(VENDOR, "demo", Clock(NOON, frozen=True))

    assert list(again.invoices) == list(demo.invoices)
    assert list(again.transactions) == list(demo.transactions)


def test_every_request_of_the_demo_data_is_valid():
    document = VENDOR.contract.document
    history = orjson.loads(resource("fixtures", "count", "demo.json").read_bytes())
    names = {request["as"] for request in history["requests"] if "as" in request}
    record_id = "90c79624-35b6-46d8-9b24-c0402596d24a"
    responses = {name: {"data": {"id": record_id, "total": 10}} for name in names}
    for request in history["requests"]:
        operation = document.operations.get(request["operation"])
        body = resolve_placeholders(request["arguments"], date(2026, 3, 2), responses).get("body")
        if operation is None:
            assert request["operation"] == "transactions.reconcile"
        elif body is not None:
            schema = operation.spec["requestBody"]["content"]["application/json"]["schema"]
            validator = request_validator(schema, document.data["components"], "body")
            assert validator.violations(body) == [], request


def test_a_status_follows_the_clock_forwards_and_backwards():
    backend, body = backend_with_records()
    with backend.transaction():
        invoice = invoices.create(backend, {**body, "isDraft": False, "dueDate": "2026-03-05"})
    invoice_id = invoice["data"]["id"]
    statuses = []
    for day in (5, 6, 5):
        backend.clock.set(NOON.replace(day=day))
        with backend.transaction():
            backend.run_due_events()
        statuses.append(backend.invoices.get(invoice_id).status)
        assert backend.invoices.count("status", statuses[-1]) == 1

    assert statuses == ["approved", "overdue", "approved"]


def test_the_next_event_is_known_in_advance():
    backend, body = backend_with_records()
    assert backend.next_event_at() is None
    with backend.transaction():
        invoices.create(backend, {**body, "isDraft": False, "dueDate": "2026-03-05"})
        recurring_invoice_templates.create(
            backend,
            {**body, "date": "2026-04-10", "dueDate": "2026-04-10", "recurrencePattern": "monthly",
             "inAdvanceCreationDays": 3, "isDraft": False},
        )  # fmt: skip

    assert backend.next_event_at() == datetime(2026, 3, 6, tzinfo=NOON.tzinfo)
    backend.clock.set(NOON.replace(day=6))
    with backend.transaction():
        backend.run_due_events()
    assert backend.next_event_at() == datetime(2026, 4, 7, tzinfo=NOON.tzinfo)


def test_a_copy_has_its_own_next_event():
    backend, body = backend_with_records()
    fork = backend.fork(Clock(NOON, frozen=True))
    with backend.transaction():
        invoices.create(backend, {**body, "isDraft": False, "dueDate": "2026-03-05"})
    assert backend.next_event_at() is not None
    with fork.transaction():
        invoices.create(fork, {**body, "isDraft": False, "dueDate": "2026-03-09"})

    assert fork.next_event_at() == datetime(2026, 3, 10, tzinfo=NOON.tzinfo)
    assert fork.team == backend.team


def test_an_import_keeps_the_fixed_ids_and_the_request_count():
    backend, _ = backend_with_records()
    backend.requests_seen = 29_000_000, 7
    exported = orjson.loads(b"".join(serialization.dump(backend)))
    imported = serialization.load(VENDOR.create_backend, Clock(NOON, frozen=True), exported)

    assert imported.first_ids == backend.first_ids
    assert imported.requests_seen == (29_000_000, 7)


def test_a_long_clock_jump_creates_a_limited_number_of_documents():
    backend, body = backend_with_records()
    with backend.transaction():
        recurring_invoice_templates.create(
            backend, {**body, "recurrencePattern": "daily", "isDraft": False}
        )
    backend.clock.set(NOON.replace(year=9998))
    with backend.transaction():
        backend.run_due_events()

    assert 1000 <= len(backend.invoices) <= 1002
    assert next(iter(backend.templates)).last_run == date(9998, 3, 2)


def test_a_template_of_a_deleted_customer_is_paused():
    backend, body = backend_with_records()
    with backend.transaction():
        recurring_invoice_templates.create(
            backend, {**body, "date": "2026-03-03", "dueDate": "2026-03-03",
                    "recurrencePattern": "daily", "isDraft": False}
        )  # fmt: skip
        customers.delete(backend, body["customerUuid"])
    backend.clock.advance(timedelta(days=3))
    with backend.transaction():
        backend.run_due_events()

    assert len(backend.invoices) == 0
    assert next(iter(backend.templates)).paused


def test_a_remote_callback_url_is_recorded_but_never_called():
    backend, _ = backend_with_records()
    with backend.transaction():
        webhooks.create(
            backend, {"event": "customer.created", "callbackUrl": "https://hooks.example.com/x"}
        )
        customers.create(backend, {"customer": "New"})
    delivery = next(iter(backend.deliveries))

    assert delivery.state == "not_attempted"
    assert "loopback" in delivery.reason
    assert orjson.loads(delivery.body)["data"]["customer"] == "New"


def waiting_delivery():
    backend, _ = backend_with_records()
    with backend.transaction():
        webhooks.create(
            backend,
            {
                "event": "customer.created",
                "callbackUrl": "http://127.0.0.1:9/",
                "signingSecret": "s",
            },
        )
        customers.create(backend, {"customer": "New"})
    return backend


def test_a_delivery_fails_after_three_retries():
    backend = waiting_delivery()
    waits = []
    for _ in range(4):
        with backend.transaction():
            (claimed,) = deliveries.claim_due(backend)
            delivery = deliveries.record_attempt(backend, claimed, FAILURE)
        waits.append((delivery.next_at - backend.clock.microseconds()) / 1_000_000)
        backend.clock.advance(timedelta(seconds=26))

    assert waits[:3] == [1, 5, 25]
    assert delivery.state == "failed"
    assert [type(attempt) for attempt in delivery.attempts] == [Attempt] * 4
    assert backend.next_event_at() is None


def test_without_a_server_deliveries_keep_waiting():
    backend = waiting_delivery()
    with backend.transaction():
        backend.run_due_events()

    assert next(iter(backend.deliveries)).state == "waiting"
    assert backend.next_event_at() == NOON


def test_the_number_of_finished_deliveries_is_limited(monkeypatch):
    monkeypatch.setattr(deliveries, "MAX_FINISHED", 2)
    backend = waiting_delivery()
    with backend.transaction():
        for number in range(5):
            customers.create(backend, {"customer": f"New {number}"})
        for delivery_id in (2, 4, 5, 6):
            for _ in range(4):
                planned = PlannedAttempt(delivery_id, "event", None)
                deliveries.record_attempt(backend, planned, FAILURE)

    assert [delivery.id for delivery in backend.deliveries] == [1, 3, 5, 6]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/", True), ("http://localhost/x", True), ("https://[::1]:8/", True),
        ("http://127.9.9.9", True), ("https://127.0.0.1.example.com/", False),
        ("https://hooks.example.com/", False), ("https://10.0.0.1/", False), ("https://[", False),
        ("https://127.0.0.1@hooks.example.com/", False),
        ("https://hooks.example.com\\@127.0.0.1/", False), ("http://127.999.1.1/", False),
        ("http://127.0.0.\u00b2/", False), ("http://127.0.0.1:99999/", False),
    ],
)  # fmt: skip
def test_only_loopback_hosts_are_loopback(url, local):
    assert urls.is_loopback(url) is local


def test_a_rejected_request_does_not_change_the_ledger():
    backend, body = backend_with_records()
    with backend.transaction():
        invoice = invoices.create(backend, {**body, "isDraft": False})["data"]["id"]
        deposit = transactions.create(
            backend, {"accUuid": BANK, "amount": 100, "date": "2026-03-02", "type": "Income"}
        )["data"]["id"]
    before = list(backend.balances), render.invoice(backend, backend.invoices.get(invoice))
    records = [{"id": invoice, "paymentAmount": 60}] * 2
    with pytest.raises(Exception, match="exceeds"), backend.transaction():
        transactions.assign_to_bills_invoices(
            backend, deposit, {"matchingType": "invoice", "records": records}
        )

    assert (
        list(backend.balances),
        render.invoice(backend, backend.invoices.get(invoice)),
    ) == before
