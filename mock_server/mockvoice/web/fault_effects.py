"""Fault effects on a response: the connection is dropped, or the JSON is truncated."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from mockvoice.web.request_context import RequestContext

# The key, in the ``state`` of the ASGI scope, of the server's function that closes the connection.
DROP_KEY = "mockvoice.drop"


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection, and return when it is closed.

    Does nothing if the server does not support this.
    """
    close: Callable[[], None] | None = scope.get("state", {}).get(DROP_KEY)
    if close is None:
        return
    close()
    while (await receive())["type"] != "http.disconnect":
        pass  # discard the rest of the body


def drop_after_commit(context: RequestContext, receive: Receive) -> Send:
    """Return a ``send`` that discards the response and drops the connection."""

    async def discard(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            await drop(context.scope, receive)

    return discard


def truncate_json(context: RequestContext, send: Send) -> Send:
    """Return a ``send`` that truncates a response's JSON; other responses stay complete."""
    start: Message = {}

    def rewrite(message: Message) -> Awaitable[None] | None:
        if message["type"] == "http.response.start":
            start.update(message)
            return None
        body = truncate(message.get("body", b"")) if _is_json(start) else message.get("body", b"")
        start["headers"] = _with_content_length(start["headers"], len(body))
        context.response = start["status"], start["headers"], body
        return _send_all(send, start, {**message, "body": body})

    async def forward(message: Message) -> None:
        sending = rewrite(message)
        if sending is not None:
            await sending

    return forward


async def _send_all(send: Send, *messages: Message) -> None:
    for message in messages:
        await send(message)


def truncate(body: bytes) -> bytes:
    """Return the first half of a JSON text, so that it is invalid; an empty text stays empty."""
    half = body[: len(body) // 2]
    try:
        orjson.loads(half)
    except orjson.JSONDecodeError:
        return half
    return b"{"  # half of a number is valid JSON


def _is_json(start: Message) -> bool:
    headers: dict[bytes, bytes] = dict(start["headers"])
    return b"json" in headers.get(b"content-type", b"")


def _with_content_length(headers: Any, length: int) -> list[tuple[bytes, bytes]]:
    return [
        (name, b"%d" % length if name == b"content-length" else value) for name, value in headers
    ]
