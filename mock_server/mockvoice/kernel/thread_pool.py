"""Threads for work that would hold up the event loop."""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Result = TypeVar("Result")

# While threads work, the event loop gets the interpreter back within this time.
SWITCH_INTERVAL_SECONDS = 0.001


class ThreadPool:
    """A few threads for one kind of work."""

    def __init__(self, name: str, size: int) -> None:
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=f"mockvoice-{name}")

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return the result of ``work``, or raise its error.

        The work has the context variables of the caller. Shortens the interpreter's switch interval
        for the rest of the process.
        """
        if sys.getswitchinterval() > SWITCH_INTERVAL_SECONDS:
            sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, copy_context().run, work)

    def close(self) -> None:
        """Accept no more work, and drop what has not been started."""
        self._executor.shutdown(wait=False, cancel_futures=True)
