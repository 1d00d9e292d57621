"""What the forward proxy with TLS costs: the same GET on a kept connection, directly and through a tunnel.

``python -m benchmarks.proxy [--requests NUMBER] [--rounds NUMBER]`` alternates between the two. It prints the time
of a request, which includes the client's own TLS, and the server's processor time.
"""

import argparse
import json
import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import psutil

from benchmarks.measured_server import MeasuredServer

HOST = "crm.example.com"
REQUEST = (
    f"GET /api/invoices/5 HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer growcrm-demo-key\r\n\r\n"
).encode()


def connect(url: str) -> socket.socket:
    """Return a connection to the host and port of a URL."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), 30)


def open_tunnel(urls: dict[str, Any]) -> socket.socket:
    """Return a connection through the proxy, with TLS."""
    connection = connect(urls["proxy"])
    connection.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
    while not connection.recv(4096).endswith(b"\r\n\r\n"):
        pass
    context = ssl.create_default_context(cafile=urls["ca_file"])
    return context.wrap_socket(connection, server_hostname=HOST)


def seconds_of_a_request(open_connection: Callable[[], socket.socket], requests: int) -> float:
    """Return the mean time of a request on one connection."""
    with closing(open_connection()) as connection:
        size = _size_of_response(connection)
        started = time.perf_counter()
        for _ in range(requests):
            connection.sendall(REQUEST)
            received = 0
            while received < size:
                received += len(connection.recv(1 << 16))
        return (time.perf_counter() - started) / requests


def _size_of_response(connection: socket.socket) -> int:
    """Send the request once; return the number of bytes of its response, which are always the same."""
    connection.sendall(REQUEST)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 16)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise RuntimeError(f"the server responded with {head[:100]!r}")
    while len(body) < int(length[1]):
        body += connection.recv(1 << 16)
    return len(head) + 4 + len(body)


def compare(urls: dict[str, Any], requests: int, rounds: int) -> dict[str, Any]:
    """Return microseconds of a request, directly and through the proxy, and their ratios."""
    process = psutil.Process(urls["pid"])
    ways = {
        "direct": lambda: connect(urls["vendors"]["growcrm"]["root_url"]),
        "proxy": lambda: open_tunnel(urls),
    }
    elapsed: dict[str, list[float]] = {name: [] for name in ways}
    processor = dict.fromkeys(ways, 0.0)
    for _ in range(rounds):
        for name, way in ways.items():
            before = sum(process.cpu_times()[:2])
            elapsed[name].append(seconds_of_a_request(way, requests) * 1e6)
            processor[name] += sum(process.cpu_times()[:2]) - before
    times = {name: round(median(values), 1) for name, values in elapsed.items()}
    return {
        "microseconds": times,
        "ratio": round(times["proxy"] / times["direct"], 2),
        "processor_ratio": round(processor["proxy"] / (processor["direct"] or 1), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    server = MeasuredServer(proxy_port=0, routes=((HOST, "growcrm"),))
    try:
        print(json.dumps(compare(server.urls, options.requests, options.rounds), indent=1))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
