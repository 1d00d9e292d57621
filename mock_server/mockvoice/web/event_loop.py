"""Calls of the event loop, where all data must be accessed, from threads."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_on_loop(
    coroutine: Coroutine[Any, Any, Result],
    loop: asyncio.AbstractEventLoop,
    timeout: float | None = None,
) -> Result:
    """Run a coroutine on the event loop, and return its result.

    Raises ``RuntimeError`` if the server has stopped meanwhile.
    """
    try:
        future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    except RuntimeError:
        coroutine.close()  # or Python would warn that it never ran
        raise
    return future.result(timeout)
