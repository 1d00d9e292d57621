"""The benchmark of seeding reports failures of its second client."""

from urllib.error import HTTPError

import pytest

from benchmarks import seeding as benchmark


def test_an_error_response_to_the_other_client_ends_the_benchmark(monkeypatch):
    monkeypatch.setattr(benchmark, "KEY", "wrong")

    with pytest.raises(HTTPError, match="401"):
        benchmark.seeding(20)


def test_a_benchmark_without_measured_requests_ends_with_a_message(monkeypatch):
    monkeypatch.setattr(benchmark, "_send_requests", lambda *_: [])

    with pytest.raises(RuntimeError, match="no other request was sent while count was seeded"):
        benchmark.seeding(20)
