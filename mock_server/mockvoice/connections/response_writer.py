"""Responses that are sent in one write."""

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE

# Headers that decide how a body is sent; their names are in lower case, as ASGI requires.
_FRAMING = frozenset({b"content-length", b"connection", b"transfer-encoding"})
# Most headers of a server are short and repeat; long ones, such as redirects, would fill the memory.
_MAX_CACHED = 100


class ResponseWriter:
    """Sends the response of one request: the head together with the body if that is complete.

    A write is a system call, and may wake the client's process, which costs as much as all other work
    for a small response. Responses of unknown length are sent by uvicorn, part by part.
    """

    __slots__ = ("_cycle", "_start")

    def __init__(self, cycle: Any) -> None:
        self._cycle = cycle  # uvicorn's ``RequestResponseCycle``
        self._start: Message | None = None  # the head, until the body begins

    async def send(self, message: Message) -> None:
        """Send a message of ASGI. Raises ``RuntimeError`` for an invalid header or body length."""
        cycle = self._cycle
        if message["type"] == "http.response.start" and not cycle.response_started:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if self._write(start, message):
                return
            await cycle.send(start)
        await cycle.send(message)

    def _write(self, start: Message, message: Message) -> bool:
        """Write a whole response whose length is known; return whether this was possible."""
        cycle = self._cycle
        if message.get("more_body") or cycle.disconnected or cycle.flow.write_paused:
            return False
        keeps_alive = cycle.keep_alive
        lines = [STATUS_LINE[start["status"]]]
        length = 0 if start["status"] == HTTPStatus.NO_CONTENT else -1
        for name, value in (*start["headers"], *cycle.default_headers):
            if name in _FRAMING:
                if name == b"content-length":
                    length = int(value)
                elif name == b"connection" and value == b"close":
                    keeps_alive = False
                    continue
                else:
                    return False
            is_short = len(value) <= _MAX_CACHED
            lines.append((_cached_line if is_short else _header_line)(name, value))
        body = b"" if cycle.scope["method"] == "HEAD" else message.get("body", b"")
        if length != len(body) and (length < 0 or cycle.scope["method"] != "HEAD"):
            return False
        lines += (b"\r\n" if keeps_alive else b"connection: close\r\n\r\n", body)
        self._complete(b"".join(lines), keeps_alive=keeps_alive)
        return True

    def _complete(self, response: bytes, *, keeps_alive: bool) -> None:
        """Send a whole response, and end the request as uvicorn does."""
        cycle = self._cycle
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.keep_alive = keeps_alive
        cycle.transport.write(response)
        cycle.message_event.set()
        if not keeps_alive:
            cycle.transport.close()
        cycle.on_response()


def _header_line(name: bytes, value: bytes) -> bytes:
    """Return a line of the head. Raises ``RuntimeError``."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError(f"the header {name!r} is not valid in HTTP")
    return b"%s: %s\r\n" % (name, value)


_cached_line = lru_cache(maxsize=1024)(_header_line)
