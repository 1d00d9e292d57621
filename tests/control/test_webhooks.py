"""Webhook deliveries in the control API: what was sent, redelivery and collection."""

import hashlib
import hmac
import json
import socket
import threading
import time

import pytest

from tests.webhook_receiver import Workspace, wait_for

START = "2026-03-01T09:00:00Z"
SECRET = "whsec-first"


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
