"""Two hundred sandboxes at once: each client sees its own, at the same addresses."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.signing import body_hash, signature

SANDBOXES = 200
AT_ONCE = 25


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def sandboxes(server):
    """The credentials of two hundred sandboxes by name."""
    with httpx.Client(trust_env=False) as http:
        url = f"{server.urls['main']}/_mock/sandboxes"
        yield {
            made["name"]: made["credentials"]
            for made in (
                http.post(url, json={"data": "empty"}).raise_for_status().json()
                for _ in range(SANDBOXES)
            )
        }


def bearer(role):
    return lambda own, method, path, body: {"Authorization": f"Bearer {own[role]}"}


def signed(own, method, path, body):
    now = str(int(datetime.now(UTC).timestamp()))
    hashed = body_hash(method, body, "application/json")
    below = path.removeprefix("/partners").partition("?")[0]
    return {
        "x-client-id": own["client_id"],
        "x-timestamp": now,
        "x-signature": signature(own["client_secret"], method, below, now, hashed),
        "Authorization": f"Bearer {own['access_token']}",
    }


# By vendor: headers, where a record is made and listed, the record, and a list of names.
CLIENTS = {
    "count": (signed, "/partners/customers", lambda name: {"customer": name},
              lambda found: [each["customer"] for each in found["data"]["records"]]),
    "growcrm": (bearer("api_key"), "/api/clients",
                lambda name: {"client_company_name": name, "first_name": "A", "last_name": "B",
                              "email": "a@x.example"},
                lambda found: [each["company_name"] for each in found["data"]]),
    "halo": (bearer("access_token"), "/api/Client", lambda name: [{"name": name}],
             lambda found: [each["name"] for each in found["clients"]]),
    "optiflow": (bearer("owner"), "/api/v1/contacts",
                 lambda name: {"name": name, "contact_type": "customer"},
                 lambda found: [each["name"] for each in found["data"]]),
}  # fmt: skip


@pytest.mark.parametrize("vendor", CLIENTS)
def test_two_hundred_clients_at_once_never_see_each_others_data(server, sandboxes, vendor):
    headers_of, path, record, names_of = CLIENTS[vendor]
    root = server.urls["vendors"][vendor]["root_url"].rstrip("/")
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(http, own, method, body=None):
        content = b"" if body is None else json.dumps(body).encode()
        headers = {**headers_of(own, method, path, content), "Content-Type": "application/json"}
        answer = await http.request(method, f"{root}{path}", content=content, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def visit(http, name, own):
        async with turns:
            await ask(http, own, "POST", body=record(f"Only {name}"))
            await asyncio.sleep(0)
            return name, names_of(await ask(http, own, "GET"))

    async def all_at_once():
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=60) as http:
            visits = [visit(http, name, own[vendor]) for name, own in sandboxes.items()]
            return await asyncio.gather(*visits)

    seen = asyncio.run(all_at_once())

    for name, names in seen:
        assert [each for each in names if each.startswith("Only ")] == [f"Only {name}"]
    assert len(seen) == SANDBOXES
