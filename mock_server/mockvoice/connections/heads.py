"""Heads of requests that are rejected before they are complete."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.types import ASGIApp, Message, Scope

from mockvoice.web.errors import HeadersTooLarge, RequestError, UrlTooLong
from mockvoice.web.request_context import REJECTION_KEY

# The request line and the header fields, with the empty line after them.
MAX_HEAD = 64 * 1024
MAX_PATH = 200  # what is kept of a path that is too long

# The first bytes of what this server does not speak, and what to do.
_NOT_HTTP = (
    (
        b"\x16\x03",
        "The client begins TLS, but this port serves plain HTTP: use http://, or start the server with --tls",
    ),
    (b"PRI * HTTP/2", "The client begins HTTP/2, but this server speaks HTTP/1.1 only"),
    (b"CONNECT ", "This port is not a proxy: start the server with --proxy-port, which opens one"),
)
_REQUEST_LINE = re.compile(rb"\A([A-Z]+) +([^ \r\n]+)")


def head_error(head: bytes) -> RequestError:
    """Return the error of an incomplete head that is too large."""
    return HeadersTooLarge(MAX_HEAD) if b"\n" in head.lstrip(b"\r\n") else UrlTooLong(MAX_HEAD)


def partial_scope(head: bytes, error: RequestError, connection: Scope) -> Scope:
    """Return the ASGI scope of a request that is rejected with an error.

    It has the method and the path of an incomplete head, and the vendor is found by them.
    ``connection`` has the values of the connection.
    """
    line = _REQUEST_LINE.match(head.lstrip(b"\r\n")[: 8 * MAX_PATH])
    method, target = (line[1], line[2]) if line else (b"GET", b"/")
    raw_path = _path_of(target)[:MAX_PATH]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method.decode("ascii"),
        "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
        "raw_path": raw_path,
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "state": {},
        REJECTION_KEY: error,
        **connection,
    }


def _path_of(target: bytes) -> bytes:
    """Return the path of a request's target, which may be a whole URL."""
    if target.startswith(b"/"):
        return target.partition(b"?")[0]
    try:
        return urlsplit(target).path or b"/"
    except ValueError:
        return b"/"


async def render_response(app: ASGIApp, scope: Scope) -> bytes:
    """Return an application's whole response as it is sent; the connection closes after it."""
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            parts.append(_response_head(message["status"], message.get("headers", ())))
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


def _response_head(status: int, headers: Any) -> bytes:
    lines = [b"%s: %s\r\n" % (name, value) for name, value in headers]
    return b"%sconnection: close\r\n%s\r\n" % (status_line(status), b"".join(lines))


def status_line(status: int) -> bytes:
    """Return the first line of a response."""
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


def empty_response(status: int) -> bytes:
    """Return a response without a body, for requests to which no vendor's format applies."""
    return _response_head(status, [(b"content-length", b"0")])


def text_response(status: int, text: str) -> bytes:
    """Return a response with a sentence, for bytes to which no vendor's format applies."""
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    return _response_head(status, headers) + body


def explain_bytes(data: bytes) -> str:
    """Return why bytes that begin a request are not valid."""
    for start, reason in _NOT_HTTP:
        if data.startswith(start):
            return reason
    return "The request is not valid HTTP/1.1"
