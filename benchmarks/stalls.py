"""How long an expensive request makes others wait.

``python -m benchmarks.stalls [--vendor KEY …] [--operation ID] [--above MILLISECONDS]`` prints the
requests that make others wait longer. A process asks the server, and an idle one beside it, for a
small response again and again meanwhile; the figure is the longest wait, less that for the idle one.

The server has the settings of ``mockvoice serve`` for the garbage collector. With ``--embedded``, it is one
inside a Python program, whose collector keeps the settings of the interpreter: a full collection takes 0.1
to 0.2 seconds, and any request that creates many objects may start one.
"""

import argparse
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable, Iterator
from ctypes import c_double, c_long
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from benchmarks.worst_requests import WorstRequest, worst_requests
from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import load_vendor
from tests.operation_requests import Client, Operation, auth_of, operations

VENDORS = ("count", "growcrm", "halo", "optiflow")
SMALL_REQUEST = (
    b"GET /api/categories HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Authorization: Bearer growcrm-demo-key\r\n\r\n"
)
REPETITIONS = 3
RESET = 0  # in place of a status: the connection was closed, or there was no response


@dataclass(frozen=True)
class Wait:
    """The longest waits, in milliseconds, beside one request."""

    request: str
    status: int
    watched: float
    idle: float

    @property
    def stall(self) -> float:
        return self.watched - self.idle


class Watcher:
    """A process that asks two servers in turn, and keeps the longest wait for each."""

    def __init__(self, watched_url: str, idle_url: str) -> None:
        self._longest: list[Any] = [multiprocessing.Value(c_double) for _ in range(2)]
        self._rounds: Any = multiprocessing.Value(c_long)
        self._process = multiprocessing.Process(
            target=_watch, args=([watched_url, idle_url], self._longest, self._rounds), daemon=True
        )
        self._process.start()
        self.measure(lambda: time.sleep(2))  # until it runs

    def measure(self, work: Callable[[], Any]) -> tuple[float, float]:
        """Return the longest waits during a piece of work, for the watched and the idle server."""
        self._wait_for_rounds(1)
        for longest in self._longest:
            longest.value = 0
        work()
        # The round in which the response came may still wait for what the server frees after it.
        self._wait_for_rounds(2)
        return self._longest[0].value, self._longest[1].value

    def _wait_for_rounds(self, number: int) -> None:
        end = self._rounds.value + number
        while self._rounds.value < end and self._process.is_alive():
            time.sleep(0.001)

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


def _watch(urls: list[str], longest: list[Any], rounds: Any) -> None:
    connections = []
    for url in urls:
        parts = urlsplit(url)
        connections.append(socket.create_connection((parts.hostname, parts.port)))
    while True:
        for connection, value in zip(connections, longest, strict=True):
            started = time.perf_counter()
            connection.sendall(SMALL_REQUEST)
            connection.recv(65536)
            value.value = max(value.value, (time.perf_counter() - started) * 1000)
        rounds.value += 1


def _serve(urls: Any, embedded: bool) -> None:
    server = Server(Settings(port=0))
    if not embedded:
        server.run(lambda: urls.put(server.urls["vendors"]))
        return
    with server:
        urls.put(server.urls["vendors"])
        multiprocessing.Event().wait()


def start_server(*, embedded: bool = False) -> tuple[multiprocessing.Process, dict[str, Any]]:
    """Start a mock server in a process of its own; return it with the URLs of the vendors."""
    urls: Any = multiprocessing.Queue()
    process = multiprocessing.Process(target=_serve, args=(urls, embedded), daemon=True)
    process.start()
    return process, urls.get(timeout=60)


class Sender:
    """Sends the worst requests of one vendor's operations."""

    def __init__(self, vendor: str, root_url: str) -> None:
        self._vendor = vendor
        self._credentials = dict(load_vendor(vendor).credentials)
        self._client = Client(root_url.rstrip("/"), self._auth(), requests.Session(), {})
        self._operations = operations(vendor)
        self._client.read_lists(self._operations)

    def _auth(self) -> Any:
        return auth_of(self._vendor, self._credentials, datetime.now(UTC))

    def requests(self, only: str) -> Iterator[tuple[str, Callable[[], int]]]:
        """Return a name and a function that sends for each request of the operations named so."""
        document = load_vendor(self._vendor).contract.document
        for operation in self._operations:
            if only in operation.id:
                documented = document.operations[operation.id]
                for request in worst_requests(documented, operation.body):
                    name = f"{self._vendor} {operation.id}: {request.name}"
                    yield name, lambda o=operation, r=request: self._send(o, r)  # type: ignore[misc]

    def _send(self, operation: Operation, request: WorstRequest) -> int:
        url = f"{self._client.root}{self._path(operation)}?{request.query}"
        headers = {"Content-Type": request.media_type} if request.body else {}
        try:
            return self._client.session.request(
                operation.method, url, data=request.body, headers=headers, auth=self._auth(),
                timeout=60,
            ).status_code  # fmt: skip
        except (requests.ConnectionError, requests.Timeout):
            return RESET

    def _path(self, operation: Operation) -> str:
        path = operation.path
        for name in operation.names:
            before, _, after = path.partition(f"{{{name}}}")
            path = before + (self._client.ids.get(before.rstrip("/")) or ["1"])[0] + after
        return path


def stalls(
    vendors: tuple[str, ...], only: str = "", above: float = 50, *, embedded: bool = False
) -> list[Wait]:
    """Send every worst request; return the waits, the longest first. Prints those above a limit."""
    multiprocessing.set_start_method("spawn", force=True)
    server, urls = start_server(embedded=embedded)
    idle, idle_urls = start_server(embedded=embedded)
    watcher = Watcher(urls["growcrm"]["root_url"], idle_urls["growcrm"]["root_url"])
    waits = []
    try:
        for vendor in vendors:
            for name, send in Sender(vendor, urls[vendor]["root_url"]).requests(only):
                # Other processes disturb a measurement, so a long wait is measured again.
                wait = _measure(watcher, name, send)
                for _ in range(REPETITIONS):
                    if wait.stall > above:
                        again = _measure(watcher, name, send)
                        wait = min(wait, again, key=lambda measured: measured.stall)
                waits.append(wait)
                if wait.stall > above or wait.status >= 500 or wait.status == RESET:
                    print(f"{wait.stall:6.0f} ms  {wait.status}  {name}", file=sys.stderr)
    finally:
        watcher.stop()
        server.terminate()
        idle.terminate()
    return sorted(waits, key=lambda wait: wait.stall, reverse=True)


def _measure(watcher: Watcher, name: str, send: Callable[[], int]) -> Wait:
    statuses: list[int] = []
    longest = watcher.measure(lambda: statuses.append(send()))
    return Wait(name, statuses[0], *longest)


def longest_stalls(number: int = 10) -> dict[str, Any]:
    """Return the longest waits beside the worst requests of all vendors, in milliseconds."""
    waits = stalls(VENDORS)
    longest = {wait.request: wait.stall for wait in waits[:number]}
    failed = [wait.request for wait in waits if wait.status >= 500 or wait.status == RESET]
    return {"requests": len(waits), "longest_ms": longest, "failed": failed}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--vendor", nargs="*", default=VENDORS, choices=VENDORS)
    parser.add_argument("--operation", default="", help="a part of the operation's id")
    parser.add_argument(
        "--above", type=float, default=50, help="prints longer waits, in milliseconds"
    )
    parser.add_argument(
        "--embedded", action="store_true", help="with the interpreter's settings of the collector"
    )
    options = parser.parse_args()
    waits = stalls(
        tuple(options.vendor), options.operation, options.above, embedded=options.embedded
    )
    print(f"{len(waits)} requests; the longest wait is {waits[0].stall:.0f} ms: {waits[0].request}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
