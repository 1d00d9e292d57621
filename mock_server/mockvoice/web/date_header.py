"""The header ``Date``, by the clock of the request's sandbox.

A client can learn from it how far a sandbox's clock is ahead of its own.
"""

from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache

from starlette.types import Message, Send

from mockvoice.kernel.clock import Clock

Header = tuple[bytes, bytes]


def date_header(clock: Clock) -> Header:
    """Return the header with a clock's time in whole seconds."""
    return _date_header(clock.microseconds() // 1_000_000)


@lru_cache(maxsize=256)
def _date_header(seconds: int) -> Header:
    return b"date", formatdate(seconds, usegmt=True).encode()


def with_date(send: Send, find_clock: Callable[[], Clock]) -> Send:
    """Return a ``send`` that adds the header to a response without one."""

    async def send_with_date(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            if all(name != b"date" for name, _ in headers):
                headers.append(date_header(find_clock()))
            message = {**message, "headers": headers}
        await send(message)

    return send_with_date
