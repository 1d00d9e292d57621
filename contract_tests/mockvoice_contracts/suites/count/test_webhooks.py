"""Webhooks: subscriptions, and deliveries to an HTTP server of the test."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record
from mockvoice_contracts.suites.count.webhook_receiver import SECRET, Receiver


@rule(
    "A subscription is created, updated, listed and deleted; signingSecret is never returned, only hasSigningSecret.",
    source="Documented: developers.getcount.com/api-reference/webhooks/create-webhook-subscription",
)
def test_a_subscription_is_created_updated_listed_and_deleted(api: Api) -> None:
    body = {
        "event": "bill.created",
        "callbackUrl": "https://hooks.example.com/count",
        "signingSecret": SECRET,
    }
    created = api.call("webhooks.create", expect=201, body=body)["data"]["webhook"]
    assert (created["status"], created["hasSigningSecret"]) == ("active", True)
    path = {"webhookId": created["uuid"]}
    body = {"status": "paused", "signingSecret": None}
    updated = api.call("webhooks.update", expect=200, body=body, **path)["data"]["webhook"]
    assert (updated["status"], updated["hasSigningSecret"], updated["event"]) == (
        "paused",
        False,
        "bill.created",
    )
    page = api.call("webhooks.search", expect=200, query={"limit": 100})["data"]
    assert updated in page["webhooks"]
    assert SECRET not in json.dumps(page, default=str)

    api.call("webhooks.delete", expect=200, **path)
    api.call("webhooks.update", expect=404, body={}, **path)


@rule(
    "A subscription with an unknown event or status, an empty secret, or a callbackUrl without https returns 400.",
    source="Documented: developers.getcount.com/api-reference/webhooks/create-webhook-subscription",
)
@pytest.mark.parametrize(
    "fields",
    [
        {"event": "invoice.paid"}, {"callbackUrl": "http://hooks.example.com/"}, {"callbackUrl": "x"},
        {"callbackUrl": "ftp://127.0.0.1/"}, {"status": "off"}, {"signingSecret": ""},
    ],
)  # fmt: skip
def test_an_invalid_subscription_is_rejected(api: Api, fields: Record) -> None:
    body = {"event": "invoice.created", "callbackUrl": "https://hooks.example.com/", **fields}

    assert api.call("webhooks.create", expect=400, body=body)["code"] == "validation_error"


@rule(
    'A delivery has id, event, apiVersion "1", team and data; X-Webhook-Signature is sha256= and the HMAC of the raw body.',
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
def test_a_delivery_contains_the_object_and_is_signed(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.created")
    invoice = factory.invoice(notes="Grüße, 東京 – 10 €")
    headers, payload = receiver.wait(1)[0]

    assert payload["event"] == headers["x-webhook-event"] == "invoice.created"
    assert payload["id"] == headers["x-webhook-id"]
    assert payload["apiVersion"] == "1"
    assert payload["team"]["id"] == invoice["teamId"]
    assert payload["team"]["name"]
    data, expected = payload["data"], json.loads(json.dumps(invoice, default=float))
    assert shared_members(data, expected) == shared_members(expected, data)
    assert "previousData" not in payload
    digest = hmac.new(SECRET.encode(), receiver.received[0][1], hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={digest}"
    assert headers["content-type"] == "application/json"


@rule(
    "Without a signingSecret a delivery has no X-Webhook-Signature.",
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
def test_a_delivery_without_a_secret_is_not_signed(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record], api: Api
) -> None:
    created = subscribe("customer.created")
    api.call("webhooks.update", expect=200, body={"signingSecret": None}, webhookId=created["uuid"])
    factory.customer()

    assert "x-webhook-signature" not in receiver.wait(1)[0][0]


@rule(
    "A signingSecret set by PATCH signs later deliveries, whether it is the first one or replaces another.",
    source="Documented: developers.getcount.com/api-reference/webhooks",
)
@pytest.mark.parametrize("replaces", [True, False])
def test_later_deliveries_are_signed_with_a_new_secret(
    api: Api,
    factory: Factory,
    receiver: Receiver,
    subscribe: Callable[..., Record],
    replaces: bool,
) -> None:
    path = {"webhookId": subscribe("customer.created", signingSecret="whsec-before")["uuid"]}
    if not replaces:
        api.call("webhooks.update", expect=200, body={"signingSecret": None}, **path)
    api.call("webhooks.update", expect=200, body={"signingSecret": SECRET}, **path)
    factory.customer()
    headers, _ = receiver.wait(1)[0]

    digest = hmac.new(SECRET.encode(), receiver.received[0][1], hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={digest}"


@rule(
    "PATCH of a subscription changes the event, the address and the status for later deliveries.",
    source="Documented: developers.getcount.com/api-reference/webhooks",
)
def test_an_updated_subscription_receives_its_new_event_at_its_new_address(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    created = subscribe(
        "customer.deleted", callbackUrl="https://hooks.example.com/count", status="paused"
    )
    body = {"event": "customer.created", "callbackUrl": receiver.url, "status": "active"}
    updated = api.call("webhooks.update", expect=200, body=body, webhookId=created["uuid"])["data"]
    assert {**updated["webhook"], **body} == updated["webhook"]
    customer = factory.customer()
    payload = receiver.wait(1)[0][1]

    assert (payload["event"], payload["data"]["id"]) == ("customer.created", customer["id"])


@rule(
    "invoice.updated has the changed fields' old values in previousData.",
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
def test_an_update_contains_the_previous_values(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    draft = factory.invoice()
    subscribe("invoice.updated")
    api.call("invoices.approve", expect=200, invoiceId=draft["id"])
    payload = receiver.wait(1)[0][1]

    assert payload["data"]["status"] == "approved"
    assert payload["previousData"] == {
        "isDraft": True,
        "status": "draft",
        "approved": False,
        "approvedAt": None,
    }


@rule(
    "Updates and deletions of customers, transactions and invoices are delivered; a deleted customer as its id, a deleted draft as invoice.updated.",
    source="Documented: developers.getcount.com/api-reference/webhooks/when-events-fire",
)
def test_every_kind_of_change_is_delivered(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    customer, deposit, draft = factory.customer(), factory.transaction(), factory.invoice()
    invoice = factory.invoice(isDraft=False)
    for event in ("customer.updated", "customer.deleted", "transaction.created",
                  "transaction.updated", "invoice.updated"):  # fmt: skip
        subscribe(event)
    path = {"customerId": customer["id"]}
    api.call("customers.update", expect=200, body={"notes": "New"}, **path)
    receiver.wait(1)
    api.call("customers.delete", expect=200, **path)
    receiver.wait(2)
    factory.pay(deposit, (invoice, 100))
    receiver.wait(4)
    api.call("invoices.delete", expect=200, invoiceId=draft["id"])
    receiver.wait(5)
    factory.transaction()
    payloads = [payload for _, payload in receiver.wait(6)]

    assert payloads[0]["previousData"] == {"notes": None}
    assert (payloads[1]["event"], payloads[1]["data"]) == (
        "customer.deleted",
        {"id": customer["id"]},
    )
    assert {payloads[2]["event"], payloads[3]["event"]} == {
        "invoice.updated",
        "transaction.updated",
    }
    assert (payloads[4]["event"], payloads[4]["data"]["isDeleted"]) == ("invoice.updated", True)
    assert payloads[5]["event"] == "transaction.created"


@rule(
    "Payments, credit and their removal are delivered with the old values in previousData.",
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
def test_payments_credit_and_their_removal_are_delivered(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    invoice, memo, deposit = factory.invoice(isDraft=False), factory.memo(30), factory.transaction()
    subscribe("invoice.updated")
    subscribe("transaction.updated")
    path = {"invoiceId": invoice["id"]}
    credit = {"creditMemos": [{"id": memo["id"], "amount": 30}]}
    factory.pay(deposit, (invoice, 40))
    receiver.wait(2)
    body = {"transactionId": deposit["id"]}
    api.call("invoices.remove_transaction", expect=200, body=body, **path)
    receiver.wait(4)
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=credit, **path)
    receiver.wait(6)
    api.call("invoices.remove_credit", expect=200, body={"memoId": memo["id"]}, **path)
    payloads = [payload for _, payload in receiver.wait(8)]

    def changes(record: Record, name: str) -> set[tuple[float, float]]:
        return {
            (payload["previousData"][name], payload["data"][name])
            for payload in payloads
            if payload["data"]["id"] == record["id"] and name in payload["previousData"]
        }

    assert changes(deposit, "assignedAmount") == {(0, 40), (40, 0)}
    assert changes(invoice, "paidAmount") == {(0, 40), (40, 0)}
    assert changes(invoice, "creditedAmount") == {(0, 30), (30, 0)}
    assert changes(memo, "amountDue") == {(30, 0), (0, 30)}


@rule(
    "PATCH of a subscription with an invalid status, secret, event or callbackUrl returns 400 and changes nothing.",
    source="Documented: developers.getcount.com/api-reference/webhooks/create-webhook-subscription",
)
@pytest.mark.parametrize(
    "fields",
    [{"status": "off"}, {"signingSecret": ""}, {"callbackUrl": "http://hooks.example.com/"},
     {"callbackUrl": "x"}, {"event": "invoice.paid"}],
)  # fmt: skip
def test_an_invalid_update_of_a_subscription_is_rejected(api: Api, fields: Record) -> None:
    body = {"event": "invoice.created", "callbackUrl": "https://hooks.example.com/"}
    created = api.call("webhooks.create", expect=201, body=body)["data"]["webhook"]
    path = {"webhookId": created["uuid"]}
    error = api.call("webhooks.update", expect=400, body=fields, **path)
    assert error["code"] == "validation_error"

    unchanged = api.call("webhooks.update", expect=200, body={}, **path)["data"]["webhook"]
    for name in ("event", "callbackUrl", "status", "hasSigningSecret"):
        assert unchanged[name] == created[name], name
    api.call("webhooks.delete", expect=200, **path)


@rule(
    "Only active subscriptions to exactly this event get a delivery, one each.",
    source="Documented: developers.getcount.com/api-reference/webhooks",
)
def test_only_active_subscriptions_to_the_event_receive_it(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("customer.created", status="paused")
    subscribe("customer.created", status="disabled")
    subscribe("customer.updated")
    deleted = subscribe("customer.created")
    api.call("webhooks.delete", expect=200, webhookId=deleted["uuid"])
    subscribe("customer.created")
    subscribe("customer.created")
    name = factory.customer()["customer"]
    deliveries = receiver.wait(2)
    time.sleep(0.3)

    assert [payload["data"]["customer"] for _, payload in deliveries] == [name, name]
    assert len(receiver.received) == 2


@rule(
    "A rejected request sends no event.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_rejected_request_sends_no_event(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.updated")
    invoice = factory.invoice(50, isDraft=False)
    factory.pay(factory.transaction(90), (invoice, 40), (invoice, 40), expect=400)
    api.call("invoices.send", expect=200, invoiceId=invoice["id"])
    deliveries = receiver.wait(1)
    time.sleep(0.3)

    assert [payload["data"]["status"] for _, payload in deliveries] == ["sent"]
    assert len(receiver.received) == 1


@rule(
    "Deliveries are asynchronous: a slow receiver does not delay requests.",
    source="Documented: developers.getcount.com/api-reference/webhooks",
)
def test_requests_do_not_wait_for_receivers(
    api: Api, factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    receiver.delay = 3
    subscribe("customer.created")
    factory.customer()
    factory.customer()
    api.call("tags.search", expect=200)

    assert not receiver.received
    receiver.wait(2)


@rule(
    "A delivery whose response is a redirect ({status}) is not sent to the address in its Location.",
    source="Documented: developers.getcount.com/api-reference/webhooks/outbound-deliveries",
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record], status: int
) -> None:
    receiver.responses = [status]
    subscribe("customer.created")
    factory.customer()
    receiver.wait(1)
    time.sleep(0.5)

    assert receiver.followed == []


@rule(
    "A delivery without a 2xx response, such as a redirect, is repeated after 1, 5 and 25 s with the same X-Webhook-Id.",
    source="Assumed: the vendor publishes no retries",
)
@pytest.mark.needs("clock")
@pytest.mark.assumed
def test_a_failed_delivery_is_retried_when_the_clock_advances(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record], clock: ServerClock
) -> None:
    receiver.responses = [500, 302]
    subscribe("customer.created")
    factory.customer()
    receiver.wait(1)
    receiver.wait(2)  # the first retry comes after one second of real time
    assert len(receiver.received) == 2
    time.sleep(0.2)
    clock.advance(seconds=5)
    deliveries = receiver.wait(3)

    assert len({headers["x-webhook-id"] for headers, _ in deliveries}) == 1
    assert deliveries[0][1] == deliveries[2][1]
    clock.advance(seconds=60)
    time.sleep(0.3)
    assert len(receiver.received) == 3


@rule(
    "An invoice that a template creates is delivered as invoice.created.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_invoices_of_a_template_are_delivered(
    factory: Factory, receiver: Receiver, subscribe: Callable[..., Record]
) -> None:
    subscribe("invoice.created")
    template = factory.template(isDraft=False, date=factory.day(), dueDate=factory.day())
    factory.customer()
    payload = receiver.wait(1)[0][1]

    assert payload["data"]["recurringTemplateId"] == template["id"]


@rule(
    "DELETE of an unknown subscription returns 404, and of an id that is not a UUID 400.",
    source="Documented: developers.getcount.com/api-reference/webhooks",
)
def test_an_unknown_subscription_is_not_found(api: Api) -> None:
    api.call("webhooks.delete", expect=404, webhookId=UNKNOWN_ID)
    assert api.call("webhooks.delete", expect=400, webhookId="7")["code"] == "invalid_uuid"
