"""What leaves for a server under test: below every suite, and whoever sends it."""

import time

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.ledger import Ledger
from mockvoice_contracts.harness.ownership import NotAllowed
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession, TargetUnreachable
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.auth import caller
from tests.stub_servers import answering, passing_on

CONTRACT = Contract(targets.document("growcrm"), closed=False)
KEY = {"api_key": "growcrm-demo-key"}
CLIENT = {
    "client_company_name": "Ours",
    "first_name": "A",
    "last_name": "B",
    "email": "a@ours.example",
}


@pytest.fixture(scope="module")
def stranger():
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        root = server.urls["vendors"]["growcrm"]["root_url"]
        with answering(passing_on(root)) as stranger:
            yield stranger


@pytest.fixture
def watched(stranger, tmp_path):
    """Gives a session behind the wire, for a target with some settings."""
    wire, ledgers = RequestGate(), []
    stranger.asked.clear()

    def watch(mode, **settings):
        target = Target(
            "growcrm", stranger.url, mode=mode, is_mock=False, credentials=KEY, **settings
        )
        ledger = Ledger.create(tmp_path, "growcrm", stranger.url) if mode == "own-data" else None
        ledgers.append(ledger)
        watch = wire.register(TargetSession(target, CONTRACT, ledger=ledger))
        session = requests.Session()
        session.auth = caller(target)
        return watch, session

    with wire.installed():
        yield watch
    for each in ledgers:
        each is None or each.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "LINK"])
def test_nothing_but_reading_leaves_in_mode_read_only(watched, stranger, method):
    _, session = watched("read-only")

    with pytest.raises(NotAllowed, match="would write, and the mode is read-only"):
        session.request(method, f"{stranger.url}/api/invoices/1")
    assert stranger.asked == []


def test_reading_leaves_in_every_mode(watched, stranger):
    for mode in ("read-only", "own-data", "full"):
        _, session = watched(mode)

        assert session.get(f"{stranger.url}/api/invoices").status_code == 200
        assert session.head(f"{stranger.url}/api/invoices").status_code == 200


def test_a_redirect_cannot_carry_a_write_to_another_server(watched, stranger):
    watched("own-data")

    with answering(lambda asked: (200, {}, b"{}")) as other:
        with pytest.raises(NotAllowed, match="/api/invoices would write to another server") as said:
            requests.post(f"{other.url}/api/invoices?token=sesame", timeout=5)
        assert other.asked == []
    assert "sesame" not in str(said.value)


def test_what_is_not_our_own_is_neither_changed_nor_deleted(watched, stranger):
    _, session = watched("own-data")

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
            session.request(method, stranger.url + path, json=body)
    assert stranger.written == []


def test_our_own_is_changed_and_deleted_and_stands_in_the_ledger_meanwhile(
    watched, stranger, tmp_path
):
    watch, session = watched("own-data")
    made = session.post(f"{stranger.url}/api/clients", json=CLIENT)
    assert made.status_code == 201, made.text
    number = made.json()["data"]["id"]
    place = f"{stranger.url}/api/clients/{number}"
    (file,) = tmp_path.glob("*.jsonl")

    assert ("clientId", str(number)) in watch.ledger.created
    assert f'["clientId", "{number}"]' in file.read_text()
    assert session.patch(place, json={**CLIENT, "client_company_name": "Still ours"}).ok
    assert session.delete(place).ok
    assert not watch.ledger.created


def test_the_cap_on_requests_holds(watched, stranger):
    _, session = watched("read-only", max_requests=3)
    for _ in range(3):
        session.get(f"{stranger.url}/api/invoices")

    with pytest.raises(NotAllowed, match="the cap of 3 requests is used up"):
        session.get(f"{stranger.url}/api/invoices")
    assert len(stranger.asked) == 3


def test_the_pace_is_kept(watched, stranger):
    _, session = watched("read-only", requests_per_minute=600)
    began = time.monotonic()
    for _ in range(5):
        session.get(f"{stranger.url}/api/items")

    assert time.monotonic() - began >= 0.4


def test_a_server_that_has_gone_away_is_not_asked_for_ever(tmp_path):
    target = Target("growcrm", "http://127.0.0.1:1", mode="read-only", is_mock=False)
    wire = RequestGate()
    wire.register(TargetSession(target, CONTRACT))

    with wire.installed(), pytest.raises(TargetUnreachable, match="has stopped answering"):
        for _ in range(20):
            with pytest.raises(requests.ConnectionError):
                requests.get("http://127.0.0.1:1/api/invoices", timeout=1)
