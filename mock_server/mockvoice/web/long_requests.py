"""Run handlers that need much work in a thread, on a copy of their backend."""

import asyncio
import math
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.thread_pool import ThreadPool
from mockvoice.kernel.work_budget import WorkLimitExceeded
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.errors import TooMuchWork

Result = TypeVar("Result")

MAX_ATTEMPTS = 3
# What one request may do at most; it takes some seconds.
MAX_WORK = 50_000


class LongRequest(Generic[Result]):
    """Work for one vendor of a sandbox that takes too long for the event loop."""

    def __init__(
        self, sandbox: Sandbox, key: str, work: Callable[[Backend], Result], pool: ThreadPool
    ) -> None:
        self._backends, self._key = sandbox.backends, key
        self._work = partial(_work_within_limit, work)
        self._pool = pool

    async def read(self) -> Result:
        """Do work that changes nothing, beside changes of others; return its result.

        Raises ``TooMuchWork``. Work that changes something all the same is done by ``change``.
        """
        original = self._backends[self._key]
        version = original.version()
        copy = original.copy_for_thread()
        result = await self._pool.run(partial(self._work, copy))
        if copy.version() != version:
            return await self.change()
        if original.version() == version:
            original.forget(copy)
        return result

    async def change(self) -> Result:
        """Do the work, and apply its changes; return its result. Raises ``TooMuchWork``.

        Others see all changes or none: they read the backend as it is, and what changes it waits. If it
        is changed all the same, by a reset, a moved clock or a seeding, the work is done again, and at
        the last attempt on the event loop.
        """
        async with self._backends.change_lock(self._key):
            for _ in range(MAX_ATTEMPTS - 1):
                original = self._backends[self._key]
                version = original.version()
                copy = original.copy_for_thread()
                result = await self._run_while_others_wait(original, copy)
                if self._backends.get(self._key) is original and original.version() == version:
                    self._backends.replace(self._key, copy)
                    return result
            return self._work(self._backends[self._key])

    async def _run_while_others_wait(self, original: Backend, copy: Backend) -> Result:
        done = original.change_in_progress = asyncio.Event()
        try:
            return await self._pool.run(partial(self._work, copy))
        finally:
            original.change_in_progress = None
            # The event is seen after the copy has replaced the original.
            asyncio.get_running_loop().call_soon(done.set)


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
