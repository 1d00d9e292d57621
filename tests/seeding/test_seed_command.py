"""``mockvoice seed`` into a mock, and into an account over an unreliable network."""

import re
from pathlib import Path

import pytest
import requests

from tests.flaky_network import FlakyNetwork, random_failures
from tests.seeding.seed_runs import NETWORK_FAILURES, SIZE, VENDORS, account_records, run


@pytest.mark.parametrize("vendor", VENDORS)
def test_over_an_unreliable_network_an_account_gets_the_same_records_as_a_sandbox(
    mock, account, expected, vendor
):
    failures = random_failures(NETWORK_FAILURES, 400, seed=7)
    with FlakyNetwork(account(vendor), failures) as network:
        result = run(vendor, *SIZE, "--url", network.url)

    assert result.exit_code == 0, result.output
    assert {failures.get(n) for n in range(network.writes)} >= set(NETWORK_FAILURES)
    assert account_records(mock, vendor) == expected[vendor]
    assert not list(Path().glob("*.jsonl"))  # no checkpoint remains, since a mock can be reset


def delete_items(url):
    """Delete the catalogue items of a Grow CRM account."""
    with requests.Session() as http:
        http.headers["Authorization"] = "Bearer growcrm-demo-key"
        for item in http.get(f"{url}/api/items?limit=100", timeout=30).json()["data"]:
            http.delete(f"{url}/api/items/{item['id']}", timeout=30).raise_for_status()


def test_a_rejected_request_stops_every_run_and_is_reported(mock, account):
    seeded = run("growcrm", *SIZE, "--url", account("growcrm"))
    delete_items(account("growcrm"))  # the account no longer looks like one with this seed
    clients = account_records(mock, "growcrm")[3]
    rejected = [run("growcrm", *SIZE, "--url", account("growcrm")) for _ in range(3)]

    assert seeded.exit_code == 0
    for result in rejected:
        assert result.exit_code == 1
        assert re.search(r"\(client \d\) was rejected with 422", result.output)
        assert "Run the same command again to resume." in result.output
    assert len({result.output for result in rejected}) == 1
    assert account_records(mock, "growcrm")[3] == clients


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("seeded_by", ["control API", "vendor's API", "file"])
def test_an_account_with_data_of_the_same_seed_is_not_seeded_again(
    mock, account, vendor, seeded_by
):
    url = account(vendor)
    source = ()
    if seeded_by == "file":
        assert run(vendor, *SIZE, "--out", "requests.jsonl").exit_code == 0
        source = ("--from", "requests.jsonl")
    target = ("--server", mock.urls["main"]) if seeded_by == "control API" else ("--url", url)
    first = run(vendor, *SIZE, *target, *source)
    before = account_records(mock, vendor)
    again = [run(vendor, *SIZE, "--url", url, *source) for _ in range(2)]

    assert first.exit_code == 0, first.output
    for result in again:
        assert result.exit_code == 1
        assert "this account already holds data generated with this seed" in result.output
    assert account_records(mock, vendor) == before
    assert {file.name for file in Path().iterdir()} <= {"requests.jsonl"}


def test_another_seed_can_be_added_to_a_seeded_account(mock, account):
    url = account("halo")
    results = [run("halo", *SIZE[:-1], seed, "--url", url) for seed in ("3", "4")]

    assert [result.exit_code for result in results] == [0, 0], results[1].output
