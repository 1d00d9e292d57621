"""Delivery of webhooks over HTTP, on the event loop.

No request waits for a receiver: each attempt is a separate task, and its result is recorded in a
separate transaction.
"""

import asyncio
import ssl
from urllib.parse import urlsplit

from mockvoice.vendors.count.integration_models import Delivery

# The longest wait for a response. Assumed.
TIMEOUT_SECONDS = 10.0


async def attempt(delivery: Delivery) -> tuple[int | None, str | None]:
    """Send a delivery; return the response's status or the error. Redirects are not followed."""
    try:
        return await asyncio.wait_for(_post(delivery), TIMEOUT_SECONDS), None
    except TimeoutError:
        return None, f"no response within {TIMEOUT_SECONDS:.0f} seconds"
    except (OSError, ValueError, EOFError) as error:
        return None, str(error) or type(error).__name__


async def _post(delivery: Delivery) -> int:
    url = urlsplit(delivery.url)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    context = ssl.create_default_context() if secure else None
    reader, writer = await asyncio.open_connection(url.hostname, port, ssl=context)
    try:
        writer.write(_request(delivery, url.netloc, url.path or "/", url.query))
        await writer.drain()
        return _status(await reader.readline())
    finally:
        writer.close()


def _request(delivery: Delivery, host: str, path: str, query: str) -> bytes:
    body = delivery.body.encode()
    target = f"{path}?{query}" if query else path
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: COUNT-Webhooks",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Webhook-Id: {delivery.uuid}",
        f"X-Webhook-Event: {delivery.event}",
        "Connection: close",
    ]
    if delivery.signature is not None:
        lines.append(f"X-Webhook-Signature: {delivery.signature}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + body


def _status(line: bytes) -> int:
    parts = line.split(None, 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not parts[1].isdigit():
        raise ValueError(f"expected an HTTP status line, received {line[:50]!r}")
    return int(parts[1])
