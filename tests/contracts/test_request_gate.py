"""The request gate: which requests are sent to a server under test."""

import socketserver
import time

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.ledger import Ledger
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession
from mockvoice_contracts.harness.resending import ResendingLimits, TargetUnreachable
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.auth import create_auth
from tests.stub_servers import forward_to, serve_connections, stub_server

CONTRACT = Contract(targets.document("growcrm"), closed=False)
KEY = {"api_key": "growcrm-demo-key"}
CLIENT = {
    "client_company_name": "Ours",
    "first_name": "A",
    "last_name": "B",
    "email": "a@ours.example",
}


@pytest.fixture(scope="module")
def proxy():
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with stub_server(forward_to(root)) as proxy:
            yield proxy


@pytest.fixture
def open_session(proxy, tmp_path):
    """Return a function that opens an HTTP session through the gate, for a mode and settings."""
    gate, ledgers = RequestGate(), []
    proxy.requests.clear()

    def start_session(mode, **settings):
        target = Target("growcrm", proxy.url, mode=mode, is_mock=False, credentials=KEY, **settings)
        ledger = Ledger.create(tmp_path, "growcrm", proxy.url) if mode == "own-data" else None
        if ledger is not None:
            ledgers.append(ledger)
        target_session = gate.register(TargetSession(target, CONTRACT, ledger=ledger))
        session = requests.Session()
        session.auth = create_auth(target)
        return target_session, session

    with gate.installed():
        yield start_session
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "LINK"])
def test_only_reads_are_sent_in_mode_read_only(open_session, proxy, method):
    _, session = open_session("read-only")

    with pytest.raises(NotAllowed, match="is not allowed in mode read-only"):
        session.request(method, f"{proxy.url}/api/invoices/1")
    assert proxy.requests == []


def test_reads_are_sent_in_every_mode(open_session, proxy):
    for mode in ("read-only", "own-data", "full"):
        _, session = open_session(mode)

        assert session.get(f"{proxy.url}/api/invoices").status_code == 200
        assert session.head(f"{proxy.url}/api/invoices").status_code == 200


def test_a_redirect_cannot_carry_a_write_to_another_server(open_session, proxy):
    open_session("own-data")

    with stub_server(lambda request: (200, {}, b"{}")) as other:
        with pytest.raises(
            NotAllowed, match="/api/invoices is not allowed: it would write to another"
        ) as rejection:
            requests.post(f"{other.url}/api/invoices?token=sesame", timeout=5)
        assert other.requests == []
    assert "sesame" not in str(rejection.value)


def test_records_of_others_are_neither_changed_nor_deleted(open_session, proxy):
    _, session = open_session("own-data")

    for method, path, body in (
        ("PATCH", "/api/clients/1", {"client_company_name": "Theirs"}),
        ("DELETE", "/api/clients/1", None),
        ("POST", "/api/invoices/1/clone", {}),
        (
            "POST",
            "/api/payments",
            {"payment_invoiceid": 1, "payment_amount": 1, "payment_date": "2026-01-01"},
        ),
        ("POST", "/api/nowhere", {}),
    ):
        with pytest.raises(NotAllowed):
            session.request(method, proxy.url + path, json=body)
    assert proxy.writes == []


def test_own_records_are_changed_and_deleted_and_are_in_the_ledger_until_then(
    open_session, proxy, tmp_path
):
    target_session, session = open_session("own-data")
    created = session.post(f"{proxy.url}/api/clients", json=CLIENT)
    assert created.status_code == 201, created.text
    client_id = created.json()["data"]["id"]
    url = f"{proxy.url}/api/clients/{client_id}"
    (file,) = tmp_path.glob("*.jsonl")

    assert ("clientId", str(client_id)) in target_session.ledger.created
    assert f'["clientId", "{client_id}"]' in file.read_text()
    assert session.patch(url, json={**CLIENT, "client_company_name": "Still ours"}).ok
    assert session.delete(url).ok
    assert not target_session.ledger.created


def test_the_request_limit_is_enforced(open_session, proxy):
    _, session = open_session("read-only", max_requests=3)
    for _ in range(3):
        session.get(f"{proxy.url}/api/invoices")

    with pytest.raises(NotAllowed, match="the limit of 3 requests is reached"):
        session.get(f"{proxy.url}/api/invoices")
    assert len(proxy.requests) == 3


def test_the_pace_is_enforced(open_session, proxy):
    _, session = open_session("read-only", requests_per_minute=600)
    start = time.monotonic()
    for _ in range(5):
        session.get(f"{proxy.url}/api/items")

    assert time.monotonic() - start >= 0.4


def test_requests_stop_when_the_server_is_unreachable():
    target = Target("growcrm", "http://127.0.0.1:1", mode="read-only", is_mock=False)
    gate = RequestGate()
    gate.register(TargetSession(target, CONTRACT, limits=ResendingLimits(never_seen_seconds=0.3)))

    with gate.installed(), pytest.raises(TargetUnreachable, match="no longer responds"):
        requests.get("http://127.0.0.1:1/api/invoices", timeout=1)


def test_requests_stop_when_responses_are_lost_again_and_again(open_session):
    class Closing(socketserver.BaseRequestHandler):
        """Ends each connection without a response."""

    with serve_connections(Closing) as url:
        target = Target("growcrm", url, mode="full", is_mock=False)
        gate = RequestGate()
        gate.register(TargetSession(target, CONTRACT))
        with gate.installed(), pytest.raises(TargetUnreachable, match="no longer responds"):
            for _ in range(20):
                with pytest.raises(requests.ConnectionError):
                    requests.post(f"{url}/api/invoices", timeout=1)


@pytest.fixture
def gate_of(tmp_path):
    """Return a function that opens a session of a vendor, whose stub server answers 200."""
    with stub_server(lambda request: (200, {}, b"{}")) as server:
        gate, ledger = RequestGate(), Ledger.create(tmp_path, "any", server.url)

        def start_session(vendor, mode):
            contract = Contract(targets.document(vendor), closed=False)
            target = Target(vendor, server.url, mode=mode, is_mock=False)
            gate.register(
                TargetSession(target, contract, ledger=ledger if mode == "own-data" else None)
            )
            return server, ledger

        with gate.installed():
            yield start_session
        ledger.close()


@pytest.mark.parametrize("mode", ["read-only", "own-data"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reads_that_leave_traces_in_records_of_others_are_not_sent(gate_of, mode, method):
    server, _ = gate_of("count", mode)
    url = f"{server.url}/partners/invoices/7/public-link"

    with pytest.raises(NotAllowed, match=rf"not sent in mode {mode}: it leaves a trace .*public"):
        requests.request(method, url, timeout=5)
    assert requests.get(f"{server.url}/partners/invoices/7", timeout=5).ok
    assert [request.path for request in server.requests] == ["/partners/invoices/7"]


def test_reads_that_leave_traces_are_sent_for_own_records_and_in_mode_full(gate_of):
    server, ledger = gate_of("count", "own-data")
    ledger.record_response("POST /partners/invoices", ("invoiceId", "7"))
    url = f"{server.url}/partners/invoices/7/public-link"

    assert requests.get(url, timeout=5).ok
    server, _ = gate_of("count", "full")
    assert requests.get(url.replace("/7/", "/8/"), timeout=5).ok
    ledger.record_deletion(("invoiceId", "7"))


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/Invoice/View", [{"id": 5, "viewers": [{"id": 1}]}]), ("/api/Invoice/PDF/5", {})],
)
def test_views_and_pdfs_of_other_invoices_are_not_sent_in_mode_own_data(gate_of, path, body):
    server, ledger = gate_of("halo", "own-data")

    with pytest.raises(NotAllowed, match="this run did not create invoiceId 5"):
        requests.post(server.url + path, json=body, timeout=5)
    ledger.record_response("POST /api/Invoice", ("invoiceId", "5"))
    assert requests.post(server.url + path, json=body, timeout=5).ok
    ledger.record_deletion(("invoiceId", "5"))
