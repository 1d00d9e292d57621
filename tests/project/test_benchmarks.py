"""The benchmark of seeding reports failures of its second client, and compares like with like."""

from urllib.error import HTTPError

import pytest
import requests

from benchmarks import proxy
from benchmarks import seeding as benchmark
from benchmarks.writes import Writer
from mockvoice.app import Server
from mockvoice.seeding.options import SeedOptions
from mockvoice.settings import Settings


def test_an_error_response_to_the_other_client_ends_the_benchmark(monkeypatch):
    monkeypatch.setattr(benchmark, "KEY", "wrong")

    with pytest.raises(HTTPError, match="401") as caught:
        benchmark.seeding(20)

    caught.value.close()


def test_a_benchmark_without_measured_requests_ends_with_a_message(monkeypatch):
    monkeypatch.setattr(benchmark, "_send_requests", lambda *_: [])

    with pytest.raises(RuntimeError, match="no other request was sent while count was seeded"):
        benchmark.seeding(20)


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, data="empty")) as server:
        yield server


@pytest.mark.parametrize("vendor", ["count", "growcrm", "halo", "optiflow"])
def test_the_requests_over_http_store_what_seeding_stores(server, vendor):
    sandboxes = f"{server.urls['main']}/_mock/sandboxes"
    for name in (f"{vendor}-in-process", f"{vendor}-over-http"):
        created = requests.post(sandboxes, json={"name": name, "data": "empty"}, timeout=30).json()
    seeded = requests.post(
        f"{sandboxes}/{vendor}-in-process/seed",
        json={"vendor": vendor, "clients": 2, "invoices": 25},
        timeout=30,
    ).json()
    writer = Writer(
        vendor, server.urls["vendors"][vendor]["root_url"], created["credentials"][vendor]
    )
    sent = writer.seed(SeedOptions(clients=2, invoices=25))
    counts = [
        requests.get(f"{sandboxes}/{vendor}-{name}", timeout=30).json()["counts"][vendor]
        for name in ("in-process", "over-http")
    ]

    assert sent == seeded["requests"] > 50
    assert counts[0] == counts[1]


def test_the_cost_of_the_proxy_is_measured_on_connections_that_are_kept():
    settings = Settings(port=0, proxy_port=0, routes=((proxy.HOST, "growcrm"),))
    with Server(settings) as server:
        result = proxy.compare(server.urls, requests=20, rounds=1)

        assert result["ratio"] > 0
        url = f"{server.urls['main']}/_mock/sandboxes/default/journal?vendor=growcrm&limit=100"
        assert len(requests.get(url, timeout=30).json()) == 2 * 21
