"""Determinism: after a restore or an import, the same requests get the same response bytes."""

import re
from collections import Counter
from datetime import datetime

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import DEPTH
from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys
from tests.operation_requests import Client, auth_of, operations

NOW = "2026-03-02T10:00:00Z"
# Each error response has a new request id.
REQUEST_ID = re.compile(rb'"requestId":"[0-9a-f-]*"')


@pytest.fixture(scope="module")
def server_and_session():
    """A server, the URL of its sandboxes, and a session for all requests."""
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.trust_env = False
        yield server, f"{server.urls['main']}/_mock/sandboxes", session


@pytest.fixture(scope="module", params=own_vendor_keys())
def scenario(request, server_and_session):
    """The URL of a frozen sandbox, a session, and a vendor's client and operations."""
    server, sandboxes_url, session = server_and_session
    name = f"again-{request.param}"
    created = session.post(sandboxes_url, json={"name": name, "now": NOW}).json()
    session.put(
        f"{sandboxes_url}/{name}/clock", json={"now": NOW, "frozen": True}
    ).raise_for_status()
    root = server.urls["vendors"][request.param]["root_url"].rstrip("/")
    credentials = created["credentials"][request.param]
    auth = auth_of(request.param, credentials, datetime.fromisoformat(NOW))
    known_operations = operations(request.param)
    demo = server.vendors[request.param].credentials
    client = Client(root, auth, session, {demo[role]: credentials[role] for role in demo})
    client.read_lists(known_operations)
    assert sum(map(len, client.ids.values())) > 50
    session.post(f"{sandboxes_url}/{name}/snapshots", json={"name": "start"}).raise_for_status()
    return f"{sandboxes_url}/{name}", session, client, known_operations


def post(session, url):
    response = session.post(url)
    assert response.status_code == 200, response.text


REQUESTS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=3, max_size=15
)
STATUSES = Counter()


@settings(
    max_examples=200 if DEPTH == "deep" else 5,
    # Each example sends hundreds of requests, so shrinking a failing one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=REQUESTS, repeated=REQUESTS, advanced=st.booleans())
def test_the_same_requests_get_the_same_responses(scenario, before, repeated, advanced):
    sandbox, session, initial_client, known_operations = scenario

    def run(client, sequence):
        responses = []
        for number, pick in sequence:
            status, content = client.send(known_operations[number % len(known_operations)], pick)
            responses.append((status, REQUEST_ID.sub(b"", content)))
        if advanced:
            session.post(f"{sandbox}/clock/advance", json={"hours": 1}).raise_for_status()
        # The state contains changes that no response shows.
        state = session.get(f"{sandbox}/snapshots/current").content
        session.put(f"{sandbox}/clock", json={"now": NOW}).raise_for_status()
        return responses, state

    post(session, f"{sandbox}/snapshots/start/restore")
    client = initial_client.copy()
    run(client, before)
    saved = session.post(f"{sandbox}/snapshots", json={"name": "middle"})
    assert saved.status_code == 201
    try:
        first = run(client.copy(), repeated)
        STATUSES.update(status for status, _ in first[0])
        post(session, f"{sandbox}/snapshots/middle/restore")
        assert run(client.copy(), repeated) == first

        exported = session.get(f"{sandbox}/snapshots/middle").content
        imported = session.put(
            f"{sandbox}/snapshots/middle",
            data=exported,
            headers={"Content-Type": "application/json"},
        )
        assert imported.status_code == 200, imported.text
        assert session.get(f"{sandbox}/snapshots/middle").content == exported
        post(session, f"{sandbox}/snapshots/middle/restore")
        assert run(client.copy(), repeated) == first
    finally:
        session.delete(f"{sandbox}/snapshots/middle").raise_for_status()


def test_enough_of_the_requests_above_succeeded():
    succeeded = sum(number for status, number in STATUSES.items() if status < 400)

    assert succeeded > sum(STATUSES.values()) / 4, STATUSES
