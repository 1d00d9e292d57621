"""The benchmark of the store measures all of its figures, in a run that is as short as possible."""

import shutil

import pytest

from benchmarks import state_bytes, state_starts
from benchmarks.state import stored_requests

WORKLOADS = {"writes": ("write", 2), "get": ("get", 2)}


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk, a Debian package")
def test_requests_with_the_store_are_compared_with_those_in_memory():
    figures = stored_requests(1, 1, ("growcrm",), WORKLOADS)

    assert figures.keys() == {"growcrm"}
    assert figures["growcrm"].keys() == WORKLOADS.keys()
    for workload in figures["growcrm"].values():
        assert 0 < workload["rate_ratio"] < 10
        assert workload["processor_ratio"] > 0
        assert 0 < workload["p50_ms"] <= workload["p99_ms"]


def test_a_start_with_the_store_is_compared_with_one_in_memory():
    figures = state_starts.starts(
        1, sandboxes=3, large=1, invoices=20, serve=("--vendor", "growcrm")
    )

    assert 0 < figures["default"] < figures["large"]
    assert figures["large_more"] == figures["large"] - figures["in_memory"]
    assert figures["wait_ms"] > 0


def test_the_bytes_of_stored_records_are_measured():
    figures = state_bytes.stored_bytes(30, vendors=("halo",))

    assert figures["sandbox"]["bytes"] > 0
    assert figures["halo"]["invoice_bytes"] > 0
