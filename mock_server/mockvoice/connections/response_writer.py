"""Responses that are sent in one write."""

import re
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from starlette.types import Message

from mockvoice.connections.heads import status_line

# Headers that decide how a body is sent; their names are in lower case, as ASGI requires.
_FRAMING = frozenset({b"content-length", b"connection", b"transfer-encoding"})
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")

_status_line = lru_cache(maxsize=64)(status_line)


class ResponseWriter:
    """Sends the response of one request: the head together with the body if that is complete.

    A write is a system call, and may wake the client's process, which costs as much as all other work
    for a small response. Other responses are sent by uvicorn, part by part.
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
        if (
            message.get("more_body")
            or not cycle.keep_alive
            or cycle.disconnected
            or cycle.flow.write_paused
            or cycle.default_headers
        ):
            return False
        status = start["status"]
        lines = [_status_line(status)]
        length = 0 if status == HTTPStatus.NO_CONTENT else -1
        for name, value in start["headers"]:
            if name in _FRAMING:
                if name != b"content-length":
                    return False
                length = int(value)
            lines.append(_header_line(name, value))
        body = message.get("body", b"")
        if length != len(body):
            if length < 0 or cycle.scope["method"] != "HEAD":
                return False
            body = b""
        lines += (b"\r\n", body)
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(b"".join(lines))
        cycle.message_event.set()
        cycle.on_response()
        return True


@lru_cache(maxsize=1024)
def _header_line(name: bytes, value: bytes) -> bytes:
    """Return a line of the head; most headers of a server repeat. Raises ``RuntimeError``."""
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        raise RuntimeError(f"the header {name!r} is not valid in HTTP")
    return b"%s: %s\r\n" % (name, value)
