"""Delivery of webhooks over HTTP, on the event loop.

No request waits for a receiver: each attempt is a separate task, and its result is recorded in a
separate transaction. All attempts of a server share one client.
"""

import asyncio
import logging
import os
import traceback
from asyncio import AbstractEventLoop
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from mockvoice.kernel.clock import monotonic
from mockvoice.outbound.own_requests import IS_OWN_REQUEST
from mockvoice.vendors.count.integration_models import AttemptResult, Delivery

if TYPE_CHECKING:
    import httpx

# The longest wait for a response. Assumed.
TIMEOUT_SECONDS = 10.0
# How much of a response's body is kept, and how long it is read.
MAX_RESPONSE_BODY = 4096
BODY_SECONDS = 1.0

SIGNATURE_HEADER = "X-Webhook-Signature"

_clients: "WeakKeyDictionary[AbstractEventLoop, asyncio.Task[httpx.AsyncClient]]" = (
    WeakKeyDictionary()
)


async def attempt(delivery: Delivery, signature: str | None) -> AttemptResult:
    """Send a delivery; return the response's status or the error. Redirects are not followed."""
    IS_OWN_REQUEST.set(True)  # in the context of this delivery's task
    start = monotonic()
    try:
        client = await _shared_client()
    except OSError as error:  # the certificates of the system cannot be read
        _release_frames(error)
        return AttemptResult(error=str(error))
    import httpx  # by now, a thread has imported it

    start = monotonic()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            response = await _post(client, delivery, signature)
    except TimeoutError as error:
        _release_frames(error)
        text = f"no response within {TIMEOUT_SECONDS:.0f} seconds"
        return AttemptResult(error=text, duration_ms=_milliseconds(start))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        reason = _reason(error)
        _release_frames(error)
        return AttemptResult(error=reason, duration_ms=_milliseconds(start))
    duration = _milliseconds(start)
    body = await _beginning_of_body(response)
    return AttemptResult(response.status_code, None, duration, body)


def prepare() -> None:
    """Begin to create the client of this event loop, which takes longer than a delivery."""
    _creation_of_client(asyncio.get_running_loop())


def _reason(error: BaseException) -> str:
    """Return why there is no response: the reason of the system, or of the HTTP client."""
    import httpx

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno is not None:
            verb = "cannot connect" if isinstance(error, httpx.ConnectError) else "connection lost"
            return f"{verb}: {os.strerror(cause.errno)}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.NetworkError):
        return f"connection lost: {str(error) or 'the receiver closed it'}"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"invalid response: {error}"
    return str(error) or type(error).__name__


def _milliseconds(start: float) -> float:
    return round((monotonic() - start) * 1000, 3)


def request_headers(delivery: Delivery, signature: str | None) -> list[tuple[str, str]]:
    """Return all headers of an attempt, in the order in which they are sent.

    Documented: those with ``X-Webhook``, and JSON. Assumed: the order, ``User-Agent`` and ``Connection``.
    """
    headers = [
        ("Host", delivery.receiver),
        ("User-Agent", "COUNT-Webhooks"),
        ("Accept", "*/*"),
        ("Connection", "close"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(delivery.body.encode()))),
        ("X-Webhook-Id", delivery.uuid),
        ("X-Webhook-Event", delivery.event),
    ]
    return headers if signature is None else [*headers, (SIGNATURE_HEADER, signature)]


async def _post(
    client: "httpx.AsyncClient", delivery: Delivery, signature: str | None
) -> "httpx.Response":
    import httpx

    # A request that the client builds has headers of the client's own.
    headers = request_headers(delivery, signature)
    request = httpx.Request("POST", delivery.url, headers=headers, content=delivery.body.encode())
    return await client.send(request, stream=True)


async def _beginning_of_body(response: "httpx.Response") -> str | None:
    """Return the beginning of a response's body, which may have no end, and close the response."""
    import httpx

    content = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) >= MAX_RESPONSE_BODY:
                    break
    except (TimeoutError, httpx.HTTPError, OSError) as error:
        # The status alone decides; of a body that ends early, what has arrived is kept.
        _release_frames(error)
    await response.aclose()
    return content[:MAX_RESPONSE_BODY].decode(errors="replace") or None


async def _shared_client() -> "httpx.AsyncClient":
    """Return the client of this event loop; it is created in a thread at the first delivery.

    Reading the certificates of the system takes longer than many requests together.
    """
    return await asyncio.shield(_creation_of_client(asyncio.get_running_loop()))


def _creation_of_client(loop: AbstractEventLoop) -> "asyncio.Task[httpx.AsyncClient]":
    creation = _clients.get(loop)
    if creation is None or (creation.done() and not _succeeded(creation)):
        creation = _clients[loop] = loop.create_task(asyncio.to_thread(_create_client))
    return creation


def _succeeded(task: "asyncio.Task[Any]") -> bool:
    return not task.cancelled() and task.exception() is None


def _create_client() -> "httpx.AsyncClient":
    import httpx

    # Its messages would show the queries of addresses, which may contain secrets.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        # The pool of deliveries limits the connections; idle ones would outlive the server.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        timeout=TIMEOUT_SECONDS,
        trust_env=False,  # ignores proxy variables
    )


def _release_frames(error: BaseException | None) -> None:
    """Clear the frames of an error and of its causes.

    They refer to the error, so each failed attempt would be kept until the garbage collector runs.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
