"""What can happen to an answer on its way out: it is lost with its connection, or cut short."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from mockvoice.web.request_context import RequestContext

# Where a server that can close connections says how, in the state of a request.
DROP_KEY = "mockvoice.drop"


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection, and return when it is closed.

    Under a server that does not offer this, nothing is done, and nothing has been answered.
    """
    close: Callable[[], None] | None = scope.get("state", {}).get(DROP_KEY)
    if close is None:
        return
    close()
    while (await receive())["type"] != "http.disconnect":
        pass  # the rest of a body that nobody will read


def drop_after_commit(context: RequestContext, receive: Receive) -> Send:
    """A way out on which the answer is lost, and the connection with it."""

    async def lose(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            await drop(context.scope, receive)

    return lose


def truncate_json(context: RequestContext, send: Send) -> Send:
    """A way out on which an answer's JSON breaks off; other answers stay whole."""
    start: Message = {}

    def begin(message: Message) -> Awaitable[None] | None:
        if message["type"] == "http.response.start":
            start.update(message)
            return None
        body = cut(message.get("body", b"")) if _is_json(start) else message.get("body", b"")
        start["headers"] = _of_length(start["headers"], len(body))
        context.response = start["status"], start["headers"], body
        return _all_of(send, start, {**message, "body": body})

    async def pass_on(message: Message) -> None:
        rest = begin(message)
        if rest is not None:
            await rest

    return pass_on


async def _all_of(send: Send, *messages: Message) -> None:
    for message in messages:
        await send(message)


def cut(body: bytes) -> bytes:
    """The first half of a JSON text, which is no JSON text any more; of an empty one, nothing."""
    half = body[: len(body) // 2]
    try:
        orjson.loads(half)
    except orjson.JSONDecodeError:
        return half
    return b"{"  # half a number is one


def _is_json(start: Message) -> bool:
    headers: dict[bytes, bytes] = dict(start["headers"])
    return b"json" in headers.get(b"content-type", b"")


def _of_length(headers: Any, length: int) -> list[tuple[bytes, bytes]]:
    return [
        (name, b"%d" % length if name == b"content-length" else value) for name, value in headers
    ]
