"""Responses to requests that have not arrived completely."""

from typing import Any

from starlette.types import Message, Scope, Send

from mockvoice.connections.transport import Transport

# A connection is kept if at most this much of an answered request has not arrived yet.
MAX_REST = 64 * 1024


def early_send(cycle: Any, transport: Transport, send: Send) -> Send:
    """Return a ``send`` for a request that has not arrived completely.

    If much of it is missing when the response begins, the connection ends with the response.
    """

    async def send_response(message: Message) -> None:
        if message["type"] == "http.response.start" and cycle.more_body:
            transport.unread = cycle
            if cycle.waiting_for_100_continue or not _is_short(cycle.scope):
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
        await send(message)

    return send_response


def _is_short(scope: Scope) -> bool:
    """Return whether a request announces a short body."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return bool(lengths) and lengths[0].isdigit() and int(lengths[0][:20]) <= MAX_REST
