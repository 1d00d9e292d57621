"""What sandboxes and snapshots cost: to make, to keep, to save and to go back."""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import requests

from benchmarks.load import KEY, Figures
from benchmarks.servers import world
from mockvoice.app import Server
from mockvoice.settings import Settings

ALIVE = 500
WEIGHED = 100


def sandboxes(rounds: int, invoices: int) -> dict[str, Figures]:
    """Milliseconds by HTTP, one after the other, and the bytes of a sandbox that nobody has used."""
    with requests.Session() as http:
        http.trust_env = False
        return {"sandboxes": _sandboxes(http), "snapshots": _snapshots(http, rounds, invoices)}


def _sandboxes(http: requests.Session) -> Figures:
    with Server(Settings(port=0)) as server:
        url = f"{server.urls['main']}/_mock/sandboxes"
        for _ in range(ALIVE):
            _ask(http, "POST", url)
        taken = [_milliseconds(partial(_ask, http, "POST", url)) for _ in range(WEIGHED)]
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(WEIGHED):
            _ask(http, "POST", url)
        kept = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    return {"create_p50_ms": statistics.median(taken), "untouched_bytes": kept / WEIGHED}


def _snapshots(http: requests.Session, rounds: int, invoices: int) -> Figures:
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        large = world(invoices)
        default = server.sandboxes.get("default")
        assert default is not None
        server.call_on_loop(lambda: default.backends.rebase({"growcrm": large}))
        url = f"{server.urls['main']}/_mock/sandboxes/default/snapshots"
        taken: dict[str, list[float]] = {"save": [], "restore": [], "first_write": [], "write": []}

        for number in range(rounds * 2):
            one = {"name": f"s{number}"}
            steps = {
                "save": partial(_ask, http, "POST", url, one),
                "restore": partial(_ask, http, "POST", f"{url}/s{number}/restore"),
                "first_write": partial(_create, http, server),
                "write": partial(_create, http, server),
            }
            for step, work in steps.items():
                taken[step].append(_milliseconds(work))
    return {f"{name}_p50_ms": statistics.median(each) for name, each in taken.items()}


def _create(http: requests.Session, server: Server) -> None:
    """Change the largest table: a new invoice."""
    day = "2026-03-01"
    _ask(
        http,
        "POST",
        f"{server.urls['vendors']['growcrm']['root_url'].rstrip('/')}/api/invoices",
        {"bill_clientid": 1, "bill_categoryid": 4, "bill_date": day, "bill_due_date": day},
        {"Authorization": f"Bearer {KEY}"},
    )


def _ask(
    http: requests.Session,
    method: str,
    url: str,
    body: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    http.request(method, url, json=body, headers=headers, timeout=60).raise_for_status()


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
