"""What failing webhooks cost a server: sockets, memory and objects in reference cycles.

``python -m benchmarks.webhooks [--subscriptions NUMBER] [--seconds SECONDS]`` measures two receivers:
one that accepts connections and never responds, and a port that refuses them.
"""

import argparse
import gc
import json
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.suites.count.request_signer import body_hash, signature

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


def _serve(pipe: Any) -> None:
    """Serve as ``mockvoice serve`` does, and answer each message with the objects.

    These are the objects in reference cycles that were freed so far, and those that are left.
    """
    server = Server(Settings(port=0, vendors=("count",)))

    def answer() -> None:
        while True:
            pipe.recv()
            gc.collect()
            freed = sum(generation["collected"] for generation in gc.get_stats())
            pipe.send((freed, len(gc.get_objects())))

    def ready() -> None:
        pipe.send(server.urls["vendors"]["count"]["root_url"])
        threading.Thread(target=answer, daemon=True).start()

    server.run(ready)


class Measured:
    """A server in a process of its own, with what it uses."""

    def __init__(self) -> None:
        self._pipe, other = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        self._url: str = self._pipe.recv()
        self._http = requests.Session()
        self._http.trust_env = False

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()

    def objects(self) -> tuple[int, int]:
        """Return the objects in reference cycles that were freed, and those that are left."""
        self._pipe.send(None)
        freed, left = self._pipe.recv()
        return freed, left

    def sockets(self) -> int:
        folder = Path(f"/proc/{self._process.pid}/fd")
        return sum(_is_socket(link) for link in folder.iterdir())

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def post(self, path: str, body: dict[str, Any]) -> float:
        """Send a signed request; return how long it took, in milliseconds."""
        data, stamp = json.dumps(body).encode(), str(int(time.time()))
        headers = {
            "x-client-id": "count-demo-client",
            "x-timestamp": stamp,
            "x-signature": signature(
                "count-demo-secret", "POST", path, stamp, body_hash("POST", data)
            ),
            "Authorization": "Bearer count-demo-token",
            "Content-Type": "application/json",
        }
        started = time.perf_counter()
        response = self._http.post(f"{self._url}/partners{path}", data=data, headers=headers)
        response.raise_for_status()
        return (time.perf_counter() - started) * 1000

    def subscribe(self, url: str, number: int) -> None:
        for _ in range(number):
            self.post("/webhooks", {"event": "customer.created", "callbackUrl": url})


def _is_socket(link: Path) -> bool:
    try:
        return str(link.readlink()).startswith("socket:")
    except FileNotFoundError:  # closed meanwhile
        return False


@contextmanager
def _measured() -> Iterator[Measured]:
    multiprocessing.set_start_method("spawn", force=True)
    server = Measured()
    try:
        yield server
    finally:
        server.stop()


def mute_receiver(subscriptions: int) -> dict[str, float]:
    """Return the sockets and the memory beside one event of many subscriptions to a mute receiver."""
    receiver = Mute()
    with _measured() as server:
        server.subscribe(receiver.url, subscriptions)
        idle, memory = server.sockets(), server.resident_mib()
        milliseconds = server.post("/customers", {"customer": "Mute"})
        sockets = max(_samples(server.sockets, 3))
        return {
            "request_ms": milliseconds,
            "sockets": sockets - idle,
            "grown_mib": server.resident_mib() - memory,
        }


def refusing_receiver(seconds: float) -> dict[str, float]:
    """Return the objects and the memory that ten failing deliveries a request leave behind."""
    url = refusing_url()
    with _measured() as server:
        server.subscribe(url, 10)
        server.post("/customers", {"customer": "Warm-up"})
        time.sleep(1)
        (freed, left), memory = server.objects(), server.resident_mib()
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            server.post("/customers", {"customer": f"New {number}"})
            number += 1
            time.sleep(0.02)
        grown = server.resident_mib() - memory
        freed_after, left_after = server.objects()
        return {
            "requests": number,
            "freed_cycles": freed_after - freed,
            "left": left_after - left,
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
