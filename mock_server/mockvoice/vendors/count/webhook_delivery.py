"""Delivery of webhooks over HTTP, on the event loop.

No request waits for a receiver: each attempt is a separate task, and its result is recorded in a
separate transaction. All attempts of a server share one client.
"""

import asyncio
import traceback
from asyncio import AbstractEventLoop
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from mockvoice.outbound.own_requests import IS_OWN_REQUEST
from mockvoice.vendors.count.integration_models import Delivery

if TYPE_CHECKING:
    import httpx

# The longest wait for a response. Assumed.
TIMEOUT_SECONDS = 10.0

_clients: "WeakKeyDictionary[AbstractEventLoop, asyncio.Task[httpx.AsyncClient]]" = (
    WeakKeyDictionary()
)


async def attempt(delivery: Delivery) -> tuple[int | None, str | None]:
    """Send a delivery; return the response's status or the error. Redirects are not followed."""
    import httpx

    IS_OWN_REQUEST.set(True)  # in the context of this delivery's task
    try:
        client = await _shared_client()
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _post(client, delivery), None
    except TimeoutError as error:
        _release_frames(error)
        return None, f"no response within {TIMEOUT_SECONDS:.0f} seconds"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        _release_frames(error)
        return None, str(error) or type(error).__name__


async def _post(client: "httpx.AsyncClient", delivery: Delivery) -> int:
    headers = {
        "Content-Type": "application/json",
        "X-Webhook-Id": delivery.uuid,
        "X-Webhook-Event": delivery.event,
    }
    if delivery.signature is not None:
        headers["X-Webhook-Signature"] = delivery.signature
    request = client.build_request(
        "POST", delivery.url, content=delivery.body.encode(), headers=headers
    )
    # The body of the response is not read, since it may have no end.
    response = await client.send(request, stream=True)
    await response.aclose()
    return response.status_code


async def _shared_client() -> "httpx.AsyncClient":
    """Return the client of this event loop; it is created in a thread at the first delivery.

    Reading the certificates of the system takes longer than many requests together.
    """
    loop = asyncio.get_running_loop()
    creation = _clients.get(loop)
    if creation is None or (creation.done() and not _succeeded(creation)):
        creation = _clients[loop] = loop.create_task(asyncio.to_thread(_create_client))
    return await asyncio.shield(creation)


def _succeeded(task: "asyncio.Task[Any]") -> bool:
    return not task.cancelled() and task.exception() is None


def _create_client() -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(
        headers={"User-Agent": "COUNT-Webhooks", "Connection": "close"},
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
