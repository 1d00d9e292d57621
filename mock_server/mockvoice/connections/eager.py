"""Coroutines that run at once up to their first wait, so that most need no task."""

import types
from collections.abc import Coroutine, Generator
from typing import Any


def start(coroutine: Coroutine[Any, None, None]) -> Coroutine[Any, None, None] | None:
    """Run a coroutine until it waits; return its rest for a task, or ``None`` if it has ended.

    ``asyncio.current_task()`` is ``None`` until then. Tasks of Python 3.12 have an option for this.
    """
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return None
    return _rest(coroutine, awaited)


async def _rest(coroutine: Coroutine[Any, None, None], awaited: Any) -> None:
    await _wait(coroutine, awaited)


@types.coroutine
def _wait(coroutine: Coroutine[Any, None, None], awaited: Any) -> Generator[Any, Any, None]:
    """Pass on what a coroutine waits for, and to it what the task sends or raises."""
    try:
        while True:
            try:
                value = yield awaited
            except BaseException as error:
                awaited = coroutine.throw(error)
            else:
                awaited = coroutine.send(value)
    except StopIteration:
        return
