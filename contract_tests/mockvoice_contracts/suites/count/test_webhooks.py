"""Webhooks: subscriptions, and deliveries that really arrive."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, Record

SECRET = "whsec-contract"


class Receiver(ThreadingHTTPServer):
    """Takes deliveries and answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []  # what to answer first; 200 from then on
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?from=count"

    def wait(self, number: int) -> list[tuple[dict[str, str], dict[str, Any]]]:
        """The deliveries, once there are so many; fails if they do not come."""
        until = time.monotonic() + 10
        while len(self.got) < number and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.got) >= number, f"{len(self.got)} deliveries came, not {number}"
        return [(headers, json.loads(body)) for headers, body in self.got]


class _Taker(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.delay)
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(target: Target) -> Iterator[Receiver]:
    if not target.is_mock:
        pytest.skip("only a server on this machine can call a receiver on this machine")
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def subscribe(api: Api, receiver: Receiver) -> Iterator[Callable[..., Record]]:
    made: list[Record] = []

    def one(event: str, **fields: Any) -> Record:
        body = {"event": event, "callbackUrl": receiver.url, "signingSecret": SECRET, **fields}
        made.append(api.call("webhooks.create", expect=201, body=body)["data"]["webhook"])
        return made[-1]

    yield one
    for each in made:
        api.call("webhooks.delete", expect=[200, 404], webhookId=each["uuid"])


def test_a_subscription_is_made_changed_listed_and_deleted(api: Api) -> None:
    body = {
        "event": "bill.created",
        "callbackUrl": "https://hooks.example.com/count",
        "signingSecret": SECRET,
    }
    made = api.call("webhooks.create", expect=201, body=body)["data"]["webhook"]
    assert (made["status"], made["hasSigningSecret"]) == ("active", True)
    where = {"webhookId": made["uuid"]}
    body = {"status": "paused", "signingSecret": None}
    changed = api.call("webhooks.update", expect=200, body=body, **where)["data"]["webhook"]
    assert (changed["status"], changed["hasSigningSecret"], changed["event"]) == (
        "paused",
        False,
        "bill.created",
    )
    page = api.call("webhooks.search", expect=200, query={"limit": 100})["data"]
    assert changed in page["webhooks"]
    assert SECRET not in json.dumps(page, default=str)

    api.call("webhooks.delete", expect=200, **where)
    api.call("webhooks.update", expect=404, body={}, **where)


@pytest.mark.parametrize(
    "fields",
    [
        {"event": "invoice.paid"}, {"callbackUrl": "http://hooks.example.com/"}, {"callbackUrl": "x"},
        {"callbackUrl": "ftp://127.0.0.1/"}, {"status": "off"}, {"signingSecret": ""},
    ],
)  # fmt: skip
def test_a_bad_subscription_is_refused(api: Api, fields: Record) -> None:
    body = {"event": "invoice.created", "callbackUrl": "https://hooks.example.com/", **fields}

    assert api.call("webhooks.create", expect=400, body=body)["code"] == "validation_error"


def test_a_delivery_tells_the_object_and_is_signed(
    make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.created")
    invoice = make.invoice()
    headers, told = receiver.wait(1)[0]

    assert told["event"] == headers["x-webhook-event"] == "invoice.created"
    assert told["id"] == headers["x-webhook-id"]
    assert told["apiVersion"] == "1"
    assert told["team"] == {"id": invoice["teamId"], "name": told["team"]["name"]}
    assert told["data"] == json.loads(json.dumps(invoice, default=float))
    assert "previousData" not in told
    made = hmac.new(SECRET.encode(), receiver.got[0][1], hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={made}"
    assert headers["content-type"] == "application/json"


def test_without_a_secret_nothing_is_signed(
    make: Factory, receiver: Receiver, subscribe: Callable[..., Record], api: Api
) -> None:
    made = subscribe("customer.created")
    api.call("webhooks.update", expect=200, body={"signingSecret": None}, webhookId=made["uuid"])
    make.customer()

    assert "x-webhook-signature" not in receiver.wait(1)[0][0]


def test_an_update_tells_what_was_before(
    api: Api, make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    draft = make.invoice()
    subscribe("invoice.updated")
    api.call("invoices.approve", expect=200, invoiceId=draft["id"])
    told = receiver.wait(1)[0][1]

    assert told["data"]["status"] == "approved"
    assert told["previousData"] == {
        "isDraft": True,
        "status": "draft",
        "approved": False,
        "approvedAt": None,
    }


def test_every_kind_of_change_is_told(
    api: Api, make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    customer, deposit, draft = make.customer(), make.transaction(), make.invoice()
    invoice = make.invoice(isDraft=False)
    for event in ("customer.updated", "customer.deleted", "transaction.created",
                  "transaction.updated", "invoice.updated"):  # fmt: skip
        subscribe(event)
    where = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={"notes": "New"}, **where)
    receiver.wait(1)
    api.call("customers.delete", expect=200, **where)
    receiver.wait(2)
    make.pay(deposit, (invoice, 100))
    receiver.wait(4)
    api.call("invoices.delete", expect=200, invoiceId=draft["id"])
    receiver.wait(5)
    make.transaction()
    told = [body for _, body in receiver.wait(6)]

    assert told[0]["previousData"] == {"notes": None}
    assert (told[1]["event"], told[1]["data"]) == ("customer.deleted", {"id": customer["id"]})
    assert {told[2]["event"], told[3]["event"]} == {"invoice.updated", "transaction.updated"}
    assert (told[4]["event"], told[4]["data"]["isDeleted"]) == ("invoice.updated", True)
    assert told[5]["event"] == "transaction.created"


def test_only_active_subscriptions_to_the_event_are_told(
    api: Api, make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("customer.created", status="paused")
    subscribe("customer.created", status="disabled")
    subscribe("customer.updated")
    deleted = subscribe("customer.created")
    api.call("webhooks.delete", expect=200, webhookId=deleted["uuid"])
    subscribe("customer.created")
    subscribe("customer.created")
    name = make.customer()["customer"]
    told = receiver.wait(2)
    time.sleep(0.3)

    assert [body["data"]["customer"] for _, body in told] == [name, name]
    assert len(receiver.got) == 2


def test_a_refused_request_tells_nothing(
    api: Api, make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.updated")
    invoice = make.invoice(50, isDraft=False)
    make.pay(make.transaction(90), (invoice, 40), (invoice, 40), expect=400)
    api.call("invoices.send", expect=200, invoiceId=invoice["id"])
    told = receiver.wait(1)
    time.sleep(0.3)

    assert [body["data"]["status"] for _, body in told] == ["sent"]
    assert len(receiver.got) == 1


def test_no_request_waits_for_a_receiver(
    api: Api, make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    receiver.delay = 3
    subscribe("customer.created")
    make.customer()
    make.customer()
    api.call("tags.search", expect=200)

    assert not receiver.got
    receiver.wait(2)


@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_failed_delivery_is_tried_again_by_the_clock(
    make: Factory, receiver: Receiver, subscribe: Callable[..., Record], clock: ServerClock
) -> None:
    receiver.answers = [500, 302]
    subscribe("customer.created")
    make.customer()
    receiver.wait(1)
    receiver.wait(2)  # one second later, by itself
    assert len(receiver.got) == 2
    time.sleep(0.2)
    clock.advance(seconds=5)
    told = receiver.wait(3)

    assert len({headers["x-webhook-id"] for headers, _ in told}) == 1
    assert told[0][1] == told[2][1]
    clock.advance(seconds=60)
    time.sleep(0.3)
    assert len(receiver.got) == 3


def test_what_a_schedule_makes_is_told(
    make: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.created")
    template = make.template(isDraft=False, date=make.day(), dueDate=make.day())
    make.customer()
    told = receiver.wait(1)[0][1]

    assert told["data"]["recurringTemplateId"] == template["id"]


def test_an_unknown_subscription_is_not_found(api: Api) -> None:
    api.call("webhooks.delete", expect=404, webhookId=NOBODY)
    assert api.call("webhooks.delete", expect=400, webhookId="7")["code"] == "invalid_uuid"
