"""Faults for webhook deliveries: sent twice, later, out of order or never."""

import pytest

from tests.webhook_receiver import Workspace, wait_for

START = "2026-03-01T09:00:00Z"


def test_a_fault_sends_a_delivery_twice(workspace, receiver):
    fault = workspace.fault(times=1, how="duplicate")
    assert fault["struck"] == 0
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    receiver.wait(2)
    wait_for(lambda: len(workspace.deliveries()[0]["attempts"]) == 2)
    workspace.publish("B")
    receiver.wait(3)

    assert receiver.received[0] == receiver.received[1]
    assert receiver.customers() == ["A", "A", "B"]
    first = workspace.deliveries()[-1]
    assert {each["cause"] for each in first["attempts"]} == {"event", "duplicate"}
    assert (first["state"], first["reason"]) == ("delivered", "Sent twice by a fault.")
    assert workspace.control("GET", "/faults")[0]["struck"] == 1


def test_a_fault_drops_a_delivery_of_one_event(workspace, receiver):
    workspace.fault(how="drop", event="customer.deleted")
    workspace.subscribe(receiver.url)
    workspace.subscribe(receiver.url, "customer.deleted")
    customer = workspace.publish("A")
    workspace.send("DELETE", f"/customers/{customer}")
    dropped = workspace.wait_for_state("dropped")

    assert (dropped["event"], dropped["reason"]) == ("customer.deleted", "Dropped by a fault.")
    assert (dropped["attempts"], dropped["next_attempt_at"]) == ([], None)
    workspace.wait_for_state("delivered")
    assert [payload["event"] for payload in receiver.wait(1)] == ["customer.created"]


def test_a_fault_delays_a_delivery_by_the_clock_of_the_sandbox(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.fault(times=1, how="delay", seconds=90)
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    workspace.publish("B")
    receiver.wait(1)
    delayed = workspace.deliveries()[-1]
    assert (delayed["state"], delayed["next_attempt_at"]) == ("waiting", "2026-03-01T09:01:30Z")
    assert delayed["reason"] == "Delayed by 90 s by a fault."
    workspace.control("POST", "/clock/advance", {"seconds": 90})
    receiver.wait(2)

    assert receiver.customers() == ["B", "A"]


def test_a_fault_sends_a_delivery_after_the_next_one(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.fault(times=1, how="reorder")
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    held = workspace.deliveries()[0]
    assert (held["state"], held["next_attempt_at"]) == ("waiting", "2026-03-01T09:01:00Z")
    workspace.publish("B")
    receiver.wait(2)
    workspace.publish("C")
    receiver.wait(3)

    assert receiver.customers() == ["B", "A", "C"]


def test_a_held_delivery_is_sent_alone_if_no_other_follows(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.fault(times=1, how="reorder", seconds=5)
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    workspace.control("POST", "/clock/advance", {"seconds": 5})
    receiver.wait(1)

    assert receiver.customers() == ["A"]


@pytest.mark.parametrize("how", ["delay", "reorder"])
def test_a_delivery_that_is_delayed_by_nothing_is_sent_once(workspace, receiver, how):
    workspace.fault(how=how, seconds=0)
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    delivered = workspace.wait_for_state("delivered")

    assert [each["cause"] for each in delivered["attempts"]] == ["event"]
    assert receiver.customers() == ["A"]


def test_effects_on_deliveries_are_used_one_after_the_other(workspace, receiver):
    effects = [{"kind": "webhook", "how": how} for how in ("drop", "duplicate")]
    workspace.control("POST", "/faults", {"vendor": "*", "effects": effects}, 201)
    workspace.subscribe(receiver.url)
    for name in ("A", "B", "C"):
        workspace.publish(name)
    receiver.wait(3)

    assert sorted(receiver.customers()) == ["B", "B", "C"]
    assert workspace.deliveries()[-1]["state"] == "dropped"
    assert workspace.control("GET", "/faults")[0]["remaining"] == 0


def test_the_same_seed_drops_the_same_deliveries(urls, http):
    states = []
    for _ in range(2):
        workspace = Workspace(urls, http, seed=5, now=START, frozen=True)
        body = {"vendor": "count", "effect": {"kind": "webhook", "how": "drop"}, "probability": 0.5}
        workspace.control("POST", "/faults", body, 201)
        workspace.subscribe("http://127.0.0.1:9/")
        for number in range(12):
            workspace.publish(f"Customer {number}")
        wait_for(lambda w=workspace: not w.deliveries("?state=sending"))
        states.append([row["state"] for row in workspace.deliveries()])

    assert states[0] == states[1]
    assert set(states[0]) == {"dropped", "waiting"}


def test_requests_do_not_trigger_faults_for_deliveries(workspace):
    workspace.fault(how="drop")
    workspace.send("GET", "/customers")

    assert workspace.control("GET", "/faults")[0]["struck"] == 0
    assert workspace.control("GET", "/journal")[0]["note"] is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"effect": {"kind": "webhook"}}, "effect of the kind webhook needs how; expected {"),
        ({"effect": {"kind": "webhok", "how": "drop"}}, "unknown kind 'webhok'; did you mean 'webhook'?"),
        ({"effect": {"kind": "webhook", "how": "dropp"}}, "how must be duplicate or reorder or delay or drop; did you mean 'drop'?"),
        ({"effect": {"kind": "webhook", "how": "drop", "times": 1}}, "has the unknown member 'times'"),
        ({"effect": {"kind": "webhook", "how": "delay"}}, "needs seconds if how is delay"),
        ({"effect": {"kind": "webhook", "how": "delay", "seconds": -1}}, "seconds must not be less than 0"),
        ({"effect": {"kind": "webhook", "how": "drop", "seconds": 1}}, "has no seconds if how is drop"),
        ({"effect": {"kind": "webhook", "how": "drop", "event": "invoice.update"}},
         "count has no event 'invoice.update'; did you mean 'invoice.updated'?"),
        ({"operation": "invoices.get"}, "operation and match are not allowed"),
        ({"match": {"method": "POST"}}, "operation and match are not allowed"),
        ({"name": "stub"}, "only stubbed responses"),
        ({"vendor": "growcrm"}, "growcrm sends no webhooks"),
        ({"effect": None, "effects": [{"kind": "webhook", "how": "drop"}, {"kind": "drop"}]},
         "must not be mixed"),
    ],
)  # fmt: skip
def test_an_invalid_fault_for_deliveries_is_rejected(workspace, change, text):
    fault = {"vendor": "count", "effect": {"kind": "webhook", "how": "drop"}, **change}
    body = {name: value for name, value in fault.items() if value is not None}

    assert text in workspace.control("POST", "/faults", body, 400)["error"]["message"]
    assert workspace.control("GET", "/faults") == []


def test_a_delay_ends_at_the_end_of_the_calendar(urls, http):
    workspace = Workspace(urls, http, now="9899-12-31T00:00:00Z", frozen=True)
    workspace.fault(how="delay", seconds=31_536_000)
    workspace.subscribe("http://127.0.0.1:9/")
    workspace.control("POST", "/clock/advance", {"days": 36_158})
    workspace.publish()
    (delayed,) = workspace.deliveries()

    assert delayed["next_attempt_at"] == "9998-12-31T23:59:59.999999Z"
    exported = workspace.control("GET", "/snapshots/current")
    workspace.control("PUT", "/snapshots/again", exported, 201)


@pytest.mark.parametrize("how", ["delay", "reorder"])
def test_a_delivery_that_was_put_off_is_sent_without_another_request(workspace, receiver, how):
    workspace.fault(how=how, seconds=0.5)
    workspace.subscribe(receiver.url)
    workspace.publish("A")

    receiver.wait(1)


def test_a_redelivery_of_a_held_delivery_does_not_count_as_its_first_attempt(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.fault(times=1, how="delay", seconds=5)
    workspace.subscribe(receiver.url)
    receiver.responses = [500, 500]
    workspace.publish("A")
    path = f"/webhooks/deliveries/{workspace.deliveries()[0]['id']}"
    workspace.control("POST", f"{path}/redeliver", status=202)
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 1)
    workspace.control("POST", "/clock/advance", {"seconds": 5})
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 2)
    delivery = workspace.control("GET", path)

    assert [each["cause"] for each in delivery["attempts"]] == ["redelivery", "event"]
    assert delivery["next_attempt_at"] == "2026-03-01T09:00:06Z"  # a second after the first one
