"""Faults: what a client receives, and the state of the data afterwards."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_api import (
    Grant,
    RequestContext,
    SandboxRegistry,
    SecurityCheck,
    Unauthorized,
)
from mockvoice.vendor_registry import load_vendor

KEY = {"Authorization": "Bearer bell-demo-key"}


class Sandbox:
    """The example vendor ``bell`` in the sandbox ``default``, and the control API of the sandbox."""

    def __init__(self, server, http):
        self.http = http
        self.url = server.urls["vendors"]["bell"]["root_url"]
        self.control = f"{server.urls['main']}/_mock/sandboxes/default"

    def create_fault(self, status=201, **fault):
        response = self.http.post(f"{self.control}/faults", json={"vendor": "bell", **fault})
        assert response.status_code == status, response.text
        return response.json()

    def faults(self):
        return self.http.get(f"{self.control}/faults").json()

    def reminder_texts(self):
        body = self.http.get(f"{self.url}/reminders", headers=KEY).json()
        return [reminder["text"] for reminder in body["reminders"]]

    def get(self, path="/reminders", **headers):
        return self.http.get(self.url + path, headers={**KEY, **headers})

    def post(self, text, **headers):
        body = {"text": text, "day": "2026-03-01"}
        return self.http.post(f"{self.url}/reminders", json=body, headers={**KEY, **headers})

    def send_bytes(self, request):
        """Send bytes on a new connection; return the received bytes."""
        parts = urlsplit(self.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            connection.sendall(request)
            try:
                return b"".join(iter(lambda: connection.recv(4096), b""))
            except ConnectionResetError:
                return b""

    def send_raw(self, method="GET", text=None, *headers):
        body = b"" if text is None else b'{"text": "%s", "day": "2026-03-01"}' % text.encode()
        head = [f"{method} /reminders HTTP/1.1", "Host: bell.example", *headers,
                "Authorization: Bearer bell-demo-key", "Content-Type: application/json",
                f"Content-Length: {len(body)}"]  # fmt: skip
        return self.send_bytes("\r\n".join([*head, "", ""]).encode() + body)


@pytest.fixture(scope="module")
def shared(serve):
    return serve(seed=7)


@pytest.fixture
def sandbox(shared, http):
    sandbox = Sandbox(shared, http)
    yield sandbox
    http.delete(f"{sandbox.control}/faults").raise_for_status()


def test_a_status_fault_uses_the_vendors_error_envelope_and_changes_nothing(sandbox):
    before = sandbox.reminder_texts()
    fault = sandbox.create_fault(
        operation="reminders.create", effect={"kind": "status", "status": 503}
    )
    response = sandbox.post("never")

    assert fault == {
        "id": 1, "vendor": "bell", "operation": "reminders.create", "times": None, "struck": 0,
        "effect": {"kind": "status", "status": 503}, "probability": 1, "remaining": None,
    }  # fmt: skip
    assert (response.status_code, response.json()) == (503, {"why": "Service Unavailable"})
    assert sandbox.reminder_texts() == before


def test_a_fault_is_triggered_only_by_its_operation(sandbox):
    sandbox.create_fault(operation="reminders.create", effect={"kind": "status", "status": 500})

    assert sandbox.get().status_code == 200
    assert sandbox.post("no").status_code == 500


def test_a_fault_is_triggered_only_by_its_vendor(sandbox, shared, http):
    sandbox.create_fault(effect={"kind": "status", "status": 500})
    gong = shared.urls["vendors"]["gong"]["root_url"]
    headers = {"Authorization": "Bearer gong-demo-token"}

    assert sandbox.get().status_code == 500
    assert http.get(f"{gong}/reminders", headers=headers).status_code == 200
    sandbox.create_fault(vendor="*", effect={"kind": "status", "status": 502})
    assert http.get(f"{gong}/reminders", headers=headers).status_code == 502


def test_a_fault_with_two_times_is_triggered_twice(sandbox):
    sandbox.create_fault(effect={"kind": "status", "status": 500}, times=2)
    statuses = [sandbox.get().status_code for _ in range(4)]

    assert statuses == [500, 500, 200, 200]
    assert [(fault["struck"], fault["remaining"]) for fault in sandbox.faults()] == [(2, 0)]


def test_a_deleted_fault_is_no_longer_triggered(sandbox, http):
    fault_id = sandbox.create_fault(effect={"kind": "status", "status": 500})["id"]

    assert sandbox.get().status_code == 500
    assert http.delete(f"{sandbox.control}/faults/{fault_id}").status_code == 204
    assert sandbox.get().status_code == 200
    assert http.delete(f"{sandbox.control}/faults/{fault_id}").status_code == 404
    assert sandbox.faults() == []


def test_a_request_without_credentials_triggers_no_fault(sandbox, http):
    sandbox.create_fault(effect={"kind": "status", "status": 500}, times=1)

    assert http.get(f"{sandbox.url}/reminders").status_code == 401
    assert sandbox.faults()[0]["remaining"] == 1


def test_a_probability_gives_repeatable_results(sandbox, http):
    def run():
        sandbox.create_fault(effect={"kind": "status", "status": 500}, probability=0.5)
        statuses = [sandbox.get().status_code for _ in range(40)]
        http.delete(f"{sandbox.control}/faults")
        return statuses

    first, second = run(), run()

    assert first == second
    assert 8 < first.count(500) < 32


def test_another_seed_gives_different_results(sandbox, serve, http):
    other = Sandbox(serve(seed=8), http)
    for tested in (sandbox, other):
        tested.create_fault(effect={"kind": "status", "status": 500}, probability=0.5)

    assert [sandbox.get().status_code for _ in range(40)] != [
        other.get().status_code for _ in range(40)
    ]


def test_a_fault_with_probability_zero_is_never_triggered(sandbox):
    sandbox.create_fault(effect={"kind": "status", "status": 500}, probability=0)

    assert {sandbox.get().status_code for _ in range(10)} == {200}


def test_a_delay_does_not_block_other_requests(sandbox):
    sandbox.create_fault(
        operation="reminders.create", effect={"kind": "delay", "seconds": 2}, times=1
    )
    with ThreadPoolExecutor() as pool:
        start = time.monotonic()
        delayed = pool.submit(requests.post, f"{sandbox.url}/reminders", headers=KEY, timeout=10,
                           json={"text": "late", "day": "2026-03-01"})  # fmt: skip
        time.sleep(0.1)
        for _ in range(5):
            assert "late" not in sandbox.reminder_texts()
        assert not delayed.done()
        response = delayed.result()

    assert time.monotonic() - start >= 2
    assert response.status_code == 201
    assert "late" in sandbox.reminder_texts()


def test_a_dropped_request_gets_no_response_and_changes_nothing(sandbox):
    before = sandbox.reminder_texts()
    sandbox.create_fault(effect={"kind": "drop"}, times=2)

    assert sandbox.send_raw("POST", "dropped") == b""
    assert sandbox.send_raw() == b""
    assert sandbox.reminder_texts() == before


def test_a_request_is_dropped_before_its_body_has_arrived(sandbox):
    sandbox.create_fault(effect={"kind": "drop"}, times=1)
    head = (
        b"POST /reminders HTTP/1.1\r\nHost: bell.example\r\nAuthorization: Bearer bell-demo-key\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"
    )

    assert sandbox.send_bytes(head) == b""
    assert sandbox.get().status_code == 200


def test_a_request_whose_response_is_dropped_was_committed(sandbox):
    sandbox.create_fault(operation="reminders.create", effect={"kind": "commit_then_drop"}, times=1)

    assert sandbox.send_raw("POST", "committed") == b""
    assert "committed" in sandbox.reminder_texts()


def test_an_error_response_is_dropped_too(sandbox):
    sandbox.create_fault(effect={"kind": "commit_then_drop"}, times=1)
    broken = b"POST /reminders HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer bell-demo-key\r\n"
    body = b"Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{"

    assert sandbox.send_bytes(broken + body) == b""


def test_a_client_sees_a_closed_connection(sandbox, http):
    sandbox.create_fault(effect={"kind": "drop"}, times=1)

    with pytest.raises(requests.ConnectionError):
        sandbox.get()
    assert sandbox.get().status_code == 200


def test_malformed_json_has_a_correct_content_length(sandbox):
    sandbox.create_fault(effect={"kind": "malformed"}, times=2)
    created = sandbox.post("cut")

    assert created.status_code == 201
    assert int(created.headers["Content-Length"]) == len(created.content) > 0
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        created.json()
    assert "cut" in created.text
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        sandbox.get("/reminders/999999").json()  # error responses are truncated, too
    assert "cut" in sandbox.reminder_texts()


def test_a_rate_limit_uses_the_sandboxes_clock(sandbox, http):
    clock = f"{sandbox.control}/clock"
    http.put(clock, json={"now": "2026-03-01T09:00:00Z", "frozen": True}).raise_for_status()
    sandbox.create_fault(effect={"kind": "rate_limit", "limit": 2, "window_seconds": 60})
    first = [sandbox.get().status_code for _ in range(4)]
    http.post(f"{clock}/advance", json={"seconds": 59}).raise_for_status()
    status_after_59_s = sandbox.get().status_code
    http.post(f"{clock}/advance", json={"seconds": 1}).raise_for_status()
    statuses_after_60_s = [sandbox.get().status_code for _ in range(3)]
    http.put(clock, json={"now": "2026-02-01T09:00:00Z"}).raise_for_status()
    status_after_going_back = sandbox.get().status_code
    http.put(clock, json={"frozen": False}).raise_for_status()

    assert (first, status_after_59_s, statuses_after_60_s, status_after_going_back) == (
        [200, 200, 429, 429],
        429,
        [200, 200, 429],
        200,
    )


def test_one_request_can_trigger_two_faults(sandbox):
    sandbox.create_fault(effect={"kind": "delay", "seconds": 0.2})
    sandbox.create_fault(effect={"kind": "status", "status": 502})
    sandbox.create_fault(effect={"kind": "status", "status": 503}, times=1)
    start = time.monotonic()

    assert sandbox.get().status_code == 502
    assert time.monotonic() - start >= 0.2
    assert sandbox.faults()[2]["remaining"] == 1


def test_fixed_keys_are_expired_while_the_fault_exists(sandbox):
    fault_id = sandbox.create_fault(effect={"kind": "expire_tokens"})["id"]

    assert sandbox.get().status_code == 401
    sandbox.http.delete(f"{sandbox.control}/faults/{fault_id}")
    assert sandbox.get().status_code == 200


@pytest.mark.parametrize(
    ("value", "status"),
    [("status=503", 503), ("status=429", 429), ("status=401", 401), ("expire_tokens", 401),
     ("delay=0.01, status=500", 500), ("status=404", 404)],
)  # fmt: skip
def test_the_fault_header_affects_one_request(sandbox, value, status):
    before = sandbox.reminder_texts()

    assert sandbox.post("header", **{"X-Mock-Fault": value}).status_code == status
    assert sandbox.get().status_code == 200
    assert sandbox.reminder_texts() == before


def test_the_fault_header_supports_drop_and_commit_then_drop(sandbox):
    assert sandbox.send_raw("POST", "by header", "X-Mock-Fault: drop") == b""
    assert "by header" not in sandbox.reminder_texts()
    assert sandbox.send_raw("POST", "by header", "X-Mock-Fault: commit_then_drop") == b""
    assert "by header" in sandbox.reminder_texts()
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        sandbox.get(**{"X-Mock-Fault": "malformed"}).json()


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "status", "status=", "status=99", "status=200", "status=nan", "delay=inf",
     "delay=nan", "delay=-1", "delay=301", "drop=1", "drop,", "status=503;drop", "rate_limit"],
)  # fmt: skip
def test_an_invalid_fault_header_is_rejected(sandbox, value):
    before = sandbox.reminder_texts()
    response = sandbox.post("unread", **{"X-Mock-Fault": value})

    assert response.status_code == 400
    assert (
        "expected a comma-separated list of status=N (400 to 599), delay=SECONDS"
        in response.json()["why"]
    )
    assert sandbox.reminder_texts() == before


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        ({"effect": {"kind": "status", "status": 503}, "vendor": "stripe"}, 404, "expected one of bell"),
        ({"effect": {"kind": "drop"}, "operation": "reminders.publish"}, 400, "reminders.search"),
        ({"effect": {"kind": "drop"}, "vendor": "*", "operation": "reminders.get"}, 400, "name the vendor"),
        ({"effect": {"kind": "expire_tokens"}, "operation": "reminders.get"}, 400, "every operation"),
        ({"effect": {"kind": "explode"}}, 400, "unknown kind 'explode'; expected one of status, delay"),
        ({"effect": {"kind": "status"}}, 400, "400 to 599"),
        ({"effect": {"kind": "status", "status": 200}}, 400, "400 to 599"),
        ({"effect": {"kind": "delay", "seconds": 1e9}}, 400, "0 to 300"),
        ({"effect": {"kind": "drop", "status": 500}}, 400, "unknown member 'status'; expected {\"kind\": \"drop\"}"),
        ({"effect": "drop"}, 400, "commit_then_drop"),
        ({}, 400, "needs either effect, or effects"),
        ({"effect": {"kind": "drop"}, "times": 0}, 400, "times must not be less than 1"),
        ({"effect": {"kind": "drop"}, "probability": 2}, 400, "probability must not be more than 1"),
        ({"effect": {"kind": "drop"}, "often": True}, 400, "often"),
    ],
)  # fmt: skip
def test_an_invalid_fault_is_rejected_with_what_was_expected(sandbox, fault, status, message):
    response = sandbox.create_fault(status=status, **fault)

    assert message in response["error"]["message"]
    assert sandbox.faults() == []


def test_faults_do_not_affect_the_control_api(sandbox, http):
    sandbox.create_fault(vendor="*", effect={"kind": "status", "status": 500})

    headers = {"X-Mock-Fault": "status=500"}
    assert http.get(f"{sandbox.control}/clock", headers=headers).status_code == 200


def test_a_sandbox_can_have_a_thousand_faults(serve, http):
    sandbox = Sandbox(serve(), http)
    for _ in range(1000):
        sandbox.create_fault(effect={"kind": "drop"}, probability=0)

    assert "1000" in sandbox.create_fault(status=409, effect={"kind": "drop"})["error"]["message"]
    assert sandbox.get().status_code == 200


def test_a_fixed_key_of_another_header_expires_too(installed_example_vendors, http):
    def key_of(context: RequestContext) -> str | None:
        return context.header(b"x-api-key")

    def check(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
        grant = sandboxes.find("bell", key_of(context) or "")
        if grant is None:
            raise Unauthorized("the key is unknown")
        return grant

    bell = replace(
        load_vendor("bell"), security={"apiKey": SecurityCheck(check)}, sent_token=key_of
    )
    with Server(Settings(port=0, data="empty"), {"bell": bell}) as server:
        faults = f"{server.urls['main']}/_mock/sandboxes/default/faults"
        url = f"{server.urls['vendors']['bell']['root_url']}/reminders"
        headers = {"X-Api-Key": "bell-demo-key"}
        before = http.get(url, headers=headers).status_code
        http.post(faults, json={"vendor": "bell", "effect": {"kind": "expire_tokens"}, "times": 1})

        assert [before, *(http.get(url, headers=headers).status_code for _ in range(2))] == [
            200,
            401,
            200,
        ]
