"""Use of every kind for some minutes, after which a server must use no more than before.

``python -m benchmarks.soak [--minutes NUMBER]`` (``make soak``) creates sandboxes, sends every operation of all
vendors, lets webhooks fail, moves clocks, saves, restores and exports snapshots, and deletes the sandboxes
again. It measures memory, descriptors, objects and waits before and after; both times nothing is in use.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from benchmarks.measured_server import MeasuredServer, Usage
from benchmarks.webhooks import Mute, refusing_url
from tests.operation_requests import Client, auth_of, operations

VENDORS = ("count", "growcrm", "halo", "optiflow")
WORKERS = 3
WARM_UP_ROUNDS = 20  # until the bounded caches and journals are nearly full
MEASURED_GETS = 500
# How much more than before a server may use at the end.
MAX_MEMORY = 1.05


class Customer:
    """One user of the server: a thread with sandboxes of its own, one after the other."""

    def __init__(self, urls: dict[str, Any], hooks: list[str]) -> None:
        self._vendors = urls["vendors"]
        self._sandboxes = f"{urls['main']}/_mock/sandboxes"
        self._hooks = hooks
        self._http = requests.Session()
        self._http.trust_env = False
        self.statuses: dict[int, int] = {}

    def use_a_sandbox(self) -> None:
        sandbox = self._control("POST", "", {"seed": 7})
        path = f"/{sandbox['name']}"
        for vendor in VENDORS:
            self._use_a_vendor(vendor, sandbox["credentials"][vendor])
        self._control("POST", f"{path}/snapshots", {"name": "one"})
        self._control("POST", f"{path}/clock/advance", {"days": 40})
        self._use_a_vendor("growcrm", sandbox["credentials"]["growcrm"])
        self._control("POST", f"{path}/snapshots/one/restore")
        self._control("GET", f"{path}/snapshots/one")
        self._control("GET", f"{path}/journal")
        self._control("POST", f"{path}/seed", {"vendor": "halo", "invoices": 20, "seed": 3})
        self._control("DELETE", path)

    def _use_a_vendor(self, vendor: str, credentials: dict[str, str]) -> None:
        root = self._vendors[vendor]["root_url"].rstrip("/")
        auth = auth_of(vendor, credentials, datetime.now(UTC))
        client = Client(root, auth, self._http, {})
        for url in self._hooks if vendor == "count" else ():
            self._http.post(
                f"{root}/partners/webhooks", json={"event": "customer.created", "callbackUrl": url},
                auth=auth, timeout=30,
            )  # fmt: skip
        for pick, operation in enumerate(operations(vendor)):
            status, _ = client.send(operation, pick)
            self.statuses[status] = self.statuses.get(status, 0) + 1

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, self._sandboxes + path, json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else None


def soak(minutes: float) -> dict[str, Any]:
    """Return what the server uses before and after, and the 99th percentile of a GET's wait."""
    receiver = Mute()
    server = MeasuredServer()
    try:
        customers = [Customer(server.urls, [receiver.url, refusing_url()]) for _ in range(WORKERS)]
        _work(customers, rounds(WARM_UP_ROUNDS))
        before, wait_before = _at_rest(server)
        _work(customers, until(time.monotonic() + minutes * 60))
        after, wait_after = _at_rest(server)
    finally:
        server.stop()
    statuses: dict[int, int] = {}
    for customer in customers:
        for status, number in customer.statuses.items():
            statuses[status] = statuses.get(status, 0) + number
    return {
        "requests": statuses,
        "memory": after.resident_mib / before.resident_mib,
        "objects": after.objects / before.objects,
        "descriptors": after.descriptors - before.descriptors,
        "p99_ms": (wait_before, wait_after),
        "before": before,
        "after": after,
    }


def rounds(number: int) -> Callable[[int], bool]:
    """Return a condition: whether fewer rounds than this are done."""
    return lambda done: done < number


def until(end: float) -> Callable[[int], bool]:
    """Return a condition: whether it is earlier than this."""
    return lambda _: time.monotonic() < end


def _work(customers: list[Customer], goes_on: Callable[[int], bool]) -> None:
    failures: list[Exception] = []

    def use(customer: Customer) -> None:
        done = 0
        try:
            while goes_on(done):
                customer.use_a_sandbox()
                done += 1
        except Exception as error:  # raised again below, in the main thread
            failures.append(error)

    threads = [threading.Thread(target=use, args=(customer,)) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _at_rest(server: MeasuredServer) -> tuple[Usage, float]:
    url = f"{server.urls['vendors']['growcrm']['root_url'].rstrip('/')}/api/categories"
    waits = []
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = "Bearer growcrm-demo-key"
        for _ in range(MEASURED_GETS):
            started = time.perf_counter()
            http.get(url, timeout=30).raise_for_status()
            waits.append((time.perf_counter() - started) * 1000)
    time.sleep(3)  # until deliveries in progress are cancelled and connections are closed
    return server.usage(), sorted(waits)[int(len(waits) * 0.99)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    result = soak(parser.parse_args().minutes)
    for name, value in result.items():
        print(f"{name}: {value}")
    is_clean = result["memory"] <= MAX_MEMORY and result["descriptors"] <= 0
    return 0 if is_clean and max(result["requests"]) < 500 else 1


if __name__ == "__main__":
    sys.exit(main())
