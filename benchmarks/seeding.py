"""How long it takes to fill a sandbox with a past of two years, and how long others wait meanwhile."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from benchmarks.load import HERE, KEY, Figures, environment

# Another client asks so often, in seconds.
EVERY = 0.002


def seeding(invoices: int) -> dict[str, Figures]:
    """By vendor: seconds for so many invoices with lines and payments, and others' waiting."""
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
            return {key: _filled(urls, key, invoices) for key in urls["vendors"]}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _filled(urls: dict[str, object], vendor: str, invoices: int) -> Figures:
    """One vendor of a sandbox of its own, so that another client of the default one is not in the way."""
    main = str(urls["main"])
    _post(f"{main}/_mock/sandboxes", {"name": vendor, "data": "empty"})
    waits: list[float] = []
    done = threading.Event()
    other = threading.Thread(target=_ask, args=(urls, waits, done))
    other.start()
    began = time.perf_counter()
    told = _post(
        f"{main}/_mock/sandboxes/{vendor}/seed",
        {"vendor": vendor, "clients": max(invoices // 20, 1), "invoices": invoices},
    )
    seconds = time.perf_counter() - began
    done.set()
    other.join()
    waits.sort()
    print(f"seeding: {vendor}, {seconds:.1f} s", file=sys.stderr)
    return {
        "seconds": seconds,
        "requests_per_second": told["requests"] / seconds,
        "others_p50_ms": waits[len(waits) // 2],
        "others_p99_ms": waits[len(waits) * 99 // 100],
        "others_longest_ms": waits[-1],
    }


def _ask(urls: dict[str, dict[str, dict[str, str]]], waits: list[float], done: threading.Event) -> None:  # fmt: skip
    url = urls["vendors"]["growcrm"]["root_url"] + "/api/categories?limit=1"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {KEY}"})
    while not done.is_set():
        began = time.perf_counter()
        urllib.request.urlopen(request, timeout=30).read()
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(EVERY)


def _post(url: str, body: dict[str, object]) -> dict[str, float]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    answer: dict[str, float] = json.load(urllib.request.urlopen(request, timeout=600))
    return answer
