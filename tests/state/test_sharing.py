"""Servers that share a database: each sandbox is the same on all, whichever has it at the moment."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest

from mockvoice.state_store.node import LEASE_SECONDS
from tests.state.nodes import start_node
from tests.state.stored_server import stored_server
from tests.state.test_failures import KEY, new_invoice, numbers
from tests.state.test_loading import create, loaded, workspace_with_a_waiting_delivery
from tests.state.test_restart import FROZEN, INVOICE
from tests.webhook_receiver import Receiver, Workspace, wait_for


@pytest.fixture
def database(postgresql):
    return postgresql.new_database()


@pytest.fixture
def servers(database):
    """Two servers in this process."""
    with stored_server(database) as first, stored_server(database) as second:
        yield first, second


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def names(server):
    return [each["name"] for each in server.control("GET", "/sandboxes")]


def status(server, key):
    return server.vendor("growcrm", "GET", "/api/invoices", key).status_code


def test_what_one_server_has_written_all_others_show_at_once(servers):
    before = numbers(servers[0])
    for number in range(6):
        assert new_invoice(servers[number % 2]).status_code == 201
        expected = [*before, *range(before[-1] + 1, before[-1] + 2 + number)]
        assert numbers(servers[1 - number % 2]) == expected
        assert loaded(servers[number % 2]) == set()


def test_a_new_sandbox_is_known_to_all_servers_by_credential_name_and_list(servers):
    first, second = servers
    keys = {name: create(first, name) for name in ("by-key", "by-name", "listed")}

    assert status(second, keys["by-key"]["growcrm"]["api_key"]) == 200
    shown = second.control("GET", "/sandboxes/by-name")
    assert shown["credentials"] == keys["by-name"]
    assert shown["now"] == FROZEN["now"]
    assert sorted(names(second)) == ["by-key", "by-name", "default", "listed"]


def test_the_list_shows_the_counts_and_the_clocks_that_are_stored(servers):
    first, second = servers
    key = create(first, "a")["growcrm"]["api_key"]
    assert names(second) == ["default", "a"]
    first.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
    first.control("POST", "/sandboxes/a/clock/advance", {"days": 1})
    expected = first.control("GET", "/sandboxes")

    assert second.control("GET", "/sandboxes")[1:] == expected[1:]
    assert "a" in loaded(first)
    assert "a" not in loaded(second)


def test_unknown_credentials_and_names_are_refused_as_without_a_store(servers):
    create(servers[0], "a")
    unknown = f"growcrm-{'0123456789' * 4}-key"

    assert status(servers[1], unknown) == 401
    servers[1].control("GET", "/sandboxes/missing", status=404)


def test_a_deleted_sandbox_is_gone_for_all_servers_and_its_name_is_free(servers):
    first, second = servers
    old = create(first, "a")["growcrm"]["api_key"]
    assert status(second, old) == 200
    second.control("DELETE", "/sandboxes/a")

    assert status(first, old) == 401
    first.control("GET", "/sandboxes/a", status=404)
    new = create(second, "a")["growcrm"]["api_key"]
    assert status(first, new) == 200
    assert status(first, old) == 401
    assert names(first) == names(second) == ["default", "a"]


def test_the_name_of_a_sandbox_that_another_server_has_deleted_is_free(servers):
    first, second = servers
    create(first, "a")
    second.control("DELETE", "/sandboxes/a")

    assert first.control("POST", "/sandboxes", {"name": "a"})["name"] == "a"


def test_a_public_link_opens_on_a_server_that_has_not_met_the_sandbox(servers):
    first, second = servers
    workspace = Workspace(first.urls, first.session, data="demo")
    invoices = workspace.send("GET", "/invoices")["invoices"]
    approved = next(each for each in invoices if not each["isDraft"])
    link = workspace.send("GET", f"/invoices/{approved['id']}/public-link")["publicLink"]
    root = second.urls["vendors"]["count"]["root_url"]

    page = second.session.get(f"{root}{urlsplit(link).path}", timeout=30)
    assert (page.status_code, approved["invoiceNumber"] in page.text) == (200, True)


def test_the_journal_begins_anew_when_a_sandbox_comes_back(servers):
    first, second = servers
    key = create(first, "a")["growcrm"]["api_key"]

    def entries(server):
        return len(server.control("GET", "/sandboxes/a/journal"))

    assert [status(first, key), entries(first)] == [200, 1]
    assert [status(second, key), entries(second)] == [200, 1]
    assert [status(first, key), entries(first)] == [200, 1]


def test_a_sandbox_that_another_server_deletes_during_a_request_is_gone_for_it(servers):
    first, second = servers
    key = create(first, "a")["growcrm"]["api_key"]
    assert status(first, key) == 200
    with ThreadPoolExecutor(1) as pool:
        headers = {"Authorization": f"Bearer {key}", "X-Mock-Fault": "delay=1"}
        url = f"{first.urls['vendors']['growcrm']['root_url']}/api/invoices"
        waiting = pool.submit(first.session.get, url, headers=headers, timeout=30)
        time.sleep(0.4)
        second.control("DELETE", "/sandboxes/a")

        assert waiting.result().status_code == 401


def test_a_name_that_another_server_has_is_taken(servers):
    first, second = servers
    create(first, "a")
    second.control("POST", "/sandboxes", {"name": "a"}, status=409)
    unnamed = [server.control("POST", "/sandboxes", {})["name"] for server in servers * 3]

    assert len(set(unnamed)) == len(unnamed)


def test_of_requests_for_the_same_name_exactly_one_creates_the_sandbox(servers):
    for number in range(5):
        body = {"name": f"same-{number}"}

        def create(server, body=body):
            url = f"{server.urls['main']}/_mock/sandboxes"
            return server.session.post(url, json=body, timeout=30)

        with ThreadPoolExecutor(8) as pool:
            responses = list(pool.map(create, servers * 4))
        assert sorted(each.status_code for each in responses) == [201] + [409] * 7
        [created] = [each.json() for each in responses if each.status_code == 201]
        key = created["credentials"]["growcrm"]["api_key"]
        assert [status(server, key) for server in servers] == [200, 200]


def test_a_sandbox_that_is_used_through_two_servers_all_the_time_is_served_by_both(servers):
    end = time.monotonic() + 3

    def read(server):
        statuses = []
        while time.monotonic() < end:
            statuses.append(status(server, KEY))
        return statuses

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(read, servers)
    assert set(first + second) == {200}
    assert min(len(first), len(second)) >= 5


def test_concurrent_writes_through_two_servers_lose_nothing(servers):
    before = numbers(servers[0])
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(new_invoice, servers * 15))
    created = [each.json()["data"]["id"] for each in responses if each.status_code == 201]

    assert {each.status_code for each in responses} <= {201, 503}
    assert len(created) > 15
    assert len(set(created)) == len(created)
    assert numbers(servers[0]) == numbers(servers[1])
    assert set(numbers(servers[0])) == {*before, *created}


def test_a_snapshot_and_faults_of_another_server_are_there(servers):
    first, second = servers
    create(first, "a")
    first.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
    fault = {"vendor": "growcrm", "operation": "*", "effect": {"kind": "status", "status": 503}}
    first.control("POST", "/sandboxes/a/faults", {**fault, "times": 1})
    expected = first.sandbox("a")

    assert second.sandbox("a") == expected
    key = expected["sandbox"]["credentials"]["growcrm"]["api_key"]
    assert [status(second, key), status(first, key)] == [503, 200]


def test_a_sandbox_that_expires_is_removed_by_whichever_server(servers):
    first, second = servers
    held = create(first, "held", ttl_seconds=1)["growcrm"]["api_key"]
    free = create(first, "free", ttl_seconds=1)["growcrm"]["api_key"]
    assert status(second, free) == 200
    wait_for(lambda: names(first) == names(second) == ["default"])

    assert [status(server, key) for server in servers for key in (held, free)] == [401] * 4


def test_a_killed_server_leaves_its_sandboxes_to_others(mockvoice, tmp_path, database):
    first = start_node(mockvoice, tmp_path, database, "first")
    second = start_node(mockvoice, tmp_path, database, "second")
    created = new_invoice(first.server).json()["data"]["id"]
    first.kill()
    started_at = time.monotonic()

    assert created in numbers(second.server)
    assert time.monotonic() - started_at < LEASE_SECONDS + 3
    assert new_invoice(second.server).json()["data"]["id"] == created + 1


def test_a_server_that_ends_hands_its_sandboxes_over(mockvoice, tmp_path, database):
    first = start_node(mockvoice, tmp_path, database, "first")
    second = start_node(mockvoice, tmp_path, database, "second")
    created = new_invoice(first.server).json()["data"]["id"]
    first.terminate()
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM nodes").fetchone() == (1,)
        assert connection.execute("SELECT count(node) FROM leases").fetchone() == (0,)

    assert created in numbers(second.server)


def test_a_paused_server_shows_and_writes_nothing_old(mockvoice, tmp_path, database):
    first = start_node(mockvoice, tmp_path, database, "first")
    second = start_node(mockvoice, tmp_path, database, "second")
    created = new_invoice(first.server).json()["data"]["id"]
    first.pause()
    other = new_invoice(second.server).json()["data"]["id"]
    with ThreadPoolExecutor(2) as pool:
        # Both wait in the paused server, which has an old state in memory when it goes on.
        shown = pool.submit(numbers, first.server)
        written = pool.submit(new_invoice, first.server)
        time.sleep(0.2)
        first.resume()

        assert other == created + 1
        assert other in shown.result()
        assert written.result().json()["data"]["id"] == created + 2
    assert numbers(second.server) == numbers(first.server)


def test_a_server_that_was_removed_meanwhile_begins_anew(servers, database):
    first, second = servers
    key = create(first, "a")["growcrm"]["api_key"]
    with psycopg.connect(database) as connection:  # as a server that starts does with old ones
        connection.execute("DELETE FROM nodes")
        connection.commit()
        wait_for(lambda: connection.execute("SELECT count(*) FROM nodes").fetchone() == (2,))

    assert [new_invoice(server).status_code for server in servers] == [201, 201]
    assert numbers(first) == numbers(second)
    assert status(first, key) == status(second, key) == 200


def test_without_the_database_nothing_is_shown_that_may_be_old(servers, postgresql):
    before = numbers(servers[0])
    postgresql.control("stop", "-m", "immediate")
    try:
        time.sleep(LEASE_SECONDS)
        refused = servers[0].vendor("growcrm", "GET", "/api/invoices", KEY)
        assert refused.status_code == 503
        assert "does not respond" in refused.text
    finally:
        postgresql.control("start")
    assert numbers(servers[0]) == numbers(servers[1]) == before


def test_a_webhook_that_waits_in_a_killed_server_is_delivered_by_another(
    mockvoice, tmp_path, database, receiver
):
    first = start_node(mockvoice, tmp_path, database, "first")
    start_node(mockvoice, tmp_path, database, "second")
    workspace_with_a_waiting_delivery(first.server, receiver)
    seen = len(receiver.received)
    receiver.responses = []
    first.kill()

    wait_for(lambda: len(receiver.received) > seen, seconds=20)
