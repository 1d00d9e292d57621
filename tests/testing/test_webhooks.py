"""``sandbox.webhooks``: deliveries in tests of other projects, in this process and elsewhere."""

import httpx
import pytest

from mockvoice.testing import ControlApiError
from tests.testing.test_any_credentials import signed
from tests.webhook_receiver import Receiver

ANY_HOST = "https://anything.example.com"


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


def send(sandbox, path, text):
    with sandbox.count.route(ANY_HOST, any_credentials=True), httpx.Client() as client:
        body = text.encode()
        headers = signed(
            "POST",
            path,
            body=body,
            Authorization="Bearer x",
            **{"Content-Type": "application/json"},
        )
        response = client.post(ANY_HOST + path, content=body, headers=headers)
        assert response.status_code == 201, response.text


def subscribe(sandbox, url):
    send(sandbox, "/partners/webhooks", f'{{"event": "customer.created", "callbackUrl": "{url}"}}')


def create_customer(sandbox, name="Zed"):
    send(sandbox, "/partners/customers", f'{{"customer": "{name}"}}')


def test_a_test_waits_for_a_delivery_and_sends_it_again(sandbox, receiver):
    subscribe(sandbox, receiver.url)
    create_customer(sandbox)
    delivery = sandbox.webhooks.wait_for("customer.created", vendor="count")
    assert delivery["state"] == "delivered"
    assert sandbox.webhooks.get(delivery["id"]) == delivery
    assert sandbox.webhooks.list(event="customer.created", limit=1) == [delivery]
    sent_again = sandbox.webhooks.redeliver(delivery["id"])

    assert [each["cause"] for each in sent_again["attempts"]] == ["event", "redelivery"]
    assert receiver.received[0] == receiver.received[1]
    create_customer(sandbox, "Abe")
    later = sandbox.webhooks.wait_for("customer.created", after=delivery["id"])
    assert '"customer":"Abe"' in later["request"]["body"]


def test_a_collected_delivery_is_waited_for(sandbox):
    sandbox.settings(webhooks="collect")
    subscribe(sandbox, "https://hooks.example.com/count")
    create_customer(sandbox)

    assert sandbox.webhooks.wait_for("customer.created")["state"] == "collected"


def test_waiting_for_a_delivery_that_never_comes_says_what_there_is(sandbox, receiver):
    with pytest.raises(
        AssertionError, match=r"no delivery of customer\.created was accepted within 0"
    ):
        sandbox.webhooks.wait_for("customer.created", seconds=0)
    receiver.responses = [500] * 9
    sandbox.clock.freeze()
    subscribe(sandbox, receiver.url)
    create_customer(sandbox)
    receiver.wait(1)
    with pytest.raises(AssertionError) as caught:
        sandbox.webhooks.wait_for("customer.created", seconds=0.5)

    text = str(caught.value)
    outcome = "waiting after 1 attempt (status 500: received), next attempt at"
    assert f"count-1 customer.created to {receiver.url}: {outcome}" in text
    assert "the sandbox's clock is frozen: advance it for the next attempt" in text


def test_the_newest_delivery_is_waited_for(sandbox, receiver):
    subscribe(sandbox, receiver.url)
    subscribe(sandbox, "https://hooks.example.com/count")
    for name in ("First", "Second"):
        create_customer(sandbox, name)
        delivery = sandbox.webhooks.wait_for("customer.created")
        assert f'"customer":"{name}"' in delivery["request"]["body"]


def test_an_event_that_is_never_sent_is_an_error(sandbox):
    with pytest.raises(ControlApiError, match=r"never sends the event 'bill\.created'"):
        sandbox.webhooks.wait_for("bill.created")


def test_waiting_ends_as_soon_as_no_delivery_can_be_accepted(sandbox):
    subscribe(sandbox, "https://hooks.example.com/count")
    create_customer(sandbox)

    with pytest.raises(AssertionError, match=r"not_attempted \(Only loopback addresses are called"):
        sandbox.webhooks.wait_for("customer.created", seconds=60)


def test_an_unknown_event_and_an_unknown_delivery_are_errors(sandbox):
    with pytest.raises(ControlApiError, match=r"no vendor has the event 'invoice\.approved'"):
        sandbox.webhooks.wait_for("invoice.approved")
    with pytest.raises(ControlApiError, match="There is no webhook delivery 'count-9'"):
        sandbox.webhooks.redeliver("count-9")


def test_faults_for_deliveries_are_added(sandbox, receiver):
    sandbox.faults.add("webhook", "count", how="duplicate", event="customer.created", times=1)
    subscribe(sandbox, receiver.url)
    create_customer(sandbox)
    receiver.wait(2)

    assert receiver.received[0] == receiver.received[1]
