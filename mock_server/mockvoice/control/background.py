"""Slow work in a thread, which does not block the event loop."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from mockvoice.sandboxes.durability import with_loaded
from mockvoice.web.event_loop import run_on_loop
from mockvoice.web.responses import DeferredResponse

Result = TypeVar("Result")


def run_in_thread(work: Callable[[], Result], finish: Callable[[Result], Any]) -> DeferredResponse:
    """Run ``work`` in a thread, then ``finish`` on the loop; respond with the result of ``finish``.

    ``work`` must only access immutable data. ``finish`` gets its result, and must check again that
    the operation is possible.
    """
    loop = asyncio.get_running_loop()

    def run() -> Any:
        result = work()

        return run_on_loop(with_loaded(partial(finish, result)), loop)

    return DeferredResponse(run, pool="states")
