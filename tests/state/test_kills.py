"""A killed server loses no change that it has confirmed, and stores no request in part."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from time import sleep

import pytest

from conftest import DEPTH
from tests.state import stored_records
from tests.state.workers import Worker
from tests.state.writes import Client, Work

WORKERS = 6
KILLS_OF_A_STORE = 3
STORES = 70 if DEPTH == "deep" else 1
SHARED = ("shared-1", "shared-2")


@pytest.fixture
def start(mockvoice, tmp_path, store):
    """Start a server with the same store again; return the process and its URLs."""

    def start():
        ready = tmp_path / "ready.json"
        ready.unlink(missing_ok=True)
        process = mockvoice(
            "serve", "--port", "0", "--vendor", "growcrm", "--vendor", "halo", "--data", "empty",
            "--state", store, "--ready-file", str(ready),
            example_vendors=False,
        )  # fmt: skip
        return process, process.ready(ready)

    return start


@pytest.mark.parametrize("number", range(STORES))
def test_confirmed_changes_survive_kills_and_others_are_whole_or_absent(
    start, pytestconfig, number
):
    seed = f"{pytestconfig.option.hypothesis_seed}-{number}"
    rng = Random(seed)
    process, urls = start()
    shared = create_shared(urls)
    workers = [Worker(f"w{index}", f"{seed}-{index}", shared) for index in range(WORKERS)]
    workers[0].create_all_kinds(urls)  # their first clients get the invoices
    for _ in range(KILLS_OF_A_STORE):
        run_until_killed(process, urls, workers, rng)
        process, urls = start()
        check(urls, workers)
        workers[0].create_all_kinds(urls)
        check_numbers(workers)


def run_until_killed(process, urls, workers, rng):
    """Let the workers send requests, and kill the server a moment after some response."""
    enough = sum(worker.responses for worker in workers) + rng.randint(1, 200)
    with ThreadPoolExecutor(WORKERS) as pool:
        runs = [pool.submit(worker.run, urls) for worker in workers]
        try:
            while sum(worker.responses for worker in workers) < enough:
                if any(run.done() for run in runs):
                    break
                sleep(0.001)
            sleep(rng.uniform(0, 0.02))
        finally:
            process.end()
    for run in runs:
        run.result()


def create_shared(urls):
    client = Client(urls)
    for name in SHARED:
        body = {"name": name, "data": "empty"}
        assert client.send("control", "POST", "/_mock/sandboxes", body)[0] == 201
    credentials = stored_records.sandboxes(client)
    client.close()
    return credentials


def check(urls, workers):
    """Check that the server has what the workers' responses say, and of the last requests all or nothing."""
    client = Client(urls)
    credentials = stored_records.sandboxes(client)
    stored = {}
    for name in SHARED:
        stored |= stored_records.records(client, name, credentials[name])
    owned = {}
    for name in credentials.keys() - set(SHARED):
        owned[name] = stored_records.own_sandbox(client, name, credentials[name])
    client.close()
    for worker in workers:
        prefix = f"{worker.name}n"
        keys = [key for key in stored if key[2].startswith(prefix)]
        own = [name for name in owned if name.startswith(prefix)]
        assert len(own) <= 1
        actual = Work({key: stored.pop(key) for key in keys}, owned.pop(own[0]) if own else None)
        expected = [work for work in (worker.work, worker.unanswered) if work is not None]
        assert any(matches(work, actual) for work in expected), differences(expected, actual)
        worker.resume(actual, credentials)
    assert not stored
    assert not owned


def matches(expected, actual):
    return (
        expected.own == actual.own
        and expected.records.keys() == actual.records.keys()
        and all(record.matches(actual.records[key]) for key, record in expected.records.items())
    )


def differences(expected, actual):
    """Return what is different from each of the expected states, for a message."""
    return [
        {
            "own": (work.own, actual.own) if work.own != actual.own else "as expected",
            "records": {
                key: (work.records.get(key), actual.records.get(key))
                for key in work.records.keys() | actual.records.keys()
                if work.records.get(key) != actual.records.get(key)
            },
        }
        for work in expected
    ]


def check_numbers(workers):
    """Check that no id of a shared sandbox was issued twice, even after its record was deleted."""
    issued = [each for worker in workers for each in worker.issued]

    assert len(set(issued)) == len(issued)
