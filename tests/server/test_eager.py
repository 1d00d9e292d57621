"""Coroutines that run at once up to their first wait behave as in a task from their begin."""

import asyncio
from contextvars import ContextVar

import pytest

from mockvoice.connections.eager import run_until_wait

name: ContextVar[str] = ContextVar("name", default="none")


def test_a_coroutine_that_does_not_wait_needs_no_task():
    done = []

    async def work() -> None:
        done.append("work")

    run_until_wait(work(), pytest.fail)
    assert done == ["work"]


async def rest_of(coroutine, events, *, cancel: bool = False) -> None:
    """Run a coroutine, and wait for its task."""
    tasks = []

    def create_task(work, context):
        tasks.append(asyncio.get_running_loop().create_task(work, context=context))
        if cancel:
            tasks[0].cancel()

    run_until_wait(coroutine, create_task)
    events.append("started")
    await asyncio.wait(tasks)
    events.append("cancelled" if tasks[0].cancelled() else tasks[0].exception())


def test_the_rest_runs_in_a_task():
    events = []

    async def work() -> None:
        events.append("begin")
        await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        events.append(asyncio.current_task() is not None)

    asyncio.run(rest_of(work(), events))
    assert events == ["begin", "started", True, None]


def test_an_error_of_what_it_waits_for_is_raised_in_it():
    events = []

    async def work() -> None:
        future = asyncio.get_running_loop().create_future()
        future.set_exception(LookupError("lost"))
        await asyncio.sleep(0)
        try:
            await future
        except LookupError as error:
            events.append(str(error))

    asyncio.run(rest_of(work(), events))
    assert events == ["started", "lost", None]


def test_a_task_that_is_cancelled_at_once_cancels_it():
    events = []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            events.append("informed")
            raise

    asyncio.run(rest_of(work(), events, cancel=True))
    assert events == ["started", "informed", "cancelled"]


def test_variables_of_its_context_are_its_own():
    events = []

    async def work() -> None:
        token = name.set("work")
        await asyncio.sleep(0)
        events.append(name.get())
        name.reset(token)

    async def main() -> None:
        await rest_of(work(), events)
        events.append(name.get())

    asyncio.run(main())
    assert events == ["started", "work", None, "none"]
