"""Run handlers that need much work in a thread, on a copy of their backend."""

import asyncio
import math
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.thread_pools import ThreadPool
from mockvoice.kernel.work_budget import WorkLimitExceeded
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.errors import TooMuchWork

Result = TypeVar("Result")

MAX_ATTEMPTS = 3
# What one request may do at most; it takes some seconds.
MAX_WORK = 50_000


async def run_on_copy(
    sandbox: Sandbox, key: str, work: Callable[[Backend], Result], pool: ThreadPool
) -> Result:
    """Run ``work`` in a thread on a copy of a vendor's backend; return its result.

    Others see all its changes or none: they read the backend as it is, and requests that change it
    wait. If it is changed all the same, for example by a reset, the work is done again, and in the end
    on the event loop. Raises ``TooMuchWork``.
    """
    async with sandbox.backends.change_lock(key):
        for _ in range(MAX_ATTEMPTS):
            original = sandbox.backends[key]
            version = original.version()
            copy = original.copy_for_thread()
            result = await pool.run(partial(_work_within_limit, work, copy))
            is_unchanged = original.version() == version
            if copy.version() == version:
                if is_unchanged:
                    original.forget(copy)
                return result
            if is_unchanged and sandbox.backends.get(key) is original:
                sandbox.backends.replace(key, copy)
                return result
            await asyncio.sleep(0)
        return work(sandbox.backends[key])


def _work_within_limit(work: Callable[[Backend], Result], backend: Backend) -> Result:
    """Do the work after the due events, which have no limit. Raises ``TooMuchWork``."""
    backend.catch_up()
    backend.budget.limit(MAX_WORK)
    try:
        return work(backend)
    except WorkLimitExceeded:
        raise TooMuchWork from None
    finally:
        backend.budget.limit(math.inf)
