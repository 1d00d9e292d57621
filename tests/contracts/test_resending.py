"""Requests that a check sends again, since the server asked to wait or was away."""

import json
import socketserver
import threading
import time
from contextlib import contextmanager

import pytest
import requests
from requests.adapters import HTTPAdapter

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.ledger import Ledger
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession
from mockvoice_contracts.harness.resending import (
    RequestInterrupted,
    ResendingLimits,
    TargetUnreachable,
    WaitLimits,
    expecting,
)
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import SignedAuth
from tests.stub_servers import stub_server

CONTRACT = Contract(targets.document("growcrm"), closed=False)
JSON = {"Content-Type": "application/json"}
OK = (200, JSON, b"{}")


def busy(status=429, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {**JSON, **names}, b'{"message": "busy"}'


@contextmanager
def session_of(url, mode="full", *, is_mock=False, ledger=None, **limits):
    target = Target("growcrm", url, mode=mode, is_mock=is_mock)
    gate = RequestGate()
    options = {"limits": ResendingLimits(**limits)} if limits else {}
    with gate.installed():
        yield gate.register(TargetSession(target, CONTRACT, ledger=ledger, **options))


@contextmanager
def responses_in_order(*responses):
    """A server that returns these responses, and the last one again and again."""
    remaining = list(responses)
    with stub_server(lambda _: remaining.pop(0) if len(remaining) > 1 else remaining[0]) as server:
        yield server


@pytest.mark.parametrize(
    ("method", "response"),
    [
        ("GET", busy(429, Retry_After="1")),
        ("POST", busy(429, Retry_After="1")),
        ("POST", busy(503, Retry_After="1")),
        ("DELETE", busy(429)),
        ("GET", busy(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")),
    ],
)
def test_a_server_that_asks_to_wait_gets_the_request_again(method, response):
    with responses_in_order(response, OK) as server, session_of(server.url) as session:
        start = time.monotonic()
        result = requests.request(method, f"{server.url}/api/invoices/7", timeout=5)
        seconds = time.monotonic() - start

    assert result.status_code == 200
    assert [request.method for request in server.requests] == [method, method]
    assert session.seconds_waited <= seconds
    if response[1].get("Retry-After") == "1":
        assert session.seconds_waited == pytest.approx(1)
        assert seconds >= 1


def test_the_connection_of_a_rejected_attempt_is_closed(monkeypatch):
    responses, build = [], HTTPAdapter.build_response

    def build_and_record(*arguments):
        responses.append(build(*arguments))
        return responses[-1]

    monkeypatch.setattr(HTTPAdapter, "build_response", build_and_record)
    with responses_in_order(busy(429, Retry_After="1"), OK) as server, session_of(server.url):
        requests.get(f"{server.url}/api/invoices", timeout=5)

    rejected, accepted = responses
    assert (rejected.status_code, accepted.status_code) == (429, 200)
    assert rejected.raw.closed


def test_a_503_without_a_time_is_a_response_like_any_other():
    with responses_in_order(busy(503), OK) as server, session_of(server.url):
        assert requests.get(f"{server.url}/api/invoices", timeout=5).status_code == 503


@pytest.mark.parametrize("expect", [429, (200, 429)])
def test_a_scenario_that_expects_a_429_gets_it_at_once(expect):
    with (
        responses_in_order(busy(429, Retry_After="50"), busy(429, Retry_After="50"), OK) as server,
        session_of(server.url) as session,
    ):
        response = Api(CONTRACT, session.target).exchange("invoices.search", expect=expect)
        with expecting(429):
            other = requests.get(f"{server.url}/x", timeout=5)

    assert (response.status, other.status_code) == (429, 429)
    assert session.seconds_waited == 0


def test_a_mock_is_not_waited_for():
    with (
        responses_in_order(busy(429, Retry_After="50"), OK) as server,
        session_of(server.url, is_mock=True) as session,
    ):
        assert requests.get(f"{server.url}/api/invoices", timeout=5).status_code == 429
    assert session.seconds_waited == 0


def test_a_wait_that_is_too_long_ends_the_run():
    with (
        responses_in_order(busy(429, Retry_After="3600")) as server,
        session_of(server.url),
        pytest.raises(TargetUnreachable, match="asks to wait 3600 s; the check waits 60 s"),
    ):
        requests.get(f"{server.url}/api/invoices", timeout=5)


def test_the_sum_of_all_waits_is_limited():
    limits = WaitLimits(who="the check", longest=60, total=1.5)
    with (
        responses_in_order(busy(429, Retry_After="1")) as server,
        session_of(server.url, waits=limits),
        pytest.raises(TargetUnreachable, match="in all"),
    ):
        requests.get(f"{server.url}/api/invoices", timeout=5)
    assert len(server.requests) == 2


def test_a_request_that_is_always_rejected_is_interrupted():
    with responses_in_order(busy(429, Retry_After="0")) as server, session_of(server.url):
        with pytest.raises(
            RequestInterrupted, match=r"\(429\): GET \S+ was answered with it 10 times"
        ):
            requests.get(f"{server.url}/api/invoices", timeout=5)
        assert len(server.requests) == 10


def test_the_pace_decreases_after_a_429():
    with (
        responses_in_order(OK, OK, busy(429, Retry_After="1"), OK) as server,
        session_of(server.url),
    ):
        for _ in range(3):
            requests.get(f"{server.url}/api/invoices", timeout=5)
        start = time.monotonic()
        requests.get(f"{server.url}/api/invoices", timeout=5)

    assert time.monotonic() - start >= 0.45  # one second for the two requests before


def test_a_rejected_creation_leaves_no_doubt_in_the_ledger(tmp_path):
    created = (201, JSON, json.dumps({"data": {"id": 77}}).encode())
    body = {
        "client_company_name": "Ours",
        "first_name": "A",
        "last_name": "B",
        "email": "a@b.example",
    }
    with responses_in_order(busy(429, Retry_After="0"), created) as server:
        ledger = Ledger.create(tmp_path, "growcrm", server.url)
        with session_of(server.url, "own-data", ledger=ledger):
            requests.post(f"{server.url}/api/clients", json=body, timeout=5)
    entries = ledger.file.read_text().splitlines()
    ledger.close()

    assert ledger.unanswered == []
    assert ledger.created == {("clientId", "77"): None}
    assert [entry.partition(":")[0] for entry in entries] == ['{"sent"', '{"answered"'] * 2


def test_a_signed_request_is_signed_again(monkeypatch):
    clock = iter((1_000_000, 2_000_000))
    auth = SignedAuth({"client_id": "c", "client_secret": "s"}, lambda: None)
    monkeypatch.setattr(auth, "timestamp", lambda: str(next(clock)))
    with responses_in_order(busy(429, Retry_After="0"), OK) as server, session_of(server.url):
        requests.get(f"{server.url}/partners/invoices", auth=auth, timeout=5)

    first, second = (request.headers for request in server.requests)
    assert (first["x-timestamp"], second["x-timestamp"]) == ("1000000", "2000000")
    assert first["x-signature"] != second["x-signature"]


class Server:
    """A server that can go away and come back, with requests that make it go away."""

    def __init__(self):
        self.received = []
        self.goes_away_at = ()
        self._server, self.port = None, 0
        self.start()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                line = self.rfile.readline().decode()
                if not line:
                    return  # a connection that only finds out whether the server is away
                server.received.append(" ".join(line.split()[:2]))
                if len(server.received) in server.goes_away_at:
                    server.stop()
                    threading.Thread(target=server.restart_later, daemon=True).start()
                    return
                self.wfile.write(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                )

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Listener(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def restart_later(self, seconds=1.0):
        time.sleep(seconds)
        self.start()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_to_a_server_that_is_away_is_sent_when_it_is_back(server, method):
    with session_of(server.url) as session:
        requests.get(f"{server.url}/api/invoices", timeout=5)
        server.stop()
        threading.Thread(target=server.restart_later, daemon=True).start()
        response = requests.request(method, f"{server.url}/api/invoices", timeout=5)

    assert response.status_code == 200
    assert server.received == ["GET /api/invoices", f"{method} /api/invoices"]
    assert 0.5 < session.seconds_waited < 5


def test_a_read_whose_response_is_lost_is_sent_again(server):
    server.goes_away_at = (2,)
    with session_of(server.url):
        requests.get(f"{server.url}/api/items", timeout=5)
        assert requests.get(f"{server.url}/api/invoices", timeout=5).status_code == 200

    assert server.received == ["GET /api/items", *["GET /api/invoices"] * 2]


def test_a_write_whose_response_is_lost_is_not_sent_again(server):
    server.goes_away_at = (2,)
    with session_of(server.url):
        requests.get(f"{server.url}/api/items", timeout=5)
        with pytest.raises(RequestInterrupted, match="may or may not have processed it"):
            requests.post(f"{server.url}/api/invoices", timeout=5)
        assert requests.get(f"{server.url}/api/items", timeout=5).status_code == 200

    assert server.received.count("POST /api/invoices") == 1


def test_a_request_that_makes_the_server_go_away_twice_is_a_failure_of_its_test(server):
    server.goes_away_at = (2, 4)
    with session_of(server.url):
        requests.get(f"{server.url}/api/items", timeout=5)
        with pytest.raises(RequestInterrupted):
            requests.post(f"{server.url}/api/invoices", timeout=5)
        requests.get(f"{server.url}/api/items", timeout=5)
        with pytest.raises(requests.ConnectionError):
            requests.post(f"{server.url}/api/invoices", timeout=5)
        time.sleep(1.2)  # until the server is back, for the fixture


def test_a_server_that_stays_away_ends_the_run(server):
    with session_of(server.url, away_seconds=0.6):
        requests.get(f"{server.url}/api/items", timeout=5)
        server.stop()
        start = time.monotonic()
        with pytest.raises(TargetUnreachable, match="no longer responds, for 1 s"):
            requests.get(f"{server.url}/api/items", timeout=5)
        seconds = time.monotonic() - start
    server.start()  # for the fixture

    assert seconds >= 0.6
