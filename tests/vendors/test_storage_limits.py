"""Limits of a sandbox's rows and of the server's memory: writes are rejected, nothing else is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.vendors.record_lists import RECORDS, RecordList

SENTENCES = {
    "count": lambda body: body["message"],
    "growcrm": lambda body: body["message"],
    "halo": lambda body: body,
    "optiflow": lambda body: body["message"],
}


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers on free ports; they stop at the end of the module."""
    started: list[Server] = []

    def start(**options: Any) -> Server:
        started.append(Server(Settings(port=0, **options)).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def full_memory(serve):
    return serve(data="demo", vendors=tuple(RECORDS), max_memory=1)


@pytest.mark.parametrize("vendor", RECORDS)
def test_a_sandbox_with_its_maximum_number_of_rows_stores_no_more(serve, vendor):
    records = RecordList(serve(data="empty", vendors=(vendor,), max_rows=120), vendor)
    for number in range(130):
        response = records.create(number)
        if response.status_code == 507:
            break
        assert response.status_code in (200, 201), response.text
    length = records.length()

    assert "A sandbox stores at most 120 rows" in SENTENCES[vendor](response.json())
    assert "--max-rows" in response.text
    assert 0 < length < 120
    assert records.create(200).status_code == 507
    assert records.length() == length


@pytest.mark.parametrize("vendor", RECORDS)
def test_without_memory_the_mock_reads_and_does_not_write(full_memory, vendor):
    records = RecordList(full_memory, vendor)
    length = records.length()
    rejected = records.create(1)

    assert rejected.status_code == 507
    assert "--max-memory" in SENTENCES[vendor](rejected.json())
    assert records.length() == length


def test_without_memory_clients_still_get_tokens(full_memory):
    root = full_memory.urls["vendors"]["halo"]["root_url"]
    form = {
        "grant_type": "client_credentials",
        "client_id": "halo-demo-client",
        "client_secret": "halo-demo-secret",
    }

    assert requests.post(f"{root}/auth/token", data=form, timeout=30).status_code == 200


def test_without_memory_no_sandbox_is_added_and_data_can_be_deleted(full_memory):
    url = f"{full_memory.urls['main']}/_mock/sandboxes"
    created = requests.post(url, json={"name": "more"}, timeout=30)
    seeded = requests.post(f"{url}/default/seed", json={"vendor": "growcrm"}, timeout=30)
    saved = requests.post(f"{url}/default/snapshots", json={"name": "now"}, timeout=30)
    reset = requests.post(f"{url}/default/reset", json={}, timeout=30)

    for response in (created, seeded, saved):
        assert response.status_code == 507
        assert response.json()["error"]["code"] == "insufficient_storage"
    assert reset.status_code == 200
    assert RecordList(full_memory, "growcrm").call("DELETE", "/api/invoices/1").status_code < 500


def test_a_seeding_above_the_maximum_number_of_rows_changes_nothing(serve):
    server = serve(data="empty", vendors=("growcrm",), max_rows=500)
    url = f"{server.urls['main']}/_mock/sandboxes/default"
    before = requests.get(url, timeout=30).json()["counts"]
    rejected = requests.post(f"{url}/seed", json={"vendor": "growcrm", "invoices": 300}, timeout=60)

    assert (rejected.status_code, rejected.json()["error"]["code"]) == (507, "insufficient_storage")
    assert requests.get(url, timeout=30).json()["counts"] == before


def test_an_export_above_the_maximum_number_of_rows_is_not_imported(serve):
    small = serve(data="empty", vendors=("growcrm",), max_rows=100)
    large = serve(data="demo", vendors=("growcrm",))
    export = requests.get(
        f"{large.urls['main']}/_mock/sandboxes/default/snapshots/current", timeout=30
    ).json()
    url = f"{small.urls['main']}/_mock/sandboxes"
    imported = requests.put(f"{url}/default/snapshots/large", json=export, timeout=30)
    created = requests.post(url, json={"name": "large", "data": export}, timeout=30)

    assert imported.status_code == created.status_code == 507
    assert requests.get(f"{url}/large", timeout=30).status_code == 404


@pytest.mark.parametrize("size", ["much", "-1", "2XB", "1,5G"])
def test_an_invalid_size_ends_the_start(mockvoice, size):
    code, _, err = mockvoice("serve", "--max-memory", size).result()

    assert code == 2
    assert "is not a size such as 512MiB or 2GiB" in err


def test_a_size_has_a_unit(mockvoice, tmp_path, http):
    ready = tmp_path / "ready.json"
    server = mockvoice(
        "serve", "--port", "0", "--vendor", "growcrm", "--max-memory", "64 MiB", "--ready-file", str(ready),
        example_vendors=False,
    )  # fmt: skip
    url = f"{server.ready(ready)['main']}/_mock/sandboxes"
    response = http.post(url, json={}, timeout=30)

    assert response.status_code == 507
    assert "more than 64 MiB" in response.json()["error"]["message"]


def test_a_clock_whose_events_exceed_the_maximum_number_of_rows_stops_at_them(serve):
    server = serve(data="demo", vendors=("halo",), max_rows=500)
    url = f"{server.urls['main']}/_mock/sandboxes/default"
    rejected = requests.post(f"{url}/clock/advance", json={"days": 36_500}, timeout=60)
    stopped_at = requests.get(f"{url}/clock", timeout=30).json()["now"]

    assert (rejected.status_code, rejected.json()["error"]["code"]) == (507, "insufficient_storage")
    assert stopped_at < "2100"
