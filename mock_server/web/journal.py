"""What was asked and what was answered, kept as it came; it is decoded when somebody reads it."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from starlette.types import Message, Send

from mock_server.kernel.clock import Clock, stopwatch
from mock_server.web.call import Call

ENTRIES_KEPT = 1000
BYTES_KEPT = 8 * 1024 * 1024  # of one journal, so that many sandboxes stay within memory
BODY_KEPT = 64 * 1024
NOTE_KEPT = 2000
_FRAME = 500  # about what an entry takes besides its texts

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
    size: int


class Journal:
    """The newest requests of a sandbox, as many as ``size`` and as fit into 8 MiB."""

    __slots__ = ("_bytes", "_entries", "_last", "size")

    def __init__(self, size: int = ENTRIES_KEPT) -> None:
        self.size = size
        self._entries: deque[tuple[Any, ...]] = deque()  # entries yet without their names
        self._bytes = 0
        self._last = 0

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, the newest first."""
        return map(Entry._make, reversed(self._entries))

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._entries.clear()
        self._bytes = 0

    def record(self, call: Call, vendor: str, clock: Clock, began: float) -> None:
        """Keep a request that is done. ``began`` is the stopwatch's time of its arrival."""
        self._last += 1
        scope = call.scope
        status, answer_headers, answer = call.answer or (None, (), b"")
        note = call.remarks
        body = call.body
        headers = scope["headers"]
        target, query = scope.get("raw_path") or b"", scope["query_string"]
        body_size, answer_size = len(body or b""), len(answer)
        if body is not None and body_size > BODY_KEPT:
            body = body[:BODY_KEPT]
        if answer_size > BODY_KEPT:
            answer = answer[:BODY_KEPT]
        size = _FRAME + len(body or b"") + len(answer) + 2 * len(target) + len(query) + len(note)
        for name, value in headers:
            size += len(name) + len(value)
        self._entries.append(
            (
                self._last,
                clock.microseconds(),
                stopwatch() - began,
                vendor,
                call.operation.id if call.operation is not None else None,
                scope["method"],
                call.path,
                target,
                query,
                headers,
                body,
                body_size,
                status,
                answer_headers,
                answer,
                answer_size,
                note,
                size,
            )
        )
        self._bytes += size
        while self._bytes > BYTES_KEPT or len(self._entries) > self.size:
            self._bytes -= self._entries.popleft()[-1]


def reason(error: Exception) -> str:
    """Why a request was refused, for whoever sent it."""
    note = getattr(error, "note", None) or str(error)
    return (note or type(error).__name__)[:NOTE_KEPT]


def watched(call: Call, send: Send) -> Send:
    """The way out for what others than the walk answer, such as Flask's pages."""
    chunks: list[bytes] = []

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.answer = message["status"], list(message["headers"]), b""
        elif call.answer is not None:
            chunks.append(message.get("body", b""))
            if not message.get("more_body"):
                call.answer = *call.answer[:2], b"".join(chunks)
        await send(message)

    return pass_on
