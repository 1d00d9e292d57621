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
from mockvoice.web.errors import ChangedMeanwhile, TooMuchWork

Result = TypeVar("Result")

# What one request may do on the event loop: about 10 to 30 milliseconds of work.
WORK_LIMIT = 150
MAX_ATTEMPTS = 5
# What one request may do at most; it takes some seconds.
MAX_WORK = 50_000


class LongRequest(Generic[Result]):
    """Work for one vendor of a sandbox that takes too long for the event loop."""

    def __init__(
        self,
        sandbox: Sandbox,
        key: str,
        work: Callable[[Backend], Result],
        pool: ThreadPool,
        *,
        max_work: float | None = None,
    ) -> None:
        self._backends, self._key = sandbox.backends, key
        self._work = partial(_work_within_limit, work, MAX_WORK if max_work is None else max_work)
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
        """Do the work, and apply its changes; return its result.

        Others see all changes or none: they read the backend as it is, and what changes it waits. If it
        is changed all the same, by a reset or a seeding, the work is done again, a few times. Raises
        ``TooMuchWork`` and ``ChangedMeanwhile``.
        """
        async with self._backends.change_lock(self._key):
            for _ in range(MAX_ATTEMPTS):
                original = self._backends[self._key]
                version = original.version()
                copy = original.copy_for_thread()
                result = await self._run_while_others_wait(original, copy)
                if self._backends.get(self._key) is original and original.version() == version:
                    self._backends.replace(self._key, copy)
                    return result
            raise ChangedMeanwhile

    async def _run_while_others_wait(self, original: Backend, copy: Backend) -> Result:
        done = original.change_in_progress = asyncio.Event()
        try:
            return await self._pool.run(partial(self._work, copy))
        finally:
            original.change_in_progress = None
            # The event is seen after the copy has replaced the original.
            asyncio.get_running_loop().call_soon(done.set)


async def run_without_pause(
    sandbox: Sandbox, key: str, work: Callable[[Backend], Result], pool: ThreadPool
) -> Result:
    """Do work that changes a backend, on the event loop or, if it is too much for that, in a thread."""
    async with sandbox.backends.change_lock(key):
        pass  # a long change in progress is applied first
    try:
        return run_within_limit(work, sandbox.backends[key])
    except WorkLimitExceeded:
        return await LongRequest(sandbox, key, work, pool, max_work=math.inf).change()


def run_within_limit(
    work: Callable[[Backend], Result], backend: Backend, limit: float = WORK_LIMIT
) -> Result:
    """Do the work on the event loop. Raises ``WorkLimitExceeded`` if it is too much for that."""
    backend.budget.limit(limit)
    try:
        return work(backend)
    finally:
        backend.budget.limit(math.inf)


def _work_within_limit(
    work: Callable[[Backend], Result], max_work: float, backend: Backend
) -> Result:
    """Do the work after the due events, which have no limit. Raises ``TooMuchWork``."""
    backend.catch_up()
    try:
        return run_within_limit(work, backend, max_work)
    except WorkLimitExceeded:
        raise TooMuchWork from None
