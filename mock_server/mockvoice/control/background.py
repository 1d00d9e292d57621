"""Work that would keep the loop from everybody: done in a thread, and taken over on the loop."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from mockvoice.web.responses import DeferredResponse

Made = TypeVar("Made")


def run_in_thread(make: Callable[[], Made], take: Callable[[Made], Any]) -> DeferredResponse:
    """The answer that ``take`` gives on the loop for what ``make`` has made in a thread.

    ``make`` must only touch what nobody changes; ``take`` looks again whether it may still go on.
    """
    loop = asyncio.get_running_loop()

    def work() -> Any:
        made = make()

        async def taken() -> Any:
            return take(made)

        return asyncio.run_coroutine_threadsafe(taken(), loop).result()

    return DeferredResponse(work)
