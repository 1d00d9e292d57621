"""Journal of a request: capture its response, and record both in the sandbox's request log."""

from collections.abc import Callable

from starlette.types import Message, Send

from mockvoice.sandboxes.request_log import RawResponse
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.request_context import RequestContext

MAX_NOTE_LENGTH = 2000

_NO_RESPONSE: RawResponse = (None, (), b"")


def record(context: RequestContext, vendor: str, sandbox: Sandbox, seconds: float) -> None:
    """Record a finished request, which took ``seconds`` since its arrival."""
    scope = context.scope
    sandbox.request_log.record(
        sandbox.clock.microseconds(),
        seconds,
        vendor,
        None if context.operation is None else context.operation.id,
        scope["method"],
        scope.get("scheme", "http"),
        context.path,
        scope.get("raw_path", b""),
        scope["query_string"],
        scope["headers"],
        context.body,
        context.response or _NO_RESPONSE,
        context.note,
    )


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


def capture_status(context: RequestContext, send: Send, on_complete: Callable[[], None]) -> Send:
    """Return a ``send`` that captures the status of other apps' responses, without their bodies.

    Calls ``on_complete`` as ``capture_response`` does.
    """

    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            context.response = message["status"], message["headers"], b""
        elif not message.get("more_body"):
            on_complete()
        await send(message)

    return forward
