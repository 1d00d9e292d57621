"""One request on its way through the floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from mockvoice.web.errors import BodyTooLarge
from mockvoice.web.parameters import parse_query

if TYPE_CHECKING:
    from mockvoice.web.contract import Operation
    from mockvoice.web.sandboxes import Sandbox

SCOPE_KEY = "mockvoice.call"
LOOP_KEY = "mockvoice.loop"  # the event loop, for pages, whose views run in threads


# An answer as it is sent: status, headers, body.
RawResponse = tuple[int, Sequence[tuple[bytes, bytes]], bytes]


class Disconnected(Exception):
    """The client went away before its request was whole."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request was sent: the absolute URL without its query, and the query's pairs."""

    path: str
    query: Sequence[tuple[str, str]]


class RequestContext:
    """A request, and what each member of the walk has found out about it."""

    __slots__ = (
        "arguments",
        "body",
        "error_send",
        "note",
        "operation",
        "path",
        "path_values",
        "principal",
        "response",
        "sandbox",
        "scope",
    )

    def __init__(self, scope: Scope, path: str) -> None:
        self.scope = scope
        self.path = path  # below the vendor's prefix
        self.operation: Operation | None = None
        self.path_values: tuple[str, ...] = ()
        self.sandbox: Sandbox | None = None
        self.principal: str | None = None  # which of the sandbox's credentials was used
        self.body: bytes | None = None  # None until it is read
        self.arguments: dict[str, Any] = {}
        self.response: RawResponse | None = None  # None until there is one
        self.note = ""  # for the journal
        self.error_send: Send | None = (
            None  # where a refusal leaves, if not where the request came in
        )

    def add_note(self, text: str) -> None:
        """Say something of this request that its answer does not tell."""
        self.note = f"{self.note}; {text}" if self.note else text

    @property
    def method(self) -> str:
        """The HTTP method, in upper case."""
        method: str = self.scope["method"]
        return method

    @property
    def base_url(self) -> str:
        """The address that the caller used, up to the vendor's own paths."""
        host = self.header(b"host") or "127.0.0.1"
        return f"{self.scope.get('scheme', 'http')}://{host}{self.scope.get('root_path', '')}"

    @property
    def accept(self) -> tuple[str, ...]:
        """The media types that the caller takes, in lower case and without parameters."""
        sent = (self.header(b"accept") or "").lower().split(",")
        return tuple(name for each in sent if (name := each.partition(";")[0].strip()))

    @property
    def summary(self) -> str:
        """Method and path, for people."""
        return f"{self.method} {self.path}"

    def header(self, name: bytes) -> str | None:
        """The value of the first header of this lower-case name."""
        for key, value in self.scope["headers"]:
            if key == name:
                text: str = value.decode("latin-1")
                return text
        return None

    @property
    def address(self) -> Address:
        """Where the request was sent, as its sender spelled it."""
        scope = self.scope
        host = self.header(b"host")
        if host is None:
            name, port = scope.get("server") or ("localhost", None)
            host = name if port is None else f"{name}:{port}"
        path = quote(scope["path"], safe="/:@!$&'()*+,;=~-._")
        return Address(
            f"{scope.get('scheme', 'http')}://{host}{path}", parse_query(scope["query_string"])
        )

    def headers(self) -> Mapping[str, str]:
        """Every header by its lower-case name; of a repeated one, the last."""
        return {k.decode("latin-1"): v.decode("latin-1") for k, v in self.scope["headers"]}

    async def read_body(self, receive: Receive, limit: int) -> bytes:
        """The whole body. Raises ``BodyTooLarge``, before reading where the length is announced."""
        if self.body is not None:
            return self.body
        self.refuse_announced(limit)
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            chunks, size = [body], len(body)
            while message.get("more_body"):
                message = await receive()
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > limit:
                    raise BodyTooLarge(limit)
                chunks.append(chunk)
            body = b"".join(chunks)
        if message["type"] == "http.disconnect":
            raise Disconnected
        if len(body) > limit:
            raise BodyTooLarge(limit)
        self.body = body
        return body

    def refuse_announced(self, limit: int) -> None:
        """Raise ``BodyTooLarge`` if the announced length is above the limit."""
        for key, value in self.scope["headers"]:
            if key == b"content-length" and value.isdigit() and int(value[:20]) > limit:
                raise BodyTooLarge(limit)
