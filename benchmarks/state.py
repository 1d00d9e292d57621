"""What the store of ``mockvoice serve --state`` costs: requests, starts and bytes.

``python -m benchmarks.state [--parts requests starts bytes] [--sandboxes NUMBER] [--invoices NUMBER]``
prints the figures as JSON. Requests are measured in pairs: with the store, and in memory. So compare
the ratios; the absolute figures depend on what else the machine does.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests

from benchmarks import state_bytes, state_starts
from benchmarks.load import Figures, wrk
from benchmarks.measured_server import MeasuredServer
from benchmarks.stored_invoices import prepare

VENDORS = ("growcrm", "count")
CLIENTS = 16
MAX_RATE = 3000  # requests a second; COUNT rejects a number of an invoice that comes again
Workload = tuple[str, int]  # the kind of request, and the number of sandboxes that the clients use
WORKLOADS: dict[str, Workload] = {
    "writes_in_16_sandboxes": ("write", 16),
    "writes_in_one_sandbox": ("write", 1),
    "get": ("get", 16),
    "list": ("list", 16),
}


class _Target:
    """A server with the sandboxes of all workloads."""

    def __init__(
        self, folder: Path, state: str | None, vendors: Sequence[str], sandboxes: int
    ) -> None:
        self._server = MeasuredServer(vendors=tuple(vendors), state=state)
        self._urls, self._folder = self._server.urls, folder
        self._process = psutil.Process(self._urls["pid"])
        with requests.Session() as http:
            http.trust_env = False
            self._requests = prepare(self._urls, http, sandboxes, vendors)

    def measure(self, vendor: str, kind: str, sandboxes: int, seconds: float) -> Figures:
        """Return the figures of wrk, and the microseconds of the processor for each request."""
        file = self._folder / "requests"
        self._requests[vendor].save(file, kind, sandboxes, round(MAX_RATE * max(1, seconds)))
        port = urlsplit(self._urls["vendors"][vendor]["root_url"]).port or 0
        before = sum(self._process.cpu_times()[:2])
        figures = wrk(port, "replay.lua", [str(file)], kind, CLIENTS, seconds)
        used = sum(self._process.cpu_times()[:2]) - before
        return {**figures, "processor_us": used / figures["requests"] * 1e6}

    def stop(self) -> None:
        self._server.stop()


def stored_requests(
    rounds: int,
    seconds: float,
    vendors: Sequence[str] = VENDORS,
    workloads: Mapping[str, Workload] = WORKLOADS,
) -> dict[str, dict[str, Figures]]:
    """Return by vendor and workload how the store compares with memory.

    ``rate_ratio`` and ``processor_ratio`` are medians of pairs. The milliseconds are those with the
    store.
    """
    sandboxes = max(number for _, number in workloads.values())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stored = _Target(folder, f"sqlite:///{folder / 'state.db'}", vendors, sandboxes)
        stack.callback(stored.stop)
        in_memory = _Target(folder, None, vendors, sandboxes)
        stack.callback(in_memory.stop)
        targets = (stored, in_memory)
        result: dict[str, dict[str, Figures]] = {}
        for vendor in vendors:
            result[vendor] = {}
            for name, workload in workloads.items():
                compared = _compare(targets, vendor, workload, rounds, seconds)
                result[vendor][name] = compared
                print(f"state: {vendor} {name} measured", file=sys.stderr)
        return result


def _compare(
    targets: tuple[_Target, _Target], vendor: str, workload: Workload, rounds: int, seconds: float
) -> Figures:
    pairs = []
    for number in range(rounds):
        # Each goes first in turn, so that neither has the better half of a drift.
        order = targets if number % 2 else targets[::-1]
        measured = {t: t.measure(vendor, *workload, seconds) for t in order}
        pairs.append((measured[targets[0]], measured[targets[1]]))

    def ratio(name: str) -> float:
        return statistics.median(stored[name] / memory[name] for stored, memory in pairs)

    absolute = ("rps", "p50_ms", "p99_ms", "processor_us")
    figures = {name: statistics.median(stored[name] for stored, _ in pairs) for name in absolute}
    in_memory = statistics.median(memory["p99_ms"] for _, memory in pairs)
    return {
        "rate_ratio": ratio("rps"),
        "processor_ratio": ratio("processor_us"),
        "p99_in_memory_ms": in_memory,
        **figures,
    }


def measure_state(
    rounds: int,
    seconds: float,
    *,
    parts: Sequence[str] = ("requests", "starts", "bytes"),
    starts: int = 3,
    sandboxes: int = 1000,
    large: int = 10,
    invoices: int = 10_000,
    records: int = 300,
) -> dict[str, object]:
    """Return the figures of some parts, or of all. Ten large sandboxes take minutes to fill."""
    measured: dict[str, Callable[[], object]] = {
        "requests": lambda: stored_requests(rounds, seconds),
        "starts": lambda: state_starts.starts(starts, sandboxes, large, invoices),
        "bytes": lambda: state_bytes.stored_bytes(records),
    }
    return {name: measured[name]() for name in parts}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("requests", "starts", "bytes")
    parser.add_argument("--parts", nargs="*", choices=parts, default=parts)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each workload")
    parser.add_argument("--seconds", type=float, default=2, help="duration of one measurement")
    parser.add_argument("--starts", type=int, default=3, help="number of starts of each kind")
    parser.add_argument("--sandboxes", type=int, default=1000, help="in the store at a start")
    parser.add_argument("--large", type=int, default=10, help="number of those with invoices")
    parser.add_argument("--invoices", type=int, default=10_000, help="in each large sandbox")
    parser.add_argument("--records", type=int, default=300, help="records to measure bytes with")
    print(json.dumps(measure_state(**vars(parser.parse_args(arguments))), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
