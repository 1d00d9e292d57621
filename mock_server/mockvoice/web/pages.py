"""Helpers for HTML pages: Flask views run in threads, while data is accessed on the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import flask

from mockvoice.sandboxes.durability import with_loaded
from mockvoice.web.event_loop import run_on_loop
from mockvoice.web.request_context import LOOP_KEY, SCOPE_KEY, RequestContext

Result = TypeVar("Result")

# Calls take milliseconds; a loop that does not respond in time is shutting down.
TIMEOUT_SECONDS = 30.0


def call_on_loop(work: Callable[[], Result]) -> Result:
    """Run ``work`` on the event loop, where all data must be accessed, and return its result."""
    loop: asyncio.AbstractEventLoop = flask.request.environ["asgi.scope"][LOOP_KEY]
    return run_on_loop(with_loaded(work), loop, TIMEOUT_SECONDS)


def current_request() -> RequestContext:
    """Return the context of the request that this view handles."""
    context: RequestContext = flask.request.environ["asgi.scope"][SCOPE_KEY]
    return context
