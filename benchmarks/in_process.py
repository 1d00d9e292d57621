"""What a request of httpx costs through a mock in the process, a route, and a server with sockets.

``python -m benchmarks.in_process [--requests NUMBER] [--rounds NUMBER]`` alternates between them, for the same GET of Grow
CRM. The base is a transport of httpx that returns a fixed response: what httpx itself costs. ``without httpx`` calls the
mock in the process directly.
"""

import argparse
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

import httpx

from benchmarks.measured_server import MeasuredServer
from mockvoice.http_messages import HttpRequest
from mockvoice.in_process.mock import InProcessMock
from mockvoice.settings import Settings
from mockvoice.testing import InProcessServer, RemoteServer, Sandbox

PATH = "/api/invoices/5"
HOST = "https://crm.example.com"
KEY = "growcrm-demo-key"


class FixedTransport(httpx.BaseTransport):
    """A transport that returns a copy of one response."""

    def __init__(self, response: httpx.Response) -> None:
        self._headers, self._body = response.headers.raw, response.content

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response."""
        return httpx.Response(200, headers=self._headers, stream=httpx.ByteStream(self._body))


def client(sandbox: Sandbox, **options: Any) -> httpx.Client:
    """Return a client of Grow CRM."""
    headers = {"Authorization": "Bearer " + sandbox.growcrm.credentials["api_key"]}
    return httpx.Client(headers=headers, trust_env=False, **options)


def ways(stack: ExitStack) -> dict[str, Callable[[], Any]]:
    """Return the functions that send one request, by name."""
    settings = Settings(vendors=("growcrm",))
    direct = stack.enter_context(InProcessMock(settings))
    request = HttpRequest(
        "GET", PATH.encode(), [(b"host", b"crm"), (b"authorization", b"Bearer " + KEY.encode())]
    )
    mock = stack.enter_context(InProcessServer(settings))
    sandbox = stack.enter_context(mock.sandbox())
    server = MeasuredServer(vendors=("growcrm",))
    stack.callback(server.stop)
    remote = stack.enter_context(RemoteServer(server.urls["main"]))
    other = stack.enter_context(remote.sandbox())
    clients = {
        "transport": client(sandbox, transport=sandbox.growcrm.transport(), base_url=HOST),
        "route": client(sandbox, base_url=sandbox.growcrm.base_url),
        "server": client(other, base_url=other.growcrm.base_url),
    }
    response = clients["transport"].get(PATH).raise_for_status()
    clients = {
        "base": client(sandbox, transport=FixedTransport(response), base_url=HOST),
        **clients,
    }
    senders: dict[str, Callable[[], Any]] = {
        "without httpx": lambda: direct.start("growcrm", request)
    }
    for name, each in clients.items():
        stack.callback(each.close)
        senders[name] = lambda each=each: each.get(PATH).raise_for_status()  # type: ignore[misc]
    return senders


def seconds_of_a_request(send: Callable[[], Any], requests: int) -> float:
    """Return the mean time of a request."""
    started = time.perf_counter()
    for _ in range(requests):
        send()
    return (time.perf_counter() - started) / requests


def compare(requests: int, rounds: int) -> dict[str, Any]:
    """Return calls a second of each way, and the microseconds of a request with their ratio to the base."""
    with ExitStack() as stack:
        senders = ways(stack)
        elapsed: dict[str, list[float]] = {name: [] for name in senders}
        for _ in range(rounds):
            for name, send in senders.items():
                elapsed[name].append(seconds_of_a_request(send, requests))
    times = {name: median(values) for name, values in elapsed.items()}
    return {
        name: {
            "calls_a_second": round(1 / seconds),
            "best": round(1 / min(elapsed[name])),
            "microseconds": round(seconds * 1e6, 1),
            "ratio_to_base": round(seconds / times["base"], 2),
        }
        for name, seconds in times.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    print(json.dumps(compare(options.requests, options.rounds), indent=1))


if __name__ == "__main__":
    main()
