"""Data is read from the store when it is needed, and leaves memory when it is not."""

import sqlite3
import time
from urllib.parse import urlsplit

import pytest

from mockvoice.state_store.store import IDLE_SECONDS
from tests.state.stored_server import stored_server
from tests.state.test_restart import FROZEN, INVOICE
from tests.webhook_receiver import Receiver, Workspace, wait_for


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def loaded(server):
    """Return the names of the sandboxes whose data is in memory."""
    return {
        sandbox.name
        for sandbox in server.server.call_on_loop(lambda: list(server.server.sandboxes))
        if sandbox.backends.is_loaded
    }


def create(server, name, **options):
    sandbox = server.control("POST", "/sandboxes", {"name": name, **FROZEN, **options})
    return sandbox["credentials"]


def test_a_sandbox_is_loaded_by_its_first_request(store):
    with stored_server(store) as server:
        keys = {name: create(server, name)["growcrm"]["api_key"] for name in "abc"}
        counts = server.control("GET", "/sandboxes")
    with stored_server(store) as server:
        assert server.control("GET", "/sandboxes")[1:] == counts[1:]
        assert loaded(server) == set()
        assert server.vendor("growcrm", "GET", "/api/invoices", keys["b"]).status_code == 200
        assert loaded(server) == {"b"}
        page = server.session.get(f"{server.urls['main']}/sandboxes/c", timeout=30)
        assert page.status_code == 200
        assert loaded(server) == {"b", "c"}


def test_above_the_limit_idle_sandboxes_leave_memory_and_are_never_deleted(store, monkeypatch):
    monkeypatch.setattr("mockvoice.state_store.store.IDLE_SECONDS", 0.0)
    assert IDLE_SECONDS > 0
    with stored_server(store, max_sandboxes=2) as server:
        keys = {name: create(server, name)["growcrm"]["api_key"] for name in "abcd"}
        for round_number in range(2):
            for number, key in enumerate(keys.values()):
                response = server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
                assert response.status_code in (200, 201), (round_number, number)
            assert len(loaded(server)) <= 2
        assert len(server.control("GET", "/sandboxes")) == 5
        totals = {
            server.vendor("growcrm", "GET", "/api/invoices", key).json()["meta"]["total"]
            for key in keys.values()
        }
        assert totals == {64}


def test_a_public_invoice_is_found_in_data_that_is_not_in_memory(file):
    with stored_server(file) as server:
        workspace = Workspace(server.urls, server.session, data="demo")
        invoices = workspace.send("GET", "/invoices")["invoices"]
        approved = next(each for each in invoices if not each["isDraft"])
        link = workspace.send("GET", f"/invoices/{approved['id']}/public-link")["publicLink"]
    with stored_server(file) as server:
        root = server.urls["vendors"]["count"]["root_url"]
        path = urlsplit(link).path
        assert server.session.get(f"{root}{path}", timeout=30).status_code == 200
        assert server.session.get(f"{root}{path}0", timeout=30).status_code == 404


def workspace_with_a_waiting_delivery(server, receiver):
    receiver.responses = [500] * 3
    workspace = Workspace(server.urls, server.session)
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    wait_for(lambda: len(receiver.received) >= 1)
    return workspace


def test_a_webhook_that_waits_is_delivered_after_a_restart_without_a_request(file, receiver):
    with stored_server(file) as server:
        workspace = workspace_with_a_waiting_delivery(server, receiver)
        name = workspace.name
    seen = len(receiver.received)
    receiver.responses = []
    with stored_server(file) as server:
        wait_for(lambda: len(receiver.received) > seen)
        wait_for(
            lambda: (
                server.control("GET", f"/sandboxes/{name}/webhooks/deliveries")[0]["state"]
                == "delivered"
            )
        )


def test_vendors_that_are_not_served_keep_their_data(store):
    with stored_server(store) as server:
        create(server, "a")
        server.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
        before = server.sandbox("a")
    with stored_server(store, vendors=("halo",)) as server:
        sandbox = server.sandbox("a")
        assert list(sandbox["current"]["vendors"]) == ["halo"]
        server.control("POST", "/sandboxes/a/snapshots/s/restore")
        body = {"vendor": "halo", "clients": 1, "invoices": 1}
        server.control("POST", "/sandboxes/a/seed", body)
    with stored_server(store) as server:
        after = server.sandbox("a")
        for vendor in ("count", "growcrm", "optiflow"):
            assert after["current"]["vendors"][vendor] == before["current"]["vendors"][vendor]
        assert after["states"] == before["states"]
        assert after["sandbox"]["credentials"] == before["sandbox"]["credentials"]


def test_a_vendor_that_is_served_later_starts_with_its_initial_data(file):
    with stored_server(file, vendors=("halo",)) as server:
        create(server, "a", data="empty")
    for _ in range(2):
        with stored_server(file) as server:
            sandbox = server.sandbox("a")
            key = sandbox["sandbox"]["credentials"]["growcrm"]["api_key"]
            assert server.vendor("growcrm", "GET", "/api/invoices", key).json()["data"] == []
            assert server.control("GET", "/sandboxes/default")["counts"]["growcrm"]["invoices"] > 10


def test_rows_of_an_older_schema_are_upgraded(file):
    with stored_server(file) as server:
        create(server, "a")
        server.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
        body = {"vendor": "count", "clients": 1, "invoices": 1}
        server.control("POST", "/sandboxes/a/seed", body)
        before = server.sandbox("a")
    connection = sqlite3.connect(file)
    connection.execute("UPDATE layers SET schema = 1 WHERE vendor = 'count'")
    connection.execute(
        "UPDATE layer_rows SET value = json_set(value, '$.strict_create', json('true')) "
        "WHERE name = 'teams'"
    )
    connection.commit()
    connection.close()
    for _ in range(2):
        with stored_server(file) as server:
            assert server.sandbox("a") == before
    connection = sqlite3.connect(file)
    old = (
        "SELECT count(*) FROM layers WHERE vendor = 'count' AND schema < 2 AND sandbox IS NOT NULL"
    )
    assert connection.execute(old).fetchone() == (0,)
    connection.close()


def test_rows_of_a_newer_schema_are_refused_in_words(file):
    with stored_server(file) as server:
        key = create(server, "a")["growcrm"]["api_key"]
        server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE layers SET schema = 99 WHERE sandbox IS NOT NULL")
    connection.commit()
    connection.close()
    with stored_server(file) as server:
        response = server.vendor("growcrm", "GET", "/api/invoices", key)
        assert response.status_code == 503
        assert "was written by a newer version of Mockvoice" in response.text


def test_an_expired_sandbox_is_deleted_although_it_is_not_in_memory(file):
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "brief", "ttl_seconds": 1})
    with stored_server(file) as server:
        time.sleep(1.2)
        assert [each["name"] for each in server.control("GET", "/sandboxes")] == ["default"]
    with stored_server(file) as server:
        assert [each["name"] for each in server.control("GET", "/sandboxes")] == ["default"]


def test_a_webhook_that_waits_in_a_saved_state_is_delivered_after_a_restart(file, receiver):
    with stored_server(file) as server:
        workspace = workspace_with_a_waiting_delivery(server, receiver)
        workspace.control("PUT", "/clock", {"frozen": True})
        workspace.control("POST", "/snapshots", {"name": "s"}, 201)
        workspace.control("PUT", "/clock", {"frozen": False})
    seen = len(receiver.received)
    receiver.responses = []
    with stored_server(file):
        wait_for(lambda: len(receiver.received) > seen)


def test_sandboxes_above_the_limit_are_read_for_every_kind_of_request(file, monkeypatch):
    monkeypatch.setattr("mockvoice.state_store.store.IDLE_SECONDS", 0.0)
    with stored_server(file, max_sandboxes=1) as server:
        workspaces = [Workspace(server.urls, server.session) for _ in range(3)]
        for workspace in (*workspaces, *workspaces):
            workspace.publish("A")
            assert workspace.control("GET", "/snapshots") == []
            page = f"{server.urls['main']}/sandboxes/{workspace.name}"
            assert server.session.get(page, timeout=30).status_code == 200


def test_a_new_credential_of_an_old_sandbox_is_its_own(file):
    with stored_server(file, vendors=("halo",)) as server:
        create(server, "a")
    keys = []
    for name in ("b", "c"):
        with stored_server(file) as server:
            sandboxes = server.control("GET", "/sandboxes")
            create(server, name)
            keys.append({each["name"]: each["credentials"] for each in sandboxes})
            after = {
                each["name"]: each["credentials"]["growcrm"]["api_key"]
                for each in server.control("GET", "/sandboxes")
            }
            assert len(set(after.values())) == len(after)
    assert keys[0]["a"] == keys[1]["a"]
