"""Pages for people: Flask views, which run in threads, beside worlds that live on the loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import flask

from mockvoice.web.request_context import LOOP_KEY, RequestContext
from mockvoice.web.request_context import SCOPE_KEY as CALL_KEY

Found = TypeVar("Found")

# A world answers within milliseconds; a loop that does not is shutting down.
PATIENCE = 30.0


def on_loop(work: Callable[[], Found]) -> Found:
    """What ``work`` gives when it is done on the event loop, as everything that touches a world is."""

    async def done() -> Found:
        return work()

    loop: asyncio.AbstractEventLoop = flask.request.environ["asgi.scope"][LOOP_KEY]
    return asyncio.run_coroutine_threadsafe(done(), loop).result(PATIENCE)


def current_request() -> RequestContext:
    """The request that a view answers, as the floor knows it."""
    found: RequestContext = flask.request.environ["asgi.scope"][CALL_KEY]
    return found
