"""The log of requests and responses, stored raw and decoded on reading."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.types import Message, Send

from mockvoice.kernel.clock import Clock, monotonic
from mockvoice.web.request_context import RequestContext

if TYPE_CHECKING:
    from mockvoice.web.contract import Operation

MAX_ENTRIES = 1000
MAX_BYTES = 8 * 1024 * 1024  # of one log, so that many sandboxes fit into memory
MAX_BODY_BYTES = 64 * 1024
MAX_NOTE_LENGTH = 2000
_ENTRY_OVERHEAD = 1000  # the approximate size of an entry without its texts

_NO_RESPONSE: tuple[None, tuple[()], bytes] = (None, (), b"")

Headers = Sequence[tuple[bytes, bytes]]


class Entry(NamedTuple):
    """One request and its response. Texts are raw; bodies are truncated to 64 KiB."""

    id: int
    at: int  # the time of the response in microseconds since 1970, on the sandbox's clock
    seconds: float
    vendor: str
    operation: str | None
    method: str
    path: str  # below the vendor's prefix, decoded
    target: bytes  # the whole path, as it was sent
    query: bytes
    headers: Headers
    body: bytes | None  # None if it was never read
    body_size: int
    status: int | None  # None if no response was sent
    response_headers: Headers
    response_body: bytes
    response_size: int
    note: str


class RequestLog:
    """The newest requests of a sandbox, at most ``size`` and at most 8 MiB."""

    __slots__ = ("_bytes", "_entries", "_last", "size")

    def __init__(self, size: int = MAX_ENTRIES) -> None:
        self.size = size
        self._entries: deque[tuple[Any, ...]] = deque()  # the arguments of ``_entry``
        self._bytes = 0
        self._last = 0

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries, newest first."""
        return starmap(_entry, reversed(self._entries))

    def clear(self) -> None:
        """Delete all entries; the numbering continues."""
        self._entries.clear()
        self._bytes = 0

    def record(self, context: RequestContext, vendor: str, clock: Clock, started: float) -> None:
        """Record a finished request. ``started`` is the ``monotonic`` time of its arrival.

        This runs for every request, so all decoding is left to the reader.
        """
        self._last += 1
        scope, response, body, sizes = (
            context.scope,
            context.response or _NO_RESPONSE,
            context.body,
            None,
        )
        size = len(response[2]) if body is None else len(response[2]) + len(body)
        if size > MAX_BODY_BYTES:
            sizes = len(body or b""), len(response[2])
            body = body and body[:MAX_BODY_BYTES]
            response = *response[:2], response[2][:MAX_BODY_BYTES]
            size = len(body or b"") + len(response[2])
        target, query, headers = scope.get("raw_path", b""), scope["query_string"], scope["headers"]
        size += _ENTRY_OVERHEAD + len(target) + len(query)
        for name, value in headers:
            size += len(name) + len(value)
        self._entries.append(
            (self._last, clock.microseconds(), monotonic() - started, vendor, context.operation,
             scope["method"], context.path, target, query, headers, body, response, sizes, context.note,
             size)
        )  # fmt: skip
        self._bytes += size
        while self._bytes > MAX_BYTES or len(self._entries) > self.size:
            self._bytes -= self._entries.popleft()[-1]


def _entry(number: int, at: int, seconds: float, vendor: str, operation: "Operation | None",
           method: str, path: str, target: bytes, query: bytes, headers: Headers,
           body: bytes | None, response: tuple[int | None, Headers, bytes],
           sizes: tuple[int, int] | None, note: str, _: int) -> Entry:  # fmt: skip
    body_size, response_size = sizes or (len(body or b""), len(response[2]))
    operation_id = None if operation is None else operation.id
    return Entry(number, at, seconds, vendor, operation_id, method, path, target, query, headers,
                 body, body_size, *response, response_size, note)  # fmt: skip


def error_note(error: Exception) -> str:
    """Return the reason of an error response, for the journal."""
    note = getattr(error, "note", None) or str(error)
    return (note or type(error).__name__)[:MAX_NOTE_LENGTH]


def capture_response(context: RequestContext, send: Send, on_complete: Callable[[], None]) -> Send:
    """Return a ``send`` that captures the responses of other apps, such as Flask's pages.

    Calls ``on_complete`` when the response is complete, before its end is sent to the client.
    """
    chunks: list[bytes] = []
    remaining = -1  # bytes of the body; -1 if its length is not announced

    async def forward(message: Message) -> None:
        nonlocal remaining
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            remaining = int(dict(headers).get(b"content-length", b"-1"))
            context.response = message["status"], headers, b""
        elif context.response is not None and remaining != 0:
            chunks.append(message.get("body", b""))
            remaining = max(0, remaining - len(chunks[-1])) if remaining > 0 else remaining
            if remaining == 0 or not message.get("more_body"):
                remaining = 0
                context.response = *context.response[:2], b"".join(chunks)
                on_complete()
        elif context.response is not None and not chunks:  # an empty body
            chunks.append(b"")
            on_complete()
        await send(message)

    return forward
