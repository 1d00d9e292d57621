"""Isolation of two hundred sandboxes that are used concurrently at the same URLs."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.request_signer import body_hash, signature

SANDBOXES = 200
CONCURRENCY = 25


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def sandboxes(server):
    """Create two hundred sandboxes and return their credentials by name."""
    with httpx.Client(trust_env=False) as http:
        url = f"{server.urls['main']}/_mock/sandboxes"
        yield {
            created["name"]: created["credentials"]
            for created in (
                http.post(url, json={"data": "empty"}).raise_for_status().json()
                for _ in range(SANDBOXES)
            )
        }


def bearer(role):
    return lambda credentials, method, path, body: {"Authorization": f"Bearer {credentials[role]}"}


def signed(credentials, method, path, body):
    timestamp = str(int(datetime.now(UTC).timestamp()))
    digest = body_hash(method, body, "application/json")
    signed_path = path.removeprefix("/partners").partition("?")[0]
    return {
        "x-client-id": credentials["client_id"],
        "x-timestamp": timestamp,
        "x-signature": signature(
            credentials["client_secret"], method, signed_path, timestamp, digest
        ),
        "Authorization": f"Bearer {credentials['access_token']}",
    }


# By vendor: headers, path, body of a new record, and the names in a list response.
CLIENTS = {
    "count": (signed, "/partners/customers", lambda name: {"customer": name},
              lambda body: [row["customer"] for row in body["data"]["records"]]),
    "growcrm": (bearer("api_key"), "/api/clients",
                lambda name: {"client_company_name": name, "first_name": "A", "last_name": "B",
                              "email": "a@x.example"},
                lambda body: [row["company_name"] for row in body["data"]]),
    "halo": (bearer("access_token"), "/api/Client", lambda name: [{"name": name}],
             lambda body: [row["name"] for row in body["clients"]]),
    "optiflow": (bearer("owner"), "/api/v1/contacts",
                 lambda name: {"name": name, "contact_type": "customer"},
                 lambda body: [row["name"] for row in body["data"]]),
}  # fmt: skip


@pytest.mark.parametrize("vendor", CLIENTS)
def test_two_hundred_concurrent_clients_never_see_each_others_data(server, sandboxes, vendor):
    headers_of, path, record, names_of = CLIENTS[vendor]
    root = server.urls["vendors"][vendor]["root_url"].rstrip("/")
    semaphore = asyncio.Semaphore(CONCURRENCY)

    async def send(http, credentials, method, body=None):
        content = b"" if body is None else json.dumps(body).encode()
        headers = {
            **headers_of(credentials, method, path, content),
            "Content-Type": "application/json",
        }
        response = await http.request(method, f"{root}{path}", content=content, headers=headers)
        assert response.status_code in (200, 201), response.text
        return response.json()

    async def use_sandbox(http, name, credentials):
        async with semaphore:
            await send(http, credentials, "POST", body=record(f"Only {name}"))
            await asyncio.sleep(0)
            return name, names_of(await send(http, credentials, "GET"))

    async def use_all():
        limits = httpx.Limits(max_connections=CONCURRENCY)
        async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=60) as http:
            tasks = [
                use_sandbox(http, name, credentials[vendor])
                for name, credentials in sandboxes.items()
            ]
            return await asyncio.gather(*tasks)

    results = asyncio.run(use_all())

    for name, names in results:
        assert [text for text in names if text.startswith("Only ")] == [f"Only {name}"]
    assert len(results) == SANDBOXES
