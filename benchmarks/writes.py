"""The writes of a vendor's seeder, sent through the API over one connection."""

import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.auth import ApiRequest
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import Extracted, Request, extract, resolve_refs
from mockvoice.seeding.seeder import ordered_requests, sales_history_for, seeder_for
from mockvoice.vendor_registry import load_vendor


class Writer:
    """Sends a seeder's requests one after another."""

    def __init__(self, vendor: str, url: str, credentials: Mapping[str, str]) -> None:
        loaded = load_vendor(vendor)
        self._seeder = seeder_for(loaded)
        self._builder = RequestBuilder(loaded.contract.document)
        self._auth = self._seeder.auth(credentials)
        self._url = urlsplit(url)

    def seed(self, options: SeedOptions) -> int:
        """Send all requests of a seeding run to an empty account, and return their number."""
        number = 0
        with self._connection() as connection:
            prefetched = {
                name: self._send(connection, request, {})
                for name, request in self._seeder.prefetch.items()
            }
            history = sales_history_for(self._seeder, options, Clock().today())
            extracted: dict[str, Mapping[str, Any]] = {}
            known = self._seeder.known_ids
            for request in ordered_requests(self._seeder, history, prefetched, known):
                response = self._send(connection, request, extracted)
                number += 1
                if request.extracts:
                    extracted[request.name] = extract(response, request.extracts)
        return number

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        address = self._url.hostname, self._url.port
        with socket.create_connection(address, timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield connection

    def _send(self, connection: socket.socket, request: Request, extracted: Extracted) -> Any:
        """Return the JSON data of a response. Raises ``RuntimeError`` for an error response."""
        path, query, body = (
            resolve_refs(dict(value) if isinstance(value, Mapping) else value, extracted)
            for value in (request.path, request.query, request.body)
        )
        message = self._message(self._builder.build(request.operation, path, query, body))
        connection.sendall(message)
        head, content = _read_response(connection)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{request.operation}: {head[:40]!r} {content[:300]!r}")
        return json.loads(content) if content else None

    def _message(self, request: ApiRequest) -> bytes:
        body = request.body or b""
        headers = {
            "Host": self._url.netloc,
            "Content-Type": request.media_type,
            "Content-Length": str(len(body)),
            **self._auth.headers(request, time.time()),
        }
        prefix = self._url.path.rstrip("/")
        lines = [f"{request.method} {prefix}{request.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _read_response(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return the head and the body of a response."""
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    _, _, length = head.lower().partition(b"content-length:")
    size = int(length.partition(b"\r\n")[0] or 0)
    while len(body) < size:
        body += _more(connection)
    return head, body


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise RuntimeError("the server closed the connection within a response")
    return chunk
