"""The time to seed a sandbox with a history of two years, and the latency of other requests meanwhile.

``python -m benchmarks.seeding [--vendor KEY …] [--invoices NUMBER]`` prints how much faster seeding is
than the same requests over HTTP.

Both execute the requests of the same seeder, in the same server, in a new empty sandbox, while nobody else
uses the server; so they store the same records, and their rates can be compared by request. Over HTTP,
one connection sends each request after the response to the one before, which may contain an id that it
needs. The server then waits for its client half of the time, so rates by the clock would compare seeding
with that client. A rate is therefore the requests per second of the server's processor time: what it
could do if it never waited. What seeding saves is HTTP, credentials, and the validation of requests and
responses; what it adds is the generation of the data.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.load import HERE, KEY, Figures, environment
from benchmarks.writes import Writer
from mockvoice.seeding.options import SeedOptions

# Seconds between the requests of another client.
INTERVAL = 0.002
# The invoices that are created over HTTP; the requests are of the same kinds for any number. The fastest
# run counts.
HTTP_INVOICES = 500
HTTP_RUNS = 3


def seeding(invoices: int) -> dict[str, Figures]:
    """Return the seconds to seed the invoices, and the latency of other requests, by vendor."""
    with empty_server() as urls:
        return {
            key: _measure(urls, key, invoices) | rates(urls, key, invoices)
            for key in urls["vendors"]
        }


@contextmanager
def empty_server() -> Iterator[dict[str, Any]]:
    """Start a server with empty accounts, and yield its URLs."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        process = subprocess.Popen(
            [sys.executable, "-m", "mockvoice", "serve", "--port", "0", "--data", "empty",
             "--ready-file", str(ready)],
            cwd=HERE.parent, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not ready.exists():
                time.sleep(0.02)
            yield json.loads(ready.read_text("utf-8"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def rates(urls: dict[str, Any], vendor: str, invoices: int) -> Figures:
    """Return the requests per processor second of seeding and over HTTP, and the ratio of the two.

    Raises ``RuntimeError`` if there are too few invoices to measure.
    """
    http_rate = max(_http_rate(urls, vendor, number, invoices) for number in range(HTTP_RUNS))
    sandbox = f"{vendor}-rate"
    _create_sandbox(urls, sandbox)
    rate = _rate(urls, lambda: int(_seed(urls, sandbox, vendor, invoices)["requests"]))
    print(
        f"seeding: {vendor}, {rate:,.0f} requests per processor second, over HTTP {http_rate:,.0f}, "
        f"ratio {rate / http_rate:.2f}",
        file=sys.stderr,
    )
    return {
        "requests_per_processor_second": rate,
        "http_requests_per_processor_second": http_rate,
        "ratio": rate / http_rate,
    }


def _http_rate(urls: dict[str, Any], vendor: str, number: int, invoices: int) -> float:
    """Return the requests per processor second of one connection that seeds a new sandbox."""
    sandbox = _create_sandbox(urls, f"{vendor}-http-{number}")
    writer = Writer(vendor, urls["vendors"][vendor]["root_url"], sandbox["credentials"][vendor])
    fewer = min(invoices, HTTP_INVOICES)
    options = SeedOptions(clients=_clients(fewer), invoices=fewer)
    return _rate(urls, lambda: writer.seed(options))


def _rate(urls: dict[str, Any], send: Callable[[], int]) -> float:
    """Return the requests per second of the server's processor time; ``send`` returns their number."""
    process = psutil.Process(urls["pid"])
    before = process.cpu_times()
    requests = send()
    after = process.cpu_times()
    seconds = after.user - before.user + after.system - before.system
    if not seconds:
        raise RuntimeError("the requests took no measurable time; seed more invoices")
    return requests / float(seconds)


def _clients(invoices: int) -> int:
    return max(invoices // 20, 1)


def _measure(urls: dict[str, Any], vendor: str, invoices: int) -> Figures:
    """Seed one vendor in a new sandbox, while another client uses the default one."""
    _create_sandbox(urls, vendor)
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        other_client = pool.submit(_send_requests, urls, done)
        started = time.perf_counter()
        try:
            result = _seed(urls, vendor, vendor, invoices)
            seconds = time.perf_counter() - started
        finally:
            done.set()
        latencies = sorted(other_client.result())
    if not latencies:
        raise RuntimeError(
            f"no other request was sent while {vendor} was seeded with {invoices} invoices; seed more"
        )
    print(f"seeding: {vendor}, {seconds:.1f} s", file=sys.stderr)
    return {
        "seconds": seconds,
        "requests_per_second": result["requests"] / seconds,
        "others_p50_ms": latencies[len(latencies) // 2],
        "others_p99_ms": latencies[len(latencies) * 99 // 100],
        "others_longest_ms": latencies[-1],
    }


def _send_requests(urls: dict[str, Any], done: threading.Event) -> list[float]:
    """Send requests until ``done`` is set, and return their latencies in milliseconds."""
    latencies: list[float] = []
    url = urls["vendors"]["growcrm"]["root_url"] + "/api/categories?limit=1"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {KEY}"})
    while not done.is_set():
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as response:
            response.read()
        latencies.append((time.perf_counter() - started) * 1000)
        time.sleep(INTERVAL)
    return latencies


def _create_sandbox(urls: dict[str, Any], name: str) -> dict[str, Any]:
    return _post(f"{urls['main']}/_mock/sandboxes", {"name": name, "data": "empty"})


def _seed(urls: dict[str, Any], sandbox: str, vendor: str, invoices: int) -> dict[str, Any]:
    return _post(
        f"{urls['main']}/_mock/sandboxes/{sandbox}/seed",
        {"vendor": vendor, "clients": _clients(invoices), "invoices": invoices},
    )


def _post(url: str, body: dict[str, object]) -> dict[str, Any]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=600) as response:
        result: dict[str, Any] = json.load(response)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--vendor", nargs="*", help="default: all")
    parser.add_argument("--invoices", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with empty_server() as urls:
        for vendor in options.vendor or urls["vendors"]:
            rates(urls, vendor, options.invoices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
