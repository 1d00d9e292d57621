"""Hostile requests, as they are sent: made from the operations of a contract."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from tests.attack.values import (
    CONTENT_TYPES,
    RAW_BODIES,
    encoded,
    form,
    mutated,
    odd_text,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get")
# The heads of requests that are not HTTP, or hardly.
RAW_HEADS = (
    b"GET / HTTP/1.1\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", b"* * *\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX\xff: b\r\n\r\n", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
)  # fmt: skip


# Returns the headers that authenticate a request: of a method, a path with its query, and a body.
Credentials = Callable[[str, str, bytes], Mapping[str, str]]


@dataclass(frozen=True)
class Operation:
    """What the requests to one operation are made of."""

    method: str
    path: str
    query_names: Sequence[str]
    body: Any = None


@dataclass(frozen=True)
class Target:
    """One API: its operations, the credentials of a client, and ids of its records."""

    name: str
    port: int
    base_path: str
    operations: Sequence[Operation]
    credentials: Credentials
    ids: Sequence[str]


@dataclass(frozen=True)
class HostileRequest:
    """One request: what is sent, and whether it is one that HTTP allows."""

    method: str
    data: bytes
    is_http: bool = True


class Attacker:
    """Makes hostile requests to one API; the same random numbers give the same requests."""

    def __init__(self, target: Target, rng: Random) -> None:
        self._target = target
        self._rng = rng

    def request(self) -> HostileRequest:
        """Return the next request."""
        rng = self._rng
        if rng.random() < 0.01:
            return HostileRequest("GET", rng.choice(RAW_HEADS), is_http=False)
        operation = rng.choice(self._target.operations)
        method = rng.choice(METHODS) if rng.random() < 0.05 else operation.method.upper()
        body, media_type = self._body(operation)
        url = self._path(operation) + self._query(operation)
        headers = [("Host", "127.0.0.1"), *self._headers(method, url, body)]
        if body or operation.body is not None:
            headers += [("Content-Type", media_type), ("Content-Length", f"{len(body)}")]
        head = f"{method} {url} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers)
        return HostileRequest(method, head.encode("latin-1", "replace") + b"\r\n" + body)

    def _path(self, operation: Operation) -> str:
        def value(_: re.Match[str]) -> str:
            if self._rng.random() < 0.7:
                return quote(self._rng.choice(self._target.ids))
            return quote(odd_text(self._rng)[:2000], safe="", errors="replace")

        path = re.sub(r"\{[^}]*\}", value, operation.path)
        if self._rng.random() < 0.03:
            path += self._rng.choice(("/", "//", "/..", "/%2e%2e/", "%00", ";a=b", "/" * 500))
        return self._target.base_path + path

    def _query(self, operation: Operation) -> str:
        rng = self._rng
        if rng.random() < 0.4 or not (operation.query_names or rng.random() < 0.2):
            return ""
        names = [*operation.query_names, odd_text(rng)[:100]]
        pairs = []
        for _ in range(rng.choice((1, 1, 2, 3, 60))):
            name = rng.choice(names) + rng.choice(("", "", "", "[]", "[a]", "[[]]", "["))
            value = quote(odd_text(rng)[:5000], errors="replace")
            pairs.append(
                f"{quote(name, errors='replace')}={value}" if rng.random() < 0.95 else "%zz&="
            )
        return "?" + "&".join(pairs)[:40_000]

    def _headers(self, method: str, url: str, body: bytes) -> list[tuple[str, str]]:
        rng = self._rng
        headers = list(self._target.credentials(method, url, body).items())
        if rng.random() < 0.03:
            headers = []
        if rng.random() < 0.04:
            headers = [(name, _header_text(odd_text(rng))) for name, _ in headers]
        if rng.random() < 0.06:
            name = rng.choice(
                ("Accept", "Accept-Encoding", "Content-Encoding", "X-Mock-Fault", "X-HTTP-Method-Override", "If-Match", "Cookie",
                 "X-Forwarded-Host", "Origin", "Range", "Expect", "Accept-Language")
            )  # fmt: skip
            text = rng.choice(("gzip", "identity", "*/*", "none", _header_text(odd_text(rng))))
            headers.append((name, text))
        return headers

    def _body(self, operation: Operation) -> tuple[bytes, str]:
        rng = self._rng
        if operation.body is None:
            return (b"", "") if rng.random() < 0.9 else (rng.choice(RAW_BODIES), "application/json")
        if rng.random() < 0.12:
            return rng.choice(RAW_BODIES), rng.choice(CONTENT_TYPES)
        value = mutated(operation.body, rng)
        if rng.random() < 0.15:
            return form(value), "application/x-www-form-urlencoded"
        media_type = "application/json" if rng.random() < 0.97 else rng.choice(CONTENT_TYPES)
        return encoded(value), media_type


def _header_text(text: str) -> str:
    """Return a text without the characters that would end a header."""
    return re.sub(r"[\r\n\x00]", "", text)[:3000]
