"""The time to seed a sandbox with a history of two years, and the latency of other requests meanwhile."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.load import HERE, KEY, Figures, environment

# Seconds between the requests of another client.
INTERVAL = 0.002


def seeding(invoices: int) -> dict[str, Figures]:
    """Return the seconds to seed the invoices, and the latency of other requests, by vendor."""
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
            urls = json.loads(ready.read_text("utf-8"))
            return {key: _measure(urls, key, invoices) for key in urls["vendors"]}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _measure(urls: dict[str, Any], vendor: str, invoices: int) -> Figures:
    """Seed one vendor in a new sandbox, while another client uses the default one."""
    main = urls["main"]
    _post(f"{main}/_mock/sandboxes", {"name": vendor, "data": "empty"})
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        other_client = pool.submit(_send_requests, urls, done)
        started = time.perf_counter()
        try:
            result = _post(
                f"{main}/_mock/sandboxes/{vendor}/seed",
                {"vendor": vendor, "clients": max(invoices // 20, 1), "invoices": invoices},
            )
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
        urllib.request.urlopen(request, timeout=30).read()
        latencies.append((time.perf_counter() - started) * 1000)
        time.sleep(INTERVAL)
    return latencies


def _post(url: str, body: dict[str, object]) -> dict[str, float]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    result: dict[str, float] = json.load(urllib.request.urlopen(request, timeout=600))
    return result
