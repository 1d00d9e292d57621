"""The cost of creating and keeping sandboxes, and of saving and restoring snapshots."""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import requests

from benchmarks.load import KEY, Figures
from benchmarks.servers import create_backend
from mockvoice.app import Server
from mockvoice.settings import Settings

EXISTING = 500  # sandboxes before the measurement
MEASURED = 100


def sandboxes(rounds: int, invoices: int) -> dict[str, Figures]:
    """Return milliseconds over HTTP, one request after another, and the bytes of an unused sandbox."""
    with requests.Session() as http:
        http.trust_env = False
        return {"sandboxes": _sandboxes(http), "snapshots": _snapshots(http, rounds, invoices)}


def _sandboxes(http: requests.Session) -> Figures:
    with Server(Settings(port=0)) as server:
        url = f"{server.urls['main']}/_mock/sandboxes"
        for _ in range(EXISTING):
            _request(http, "POST", url)
        samples = [_milliseconds(partial(_request, http, "POST", url)) for _ in range(MEASURED)]
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(MEASURED):
            _request(http, "POST", url)
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    return {"create_p50_ms": statistics.median(samples), "untouched_bytes": used / MEASURED}


def _snapshots(http: requests.Session, rounds: int, invoices: int) -> Figures:
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        large = create_backend(invoices)
        default = server.sandboxes.get("default")
        assert default is not None
        server.call_on_loop(lambda: default.backends.rebase({"growcrm": large}))
        url = f"{server.urls['main']}/_mock/sandboxes/default/snapshots"
        samples: dict[str, list[float]] = {
            "save": [],
            "restore": [],
            "first_write": [],
            "write": [],
        }

        for number in range(rounds * 2):
            body = {"name": f"s{number}"}
            steps = {
                "save": partial(_request, http, "POST", url, body),
                "restore": partial(_request, http, "POST", f"{url}/s{number}/restore"),
                "first_write": partial(_create, http, server),
                "write": partial(_create, http, server),
            }
            for step, work in steps.items():
                samples[step].append(_milliseconds(work))
    return {f"{name}_p50_ms": statistics.median(values) for name, values in samples.items()}


def _create(http: requests.Session, server: Server) -> None:
    """Add an invoice to the largest table."""
    day = "2026-03-01"
    _request(
        http,
        "POST",
        f"{server.urls['vendors']['growcrm']['root_url'].rstrip('/')}/api/invoices",
        {"bill_clientid": 1, "bill_categoryid": 4, "bill_date": day, "bill_due_date": day},
        {"Authorization": f"Bearer {KEY}"},
    )


def _request(
    http: requests.Session,
    method: str,
    url: str,
    body: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    http.request(method, url, json=body, headers=headers, timeout=60).raise_for_status()


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
