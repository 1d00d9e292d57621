"""Coroutines that run at once up to their first wait, so that most need no task."""

from collections.abc import Coroutine, Generator
from contextvars import copy_context
from typing import Any

Work = Coroutine[Any, Any, None]


class Waiting(Work):
    """A coroutine that has run up to its first wait; a task runs the rest of it."""

    def __init__(self, coroutine: Work, awaited: Any) -> None:
        self._coroutine = coroutine
        self._awaited = [awaited]  # what it waits for, until the task knows

    def send(self, value: Any) -> Any:
        """Return what the coroutine waits for; continue it unless the task does not know yet."""
        return self._awaited.pop() if self._awaited else self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception where the coroutine waits."""
        self._awaited.clear()
        return self._coroutine.throw(*error)

    def close(self) -> None:
        """End the coroutine."""
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, None]:
        """Wait for the coroutine in another one."""
        return (yield from self._coroutine.__await__())


def run_until_wait(coroutine: Work, create_task: Any) -> None:
    """Run a coroutine until it waits; if it does, create a task for the rest of it.

    ``asyncio.current_task()`` is ``None`` until then. Tasks of Python 3.12 have an option for this.
    """
    context = copy_context()
    try:
        awaited = context.run(coroutine.send, None)
    except StopIteration:
        return
    create_task(Waiting(coroutine, awaited), context)
