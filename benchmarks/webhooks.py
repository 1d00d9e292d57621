"""What failing webhooks cost a server: sockets, memory and objects in reference cycles.

``python -m benchmarks.webhooks [--subscriptions NUMBER] [--seconds SECONDS]`` measures two receivers:
one that accepts connections and never responds, and a port that refuses them.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests

from benchmarks.measured_server import MeasuredServer
from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import auth_of

BACKLOG = 4096
POLL_SECONDS = 0.2


class Mute:
    """A receiver that accepts connections and never responds."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self._accepted: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/hook"

    def _accept(self) -> None:
        while True:
            self._accepted.append(self._listener.accept()[0])


def refusing_url() -> str:
    """Return a URL whose port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/hook"


class Customer:
    """Sends requests to COUNT's API of a server."""

    def __init__(self, server: MeasuredServer) -> None:
        self._root = server.urls["vendors"]["count"]["root_url"].rstrip("/")
        credentials = dict(load_vendor("count").credentials)
        self._auth = auth_of("count", credentials, datetime.now(UTC))
        self._http = requests.Session()
        self._http.trust_env = False

    def post(self, path: str, body: dict[str, Any]) -> float:
        """Send a request; return how long it took, in milliseconds."""
        started = time.perf_counter()
        response = self._http.post(f"{self._root}/partners{path}", json=body, auth=self._auth)
        response.raise_for_status()
        return (time.perf_counter() - started) * 1000

    def subscribe(self, url: str, number: int) -> None:
        for _ in range(number):
            self.post("/webhooks", {"event": "customer.created", "callbackUrl": url})


@contextmanager
def _measured() -> Iterator[tuple[MeasuredServer, Customer]]:
    server = MeasuredServer(vendors=("count",))
    try:
        yield server, Customer(server)
    finally:
        server.stop()


def mute_receiver(subscriptions: int) -> dict[str, float]:
    """Return the sockets and the memory beside one event of many subscriptions to a mute receiver."""
    receiver = Mute()
    with _measured() as (server, customer):
        customer.subscribe(receiver.url, subscriptions)
        idle, memory = server.descriptors(), server.resident_mib()
        milliseconds = customer.post("/customers", {"customer": "Mute"})
        sockets = max(_samples(server.descriptors, 3))
        return {
            "request_ms": milliseconds,
            "sockets": sockets - idle,
            "grown_mib": server.resident_mib() - memory,
        }


def refusing_receiver(seconds: float) -> dict[str, float]:
    """Return the objects and the memory that ten failing deliveries a request leave behind."""
    url = refusing_url()
    with _measured() as (server, customer):
        customer.subscribe(url, 10)
        customer.post("/customers", {"customer": "Warm-up"})
        time.sleep(1)
        before = server.usage()
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            customer.post("/customers", {"customer": f"New {number}"})
            number += 1
            time.sleep(0.02)
        grown = server.resident_mib() - before.resident_mib
        after = server.usage()
        return {
            "requests": number,
            "freed_cycles": after.cycles - before.cycles,
            "left": after.objects - before.objects,
            "grown_mib": grown,
        }


def _samples(read: Callable[[], int], seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield read()
        time.sleep(POLL_SECONDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--subscriptions", type=int, default=1500)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    print("mute receiver:", _text(mute_receiver(options.subscriptions)))
    print("refusing port:", _text(refusing_receiver(options.seconds)))
    return 0


def _text(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
