"""The context of one request, which the middlewares fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from mockvoice.kernel.clock import REAL_TIME, Clock
from mockvoice.web.compression import decompress
from mockvoice.web.errors import BodyTooLarge
from mockvoice.web.parameters import parse_query

if TYPE_CHECKING:
    from mockvoice.sandboxes.sandbox import Sandbox
    from mockvoice.web.contract import Operation

SCOPE_KEY = "mockvoice.request"
# The error of a request that was rejected before it was routed, in its ASGI scope.
REJECTION_KEY = "mockvoice.rejection"
# The headers ``Host`` that were received, if a proxy in front has sent another host name.
RECEIVED_HOSTS_KEY = "mockvoice.received_hosts"
PREFIX_KEY = "mockvoice.prefix"  # the path prefix that a proxy has removed
LOOP_KEY = "mockvoice.loop"  # the event loop, for pages, whose views run in threads


# A response as it is sent: status, headers, body.
RawResponse = tuple[int, Sequence[tuple[bytes, bytes]], bytes]


class Disconnected(Exception):
    """The client disconnected before its request was complete."""


@dataclass(frozen=True, slots=True)
class RequestUrl:
    """The URL of a request: ``path`` is absolute and has no query, ``query`` is a list of pairs."""

    path: str
    query: Sequence[tuple[str, str]]


class RequestContext:
    """A request, and the results of each middleware for it."""

    # What the middlewares add:
    operation: Operation | None = None
    path_values: tuple[str, ...] = ()
    sandbox: Sandbox | None = None
    principal: str | None = None  # the identity that the credential stands for
    body: bytes | None = None  # None until it is read
    text = b""  # a JSON body as UTF-8
    response: RawResponse | None = None  # None until there is one
    note = ""  # for the journal
    is_page = False  # whether another app responds, such as that of a vendor's HTML pages
    error_send: Send | None = None  # ``send`` for errors, if a fault has replaced it

    def __init__(self, scope: Scope, path: str) -> None:
        self.scope = scope
        self.path = path  # below the vendor's prefix
        self.method: str = scope["method"]  # in upper case; may be overridden by the request
        self.arguments: dict[str, Any] = {}
        # By name in lower case. Of a repeated header, the first.
        self.first_headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    @property
    def clock(self) -> Clock:
        """The clock of the sandbox; real time if the request belongs to none."""
        return REAL_TIME if self.sandbox is None else self.sandbox.clock

    def add_note(self, text: str) -> None:
        """Add a note to the request's journal entry, unless it is empty."""
        if not text:
            return
        self.note = f"{self.note}; {text}" if self.note else text

    @property
    def base_url(self) -> str:
        """The URL that the client used, up to the vendor's own paths."""
        host = self.header(b"host") or "127.0.0.1"
        scope = self.scope
        prefix = f"{scope.get(PREFIX_KEY, '')}{scope.get('root_path', '')}"
        return f"{scope.get('scheme', 'http')}://{host}{prefix}"

    @property
    def accept(self) -> tuple[str, ...]:
        """The media types that the client accepts, in lower case and without parameters."""
        ranges = (self.header(b"accept") or "").lower().split(",")
        return tuple(name for item in ranges if (name := item.partition(";")[0].strip()))

    @property
    def summary(self) -> str:
        """Method and path, for logs."""
        return f"{self.method} {self.path}"

    def header(self, name: bytes) -> str | None:
        """Return the first header of this lower-case name, or ``None``."""
        value = self.first_headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def address(self) -> RequestUrl:
        """The URL of the request as the client wrote it."""
        scope = self.scope
        host = self.header(b"host")
        if host is None:
            name, port = scope.get("server") or ("localhost", None)
            host = name if port is None else f"{name}:{port}"
        path = quote(scope["path"], safe="/:@!$&'()*+,;=~-._")
        return RequestUrl(
            f"{scope.get('scheme', 'http')}://{host}{scope.get(PREFIX_KEY, '')}{path}",
            parse_query(scope["query_string"]),
        )

    def headers(self) -> Mapping[str, str]:
        """Return all headers by lower-case name; of a repeated header, the last."""
        return {k.decode("latin-1"): v.decode("latin-1") for k, v in self.scope["headers"]}

    async def read_body(self, receive: Receive, limit: int, *, decompresses: bool = False) -> bytes:
        """Read the whole body, decompressed if asked for.

        Raises ``BodyTooLarge``, ``Disconnected`` or an error of ``decompress``.
        """
        if self.body is not None:
            return self.body
        self.check_content_length(limit)
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
        if decompresses and (coding := self.header(b"content-encoding")):
            self.body = decompress(body, coding, limit)
        return self.body

    def check_content_length(self, limit: int) -> None:
        """Raise ``BodyTooLarge`` if the Content-Length is above the limit."""
        length = self.first_headers.get(b"content-length")
        if length is not None and length.isdigit() and int(length[:20]) > limit:
            raise BodyTooLarge(limit)
