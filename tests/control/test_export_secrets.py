"""Exports contain no credential, and the same data in two sandboxes is exported identically."""

import json

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

NOW = "2026-03-02T10:00:00Z"


@pytest.fixture(scope="module")
def exports():
    """The credentials and the exports of two sandboxes that were seeded alike."""
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.trust_env = False
        sandboxes = f"{server.urls['main']}/_mock/sandboxes"
        results = []
        for _ in range(2):
            body = {"now": NOW, "frozen": True, "seed": 5}
            created = session.post(sandboxes, json=body).json()
            url = f"{sandboxes}/{created['name']}"
            for vendor in created["credentials"]:
                options = {
                    "vendor": vendor,
                    "clients": 5,
                    "invoices": 20,
                    "payments": 10,
                    "seed": 3,
                }
                session.post(f"{url}/seed", json=options, timeout=120).raise_for_status()
            exported = session.get(f"{url}/snapshots/current").json()
            results.append((created["credentials"], exported))
        yield results


@pytest.mark.parametrize("vendor", ["count", "growcrm", "halo", "optiflow"])
def test_the_same_seed_gives_the_same_export(exports, vendor):
    first, second = (exported["vendors"][vendor] for _, exported in exports)

    assert first == second


def test_an_export_contains_no_credential(exports):
    for credentials, exported in exports:
        text = json.dumps(exported)
        secrets = [secret for by_role in credentials.values() for secret in by_role.values()]

        assert [secret for secret in secrets if secret in text] == []
