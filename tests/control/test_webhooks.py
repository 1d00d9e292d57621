"""Webhook deliveries in the control API: what was sent, redelivery, collection and faults."""

import hashlib
import hmac
import json
import socket
import threading
import time

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.webhook_receiver import Receiver, Workspace, wait_for

START = "2026-03-01T09:00:00Z"
SECRET = "whsec-first"


@pytest.fixture(scope="module")
def urls():
    with Server(Settings(port=0, vendors=("count", "growcrm"))) as server:
        yield server.urls


@pytest.fixture
def workspace(urls, http):
    return Workspace(urls, http)


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


def signed(body, secret):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_delivery_shows_exactly_what_was_sent_and_answered(workspace, receiver):
    workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish("Harbour Café")
    delivery = workspace.wait_for_state("delivered")
    headers, body = receiver.received[0]

    assert list(delivery["request"]["headers"].items()) == headers
    assert delivery["request"]["body"].encode() == body
    assert delivery["request"]["url"] == delivery["url"] == receiver.url
    assert delivery["delivery_id"] == json.loads(body)["id"]
    assert (delivery["event"], delivery["vendor"]) == ("customer.created", "count")
    assert (delivery["reason"], delivery["next_attempt_at"]) == (None, None)
    assert delivery["signature"] == {
        "header": "X-Webhook-Signature",
        "value": signed(body, SECRET),
        "algorithm": "HMAC-SHA256",
        "signed_text": body.decode(),
    }
    (attempt,) = delivery["attempts"]
    assert (attempt["cause"], attempt["status"], attempt["error"]) == ("event", 200, None)
    assert list(attempt["headers"].items()) == headers
    assert attempt["response_body"] == "received"
    assert 0 < attempt["duration_ms"] < 10_000
    assert workspace.control("GET", f"/webhooks/deliveries/{delivery['id']}") == delivery
    assert SECRET not in json.dumps(delivery)


def test_a_failed_attempt_is_shown_with_the_time_of_the_next(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.subscribe(receiver.url)
    receiver.responses = [503]
    workspace.publish()
    wait_for(lambda: workspace.deliveries()[0]["attempts"] != [])
    (waiting,) = workspace.deliveries()
    assert (waiting["state"], waiting["next_attempt_at"]) == ("waiting", "2026-03-01T09:00:01Z")
    assert waiting["attempts"][0]["status"] == 503
    assert waiting["signature"] is None
    workspace.control("POST", "/clock/advance", {"seconds": 1})
    delivered = workspace.wait_for_state("delivered")

    assert [each["cause"] for each in delivered["attempts"]] == ["event", "retry"]
    assert len(receiver.received) == 2


def test_an_attempt_without_a_response_shows_the_error(workspace):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    workspace.subscribe(f"http://127.0.0.1:{port}/")
    workspace.publish()
    wait_for(lambda: workspace.deliveries()[0]["attempts"] != [])
    attempt = workspace.deliveries()[0]["attempts"][0]

    assert attempt["status"] is None
    assert attempt["error"] == "cannot connect: Connection refused"
    assert attempt["response_body"] is None


def test_a_redelivery_sends_the_same_bytes(workspace, receiver):
    subscription = workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish()
    delivery = workspace.wait_for_state("delivered")
    workspace.send("PATCH", f"/webhooks/{subscription}", {"signingSecret": "whsec-second"})
    path = f"/webhooks/deliveries/{delivery['id']}"
    accepted = workspace.control("POST", f"{path}/redeliver", status=202)
    receiver.wait(2)

    assert accepted["id"] == delivery["id"]
    assert receiver.received[1] == receiver.received[0]
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 2)
    assert workspace.control("GET", path)["attempts"][1]["cause"] == "redelivery"
    receiver.responses = [500]
    workspace.control("POST", f"{path}/redeliver", {}, 202)
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 3)
    assert workspace.control("GET", path)["state"] == "delivered"  # once accepted, it stays so
    assert workspace.control("GET", path)["next_attempt_at"] is None


def test_a_redelivery_is_signed_again_on_request(workspace, receiver):
    subscription = workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish()
    path = f"/webhooks/deliveries/{workspace.wait_for_state('delivered')['id']}"
    for number, secret in enumerate(("whsec-second", None), 2):
        workspace.send("PATCH", f"/webhooks/{subscription}", {"signingSecret": secret})
        workspace.control("POST", f"{path}/redeliver", {"sign_again": True}, 202)
        receiver.wait(number)
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 3)
    sent = [dict(headers).get("X-Webhook-Signature") for headers, _ in receiver.received]
    body = receiver.received[0][1]

    assert sent == [signed(body, SECRET), signed(body, "whsec-second"), None]
    attempts = workspace.control("GET", path)["attempts"]
    assert [each["headers"].get("X-Webhook-Signature") for each in attempts] == sent
    assert {content for _, content in receiver.received} == {body}


def test_a_delivery_that_cannot_be_sent_again_is_rejected(workspace, receiver):
    subscription = workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish()
    delivered = workspace.wait_for_state("delivered")["id"]
    workspace.send("DELETE", f"/webhooks/{subscription}")
    workspace.subscribe("https://hooks.example.com/count")
    workspace.publish()
    remote = workspace.deliveries()[0]
    path = "/webhooks/deliveries"

    assert (remote["state"], remote["reason"]) == (
        "not_attempted",
        "Only loopback addresses are called.",
    )
    for delivery_id, body, status, text in (
        (remote["id"], {}, 409, "Only loopback addresses are called"),
        (delivered, {"sign_again": True}, 409, "its subscription was deleted"),
        (delivered, {"sign": True}, 400, "sign"),
        (delivered, {"sign_again": "yes"}, 400, "sign_again must be of type boolean"),
        ("count-99", {}, 404, "There is no webhook delivery 'count-99'"),
        ("growcrm-1", {}, 404, "growcrm-1"),
        ("count", {}, 404, "expected an id such as 'count-1'"),
        ("count-" + "9" * 50, {}, 404, "count-999"),
    ):
        error = workspace.control("POST", f"{path}/{delivery_id}/redeliver", body, status)["error"]
        assert text in error["message"]
    assert len(receiver.received) == 1


def test_collected_deliveries_are_not_sent_until_they_are_redelivered(workspace, receiver):
    workspace.control("PUT", "/settings", {"webhooks": "collect"}, 200)
    workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.subscribe("https://hooks.example.com/count")
    workspace.publish()
    remote, local = workspace.deliveries()
    assert {remote["state"], local["state"]} == {"collected"}
    assert local["signature"]["value"] == signed(local["request"]["body"].encode(), SECRET)
    time.sleep(0.2)
    assert receiver.received == []
    workspace.control("POST", f"/webhooks/deliveries/{local['id']}/redeliver", None, 202)

    assert workspace.wait_for_state("delivered")["id"] == local["id"]
    assert len(receiver.received) == 1


def test_a_delivery_that_waits_for_a_retry_is_collected_too(urls, http, receiver):
    workspace = Workspace(urls, http, now=START, frozen=True)
    workspace.subscribe(receiver.url)
    receiver.responses = [500]
    workspace.publish()
    wait_for(lambda: workspace.deliveries()[0]["attempts"] != [])
    workspace.control("PUT", "/settings", {"webhooks": "collect"}, 200)
    workspace.control("POST", "/clock/advance", {"seconds": 30})

    assert workspace.wait_for_state("collected")["next_attempt_at"] is None
    assert len(receiver.received) == 1


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


def test_deliveries_are_filtered_and_limited(workspace):
    workspace.control("PUT", "/settings", {"webhooks": "collect"}, 200)
    workspace.subscribe("http://127.0.0.1:9/")
    workspace.subscribe("http://127.0.0.1:9/", "customer.deleted")
    for name in ("A", "B"):
        workspace.send("DELETE", f"/customers/{workspace.publish(name)}")
    ids = [row["id"] for row in workspace.deliveries()]

    assert ids == ["count-4", "count-3", "count-2", "count-1"]
    for query, expected in {
        "?event=customer.deleted": ["count-4", "count-2"],
        "?vendor=growcrm": [],
        "?state=delivered": [],
        "?state=collected&limit=1": ["count-4"],
        "?after=count-2": ["count-4", "count-3"],
        "?after=count-4": [],
    }.items():
        assert [row["id"] for row in workspace.deliveries(query)] == expected
    other = Workspace.control(workspace, "GET", "/../default/webhooks/deliveries?limit=1")
    assert other == []


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("?vendor=halo", 400, "unknown vendor 'halo'"),
        ("?event=invoice.paid", 400, "no vendor has the event 'invoice.paid'"),
        ("?event=invoice.updated&vendor=growcrm", 400, "growcrm sends no webhooks"),
        ("?state=sent", 400, "state must be"),
        ("?after=count-7", 404, "There is no webhook delivery 'count-7'"),
        ("?limit=0", 400, "limit must not be less than 1"),
        ("?since=1", 400, "unknown query parameter 'since'"),
    ],
)
def test_a_filter_that_could_match_nothing_is_an_error(workspace, query, status, text):
    error = workspace.control("GET", f"/webhooks/deliveries{query}", status=status)["error"]

    assert text in error["message"]


def test_the_beginning_of_an_endless_response_is_shown(workspace):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        end = threading.Event()

        def respond():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 202 Accepted\r\n\r\n" + b"x" * 3000)
                end.wait(10)

        thread = threading.Thread(target=respond)
        thread.start()
        workspace.subscribe(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        workspace.publish()
        delivery = workspace.wait_for_state("delivered")
        end.set()
        thread.join(5)

    assert delivery["attempts"][0]["status"] == 202
    assert delivery["attempts"][0]["response_body"] == "x" * 3000


def test_a_restored_sandbox_has_the_deliveries_of_the_snapshot(workspace):
    workspace.control("PUT", "/settings", {"webhooks": "collect"}, 200)
    workspace.subscribe("http://127.0.0.1:9/")
    workspace.publish("A")
    before = workspace.deliveries()
    workspace.control("POST", "/snapshots", {"name": "one"}, 201)
    workspace.publish("B")
    assert len(workspace.deliveries()) == 2
    workspace.control("POST", "/snapshots/one/restore", status=200)

    assert workspace.deliveries() == before


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


@pytest.mark.parametrize("way", ["create", "reset"])
def test_a_delivery_of_an_import_is_sent_without_a_request(urls, http, receiver, way):
    exporting = Workspace(urls, http, now=START, frozen=True)
    exporting.subscribe(receiver.url)
    receiver.responses = [500]
    exporting.publish("A")
    wait_for(lambda: exporting.deliveries()[0]["attempts"] != [])
    exported = exporting.control("GET", "/snapshots/current")
    exported["clock"]["frozen"] = False
    if way == "create":
        Workspace(urls, http, data=exported)
    else:
        exporting.control("POST", "/reset", {"data": exported}, 200)

    receiver.wait(2)


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


def test_many_redeliveries_keep_the_attempts_for_the_event(workspace, receiver):
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    path = f"/webhooks/deliveries/{workspace.wait_for_state('delivered')['id']}"
    for _ in range(60):
        workspace.control("POST", f"{path}/redeliver", status=202)
    receiver.wait(61)
    wait_for(lambda: len(workspace.control("GET", path)["attempts"]) == 50)

    causes = [each["cause"] for each in workspace.control("GET", path)["attempts"]]
    assert (causes[0], set(causes[1:])) == ("event", {"redelivery"})
