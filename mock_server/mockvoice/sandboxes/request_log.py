"""The log of requests and responses, stored raw and decoded on reading."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice, starmap, takewhile
from typing import Any, NamedTuple

MAX_ENTRIES = 1000
MAX_BYTES = 8 * 1024 * 1024  # of one log, so that many sandboxes fit into memory
MAX_BODY_BYTES = 64 * 1024
_ENTRY_OVERHEAD = 1000  # the approximate size of an entry without its texts

Headers = Sequence[tuple[bytes, bytes]]
RawResponse = tuple[int | None, Headers, bytes]  # status, headers and body, as they were sent


class Entry(NamedTuple):
    """One request and its response. Texts are raw; bodies are truncated to 64 KiB."""

    id: int
    at: int  # the time of the response in microseconds since 1970, on the sandbox's clock
    seconds: float
    vendor: str
    operation: str | None
    method: str
    scheme: str  # of the URL
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


class DroppedRequest(NamedTuple):
    """What is known of requests that a log no longer has."""

    vendor: str
    operation: str | None
    method: str


class RequestLog:
    """The newest requests of a sandbox, at most ``size`` and at most 8 MiB."""

    __slots__ = ("_bytes", "_dropped", "_entries", "_last", "size")

    def __init__(self, size: int = MAX_ENTRIES) -> None:
        self.size = size
        self._entries: deque[tuple[Any, ...]] = deque()  # the arguments of ``_entry``
        self._bytes = 0
        self._last = 0
        # By the arguments of ``DroppedRequest``. In a full log each request changes it, so it has little.
        self._dropped: dict[tuple[Any, ...], int] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries, newest first."""
        return starmap(_entry, reversed(self._entries))

    @property
    def last_id(self) -> int:
        """The id of the newest entry since the start, also if it was deleted; 0 before the first.

        Followers of a log compare this number from time to time, so recording costs nothing more.
        """
        return self._last

    @property
    def entry_count(self) -> int:
        """The number of entries."""
        return len(self._entries)

    def newer(self, than: int, limit: int) -> list[Entry]:
        """Return the entries after an id, newest first, at most ``limit``."""
        raw = islice(reversed(self._entries), limit)
        return [_entry(*each) for each in takewhile(lambda each: each[0] > than, raw)]

    def dropped(self) -> dict[DroppedRequest, int]:
        """Count the older requests that were deleted to keep the limits, since the log was cleared."""
        return {DroppedRequest(*key): number for key, number in self._dropped.items()}

    def clear(self) -> None:
        """Delete all entries; the numbering continues."""
        self._entries.clear()
        self._bytes = 0
        self._dropped.clear()

    def record(self, at: int, seconds: float, vendor: str, operation: str | None, method: str,
               scheme: str, path: str, target: bytes, query: bytes, headers: Headers, body: bytes | None,
               response: RawResponse, note: str) -> None:  # fmt: skip
        """Record a finished request; the arguments are the fields of its ``Entry``.

        Every request runs this, so all decoding is left to the reader.
        """
        self._last += 1
        sizes = None
        size = len(response[2]) if body is None else len(response[2]) + len(body)
        if size > MAX_BODY_BYTES:
            sizes = len(body or b""), len(response[2])
            body = body and body[:MAX_BODY_BYTES]
            response = *response[:2], response[2][:MAX_BODY_BYTES]
            size = len(body or b"") + len(response[2])
        size += _ENTRY_OVERHEAD + len(target) + len(query)
        for name, value in headers:
            size += len(name) + len(value)
        self._entries.append(
            (self._last, at, seconds, vendor, operation, method, scheme, path, target, query, headers, body,
             response, sizes, note, size)
        )  # fmt: skip
        self._bytes += size
        while self._bytes > MAX_BYTES or len(self._entries) > self.size:
            oldest = self._entries.popleft()
            self._bytes -= oldest[-1]
            kind = oldest[3:6]
            self._dropped[kind] = self._dropped.get(kind, 0) + 1


def _entry(number: int, at: int, seconds: float, vendor: str, operation: str | None,
           method: str, scheme: str, path: str, target: bytes, query: bytes, headers: Headers,
           body: bytes | None, response: RawResponse,
           sizes: tuple[int, int] | None, note: str, _: int) -> Entry:  # fmt: skip
    body_size, response_size = sizes or (len(body or b""), len(response[2]))
    return Entry(number, at, seconds, vendor, operation, method, scheme, path, target, query, headers,
                 body, body_size, *response, response_size, note)  # fmt: skip
