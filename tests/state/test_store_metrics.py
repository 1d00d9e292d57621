"""The metrics of a store: its batches, its failures and its loads."""

import time

from tests.metrics import Metrics
from tests.state.stored_server import stored_server
from tests.state.test_failures import Locked, new_invoice, numbers
from tests.webhook_receiver import wait_for

BATCHES, LOADS = "mockvoice_store_batches_total", "mockvoice_store_loads_total"


def scrape(server):
    return Metrics.scrape(server.server.urls["main"])


def test_stored_changes_are_counted_with_their_rows_and_times(store):
    with stored_server(store) as server:
        before = scrape(server)
        assert new_invoice(server).ok
        after = scrape(server)

    assert before.value(BATCHES, result="stored") >= 1  # the sandbox "default"
    assert after.value(BATCHES, result="stored") == before.value(BATCHES, result="stored") + 1
    rows = [each.value("mockvoice_store_rows_total") for each in (before, after)]
    assert rows[1] > rows[0]
    assert after.value(BATCHES, result="failed") == 0
    assert after.value("mockvoice_store_failing") == 0
    batches = after.value(BATCHES, result="stored")
    for name in ("batch_duration", "wait"):
        assert after.value(f"mockvoice_store_{name}_seconds_count") == batches
    writing = after.value("mockvoice_store_batch_duration_seconds_sum")
    assert 0 < writing <= after.value("mockvoice_store_wait_seconds_sum") < 60


def test_reads_store_nothing(store):
    with stored_server(store) as server:
        before = scrape(server)
        server.control("GET", "/sandboxes/default")
        assert scrape(server).total(BATCHES) == before.total(BATCHES)


def test_a_store_that_fails_is_reported_while_it_fails(file):
    with stored_server(file) as server:
        stored = scrape(server).value(BATCHES, result="stored")
        with Locked(file):
            assert new_invoice(server).status_code == 503
            failing = scrape(server)
        assert new_invoice(server).ok
        recovered = scrape(server)

    assert failing.value("mockvoice_store_failing") == 1
    assert failing.value(BATCHES, result="failed") == 1
    assert failing.value(BATCHES, result="stored") == stored
    assert recovered.value("mockvoice_store_failing") == 0
    assert recovered.value(BATCHES, result="failed") == 1
    assert recovered.value(BATCHES, result="stored") > stored
    labels = {"vendor": "growcrm", "operation": "invoices.create"}
    assert recovered.value("mockvoice_requests_total", status=503, **labels) == 1


def test_the_metrics_do_not_wait_for_the_store(file):
    with stored_server(file) as server, Locked(file):
        started = time.monotonic()
        pending = server.server.call_on_loop(lambda: change_settings(server))
        scrape(server)
        seconds = time.monotonic() - started
        assert server.server.call_on_loop(lambda: pending.unstored) is not None
        assert seconds < 3  # the store gives up after 5
        wait_for(lambda: scrape(server).value("mockvoice_store_failing") == 1, seconds=30)


def change_settings(server):
    """Change a sandbox, which no request waits for; return the sandbox."""
    sandbox = server.server.sandboxes.get("default")
    sandbox.settings = sandbox.settings
    return sandbox


def test_loads_are_counted(store):
    with stored_server(store):
        pass
    with stored_server(store) as server:
        before = scrape(server)
        server.control("GET", "/sandboxes/default/snapshots/current")
        after = scrape(server)

    assert [each.value("mockvoice_sandboxes_loaded") for each in (before, after)] == [0, 1]
    assert [each.value(LOADS, result="success") for each in (before, after)] == [0, 1]
    assert after.value("mockvoice_store_load_duration_seconds_count") == 1
    assert after.value(LOADS, result="failed") == 0


def test_failed_loads_are_counted(file, tmp_path):
    with stored_server(file):
        pass
    with stored_server(file) as server:
        moved = tmp_path / "moved.db"
        file.rename(moved)
        server.control("GET", "/sandboxes/default/snapshots/current", status=503)
        loads = scrape(server).value(LOADS, result="failed")
        moved.rename(file)

    assert loads == 1


def test_servers_that_share_a_database_have_numbers_of_their_own(postgresql):
    database = postgresql.new_database()
    with stored_server(database) as first, stored_server(database) as second:
        before = [scrape(each) for each in (first, second)]
        assert new_invoice(first).ok
        assert numbers(second)
        after = [scrape(each) for each in (first, second)]

    assert [each.value("mockvoice_sandboxes_loaded") for each in after] == [0, 1]
    loads = [each.value(LOADS, result="success") for each in after]
    assert loads[1] == before[1].value(LOADS, result="success") + 1
    assert [each.value(LOADS, result="failed") for each in after] == [0, 0]
    written = [
        now.total(BATCHES) - then.total(BATCHES) for then, now in zip(before, after, strict=True)
    ]
    assert written[0] >= 1
    requests = [each.total("mockvoice_requests_total", vendor="growcrm") for each in after]
    assert requests == [1, 1]
