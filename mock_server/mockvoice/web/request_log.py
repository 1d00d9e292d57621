"""What was asked and what was answered, kept as it came; it is decoded when somebody reads it."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.types import Message, Send

from mockvoice.kernel.clock import Clock, monotonic
from mockvoice.web.request_context import RequestContext

if TYPE_CHECKING:
    from mockvoice.web.contract import Operation

ENTRIES_KEPT = 1000
BYTES_KEPT = 8 * 1024 * 1024  # of one journal, so that many sandboxes stay within memory
BODY_KEPT = 64 * 1024
NOTE_KEPT = 2000
_FRAME = 1000  # about what an entry takes besides its texts

_NO_ANSWER: tuple[None, tuple[()], bytes] = (None, (), b"")

Headers = Sequence[tuple[bytes, bytes]]


class Entry(NamedTuple):
    """One request. Texts are as they came; bodies are cut after 64 KiB."""

    id: int
    at: int  # microseconds since 1970 on the sandbox's clock, when it was answered
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
    status: int | None  # None if nothing was answered
    answer_headers: Headers
    answer: bytes
    answer_size: int
    note: str


class RequestLog:
    """The newest requests of a sandbox, as many as ``size`` and as fit into 8 MiB."""

    __slots__ = ("_bytes", "_entries", "_last", "size")

    def __init__(self, size: int = ENTRIES_KEPT) -> None:
        self.size = size
        self._entries: deque[tuple[Any, ...]] = deque()  # what ``_entry`` takes
        self._bytes = 0
        self._last = 0

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, the newest first."""
        return starmap(_entry, reversed(self._entries))

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._entries.clear()
        self._bytes = 0

    def record(self, context: RequestContext, vendor: str, clock: Clock, began: float) -> None:
        """Keep a request that is done. ``began`` is the stopwatch's time of its arrival.

        Every request passes here, so that whatever can wait until somebody reads does.
        """
        self._last += 1
        scope, answer, body, sizes = (
            context.scope,
            context.response or _NO_ANSWER,
            context.body,
            None,
        )
        size = len(answer[2]) if body is None else len(answer[2]) + len(body)
        if size > BODY_KEPT:
            sizes = len(body or b""), len(answer[2])
            body = body and body[:BODY_KEPT]
            answer = *answer[:2], answer[2][:BODY_KEPT]
            size = len(body or b"") + len(answer[2])
        target, query, headers = scope.get("raw_path", b""), scope["query_string"], scope["headers"]
        size += _FRAME + len(target) + len(query)
        for name, value in headers:
            size += len(name) + len(value)
        self._entries.append(
            (self._last, clock.microseconds(), monotonic() - began, vendor, context.operation,
             scope["method"], context.path, target, query, headers, body, answer, sizes, context.note,
             size)
        )  # fmt: skip
        self._bytes += size
        while self._bytes > BYTES_KEPT or len(self._entries) > self.size:
            self._bytes -= self._entries.popleft()[-1]


def _entry(number: int, at: int, seconds: float, vendor: str, operation: "Operation | None",
           method: str, path: str, target: bytes, query: bytes, headers: Headers,
           body: bytes | None, answer: tuple[int | None, Headers, bytes],
           sizes: tuple[int, int] | None, note: str, _: int) -> Entry:  # fmt: skip
    body_size, answer_size = sizes or (len(body or b""), len(answer[2]))
    operation_id = None if operation is None else operation.id
    return Entry(number, at, seconds, vendor, operation_id, method, path, target, query, headers,
                 body, body_size, *answer, answer_size, note)  # fmt: skip


def error_note(error: Exception) -> str:
    """Why a request was refused, for whoever sent it."""
    note = getattr(error, "note", None) or str(error)
    return (note or type(error).__name__)[:NOTE_KEPT]


def capture_response(context: RequestContext, send: Send, done: Callable[[], None]) -> Send:
    """The way out for what others than the walk answer, such as Flask's pages.

    ``done`` is told when the answer is there, before the client has the end of it.
    """
    chunks: list[bytes] = []
    missing = -1  # bytes of the body; -1 if its length is not announced

    async def pass_on(message: Message) -> None:
        nonlocal missing
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            missing = int(dict(headers).get(b"content-length", b"-1"))
            context.response = message["status"], headers, b""
        elif context.response is not None and missing != 0:
            chunks.append(message.get("body", b""))
            missing = max(0, missing - len(chunks[-1])) if missing > 0 else missing
            if missing == 0 or not message.get("more_body"):
                missing = 0
                context.response = *context.response[:2], b"".join(chunks)
                done()
        elif context.response is not None and not chunks:  # an empty body
            chunks.append(b"")
            done()
        await send(message)

    return pass_on
