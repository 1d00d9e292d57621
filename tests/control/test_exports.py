"""Exports of sandboxes: every released form can be read, and a mutated one is rejected or readable."""

import copy
import gzip
import json
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
import requests

from conftest import DEPTH
from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tests.export_mutations import mutate
from tests.operation_requests import Client, auth_of, operations

FILES = sorted(Path(__file__).parents[1].joinpath("exports").iterdir())
LATEST = FILES[-1]
# The most records of a path that are read by their ids.
RECORDS = 25


def read(file):
    return json.loads(gzip.decompress(file.read_bytes()))


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox's URL, a session for the control API, and a function that returns its clients."""
    with Server(Settings(port=0, journal_size=20)) as server, requests.Session() as session:
        session.trust_env = False
        control = f"{server.urls['main']}/_mock/sandboxes"
        created = session.post(control, json={"name": "imports", "data": "empty"}).json()

        def client(vendor):
            root = server.urls["vendors"][vendor]["root_url"].rstrip("/")
            now = datetime.fromisoformat(session.get(f"{control}/imports").json()["now"])
            return Client(root, auth_of(vendor, created["credentials"][vendor], now), session, {})

        yield f"{control}/imports", session, client


def failed_reads(url, session, client, vendor):
    """Read every list and record; return the failed operations with the journal's notes."""
    failures = {}

    def send(operation, pick):
        status, _ = client.send(operation, pick)
        if status >= 500 and operation.id not in failures:
            entry = session.get(f"{url}/journal", params={"limit": 1}).json()[0]
            failures[operation.id] = entry["note"][:200]

    readable = [operation for operation in operations(vendor) if operation.method == "get"]
    for operation in readable:
        if not operation.names:
            send(operation, 0)
    for operation in readable:
        if operation.names:
            known = client.ids.get(operation.path.partition("{")[0].rstrip("/"), ["1"])
            for pick in range(min(RECORDS, len(known))):
                send(operation, pick)
    deliveries = session.get(f"{url}/webhooks/deliveries?vendor={vendor}&limit=2000")
    if deliveries.status_code != 200:
        failures["webhooks/deliveries"] = deliveries.text
    return failures


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_every_released_export_can_be_imported_and_read(sandbox, file):
    url, session, client = sandbox
    exported = read(file)
    response = session.post(f"{url}/reset", json={"data": exported})
    assert response.status_code == 200, response.text
    counts = response.json()["counts"]

    for vendor, data in exported["vendors"].items():
        assert counts[vendor] == {name: len(rows) for name, rows in data["tables"].items()}
        assert failed_reads(url, session, client(vendor), vendor) == {}
    again = session.get(f"{url}/snapshots/current").json()
    assert session.post(f"{url}/reset", json={"data": again}).status_code == 200


@pytest.mark.parametrize("vendor", own_vendor_keys())
def test_data_after_many_requests_is_exported_and_imported_unchanged(sandbox, vendor):
    url, session, client = sandbox
    session.post(f"{url}/reset", json={"data": "demo"}).raise_for_status()
    sender = client(vendor)
    sender.read_lists(operations(vendor))
    writes = [operation for operation in operations(vendor) if operation.method != "get"]
    rng = Random(2)
    accepted = 0
    for operation in writes * 3 + rng.choices(writes, k=100):
        status, _ = sender.send(operation, rng.randrange(50))
        assert status < 500, operation.id
        accepted += status < 300
    session.post(f"{url}/clock/advance", json={"days": 400}).raise_for_status()
    exported = session.get(f"{url}/snapshots/current").json()
    response = session.post(f"{url}/reset", json={"data": exported})

    assert response.status_code == 200, response.text
    again = session.get(f"{url}/snapshots/current").json()
    assert again["vendors"] == exported["vendors"]
    assert accepted > 20


@pytest.mark.parametrize("vendor", list(read(LATEST)["vendors"]))
def test_a_mutated_export_is_rejected_or_readable(sandbox, vendor):
    url, session, client = sandbox
    exported = read(LATEST)
    original = exported["vendors"][vendor]
    rng = Random(1)
    accepted = rejected = 0
    for _ in range(1500 if DEPTH == "deep" else 12):
        data, mutation = mutate(original, rng)
        exported["vendors"] = {vendor: data}
        response = session.post(f"{url}/reset", json={"data": copy.copy(exported)})
        if response.status_code == 400:
            rejected += 1
            assert f"$.vendors.{vendor}." in response.json()["error"]["message"], mutation
            continue
        assert response.status_code == 200, f"{mutation}: {response.text}"
        accepted += 1
        failures = failed_reads(url, session, client(vendor), vendor)
        assert failures == {}, mutation

    assert accepted
    assert rejected
