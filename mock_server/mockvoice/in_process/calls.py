"""Calls of coroutines that run in the threads of their callers.

A coroutine that does not wait runs to its end in the caller's thread, without a task: this is as
fast as a function call. One that waits goes on in a thread that runs only while something waits: a
slow request, a delivery of a webhook, or a timer.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import types
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")

# How long the thread sleeps if nothing can go on before other threads have done their work, and if
# there is nothing but timers that are not due soon.
PAUSE_SECONDS = 0.001
LONG_PAUSE_SECONDS = 0.05


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that runs one step at a time, and knows whether there is something to run."""

    def __init__(self) -> None:
        super().__init__()
        self.has_work = threading.Event()  # something was scheduled, and may not have run
        self._can_go_on = False  # something was scheduled for the next step
        self._timers: list[asyncio.TimerHandle] = []

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run a callback in the next step."""
        handle = super().call_soon(callback, *args, context=context)
        self._note_work()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run a callback in the next step; may be called in any thread."""
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        self._note_work()
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run a callback at a time of the loop's clock."""
        handle = super().call_at(when, callback, *args, context=context)
        self._timers.append(handle)
        self._note_work()
        return handle

    def _note_work(self) -> None:
        self._can_go_on = True
        self.has_work.set()

    def step(self) -> float | None:
        """Run what can run now; return how long to wait for the rest, ``None`` if nothing is left."""
        # What another thread schedules from now on counts for the next step.
        self.has_work.clear()
        self._can_go_on = False
        super().call_soon(self.stop)
        self.run_forever()
        pause = 0 if self._can_go_on else self._pause()
        if pause is not None:
            self.has_work.set()
        return pause

    def _pause(self) -> float | None:
        now = self.time()
        self._timers = [each for each in self._timers if not each.cancelled() and each.when() > now]
        if asyncio.all_tasks(self):
            return PAUSE_SECONDS
        if not self._timers:
            return None
        next_timer = min(each.when() for each in self._timers)
        return PAUSE_SECONDS if next_timer - now < LONG_PAUSE_SECONDS else LONG_PAUSE_SECONDS

    def cancel_tasks(self) -> None:
        """Cancel all tasks, and run until they have ended."""
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


class Calls:
    """Runs coroutines for callers in any thread, and for callers on other event loops.

    One lock serializes all that runs. Must be closed.
    """

    def __init__(self) -> None:
        self._loop = _create_loop()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def start(self, coroutine: Coroutine[Any, Any, Result]) -> Result | Future[Result]:
        """Run a coroutine until it waits; return its result, or a future of it if it waits.

        Raises the error of the coroutine.
        """
        with self._lock:
            outer = _get_running_loop()
            _set_running_loop(self._loop)
            try:
                waits_for = coroutine.send(None)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                _set_running_loop(outer)
                if self._loop.has_work.is_set():
                    self._start_thread()
        future = asyncio.run_coroutine_threadsafe(_rest(coroutine, waits_for), self._loop)
        with self._lock:
            self._start_thread()
        return future

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine; return its result or raise its error."""
        result = self.start(coroutine)
        return result.result() if isinstance(result, Future) else result

    def close(self) -> None:
        """Cancel what waits, and end the thread."""
        self._closing.set()
        self._loop.has_work.set()
        if self._thread is not None:
            self._thread.join()
        self._loop.close()

    def _start_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mockvoice-calls", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        """Run what waits, step by step, so that calls of other threads come between the steps."""
        while True:
            self._loop.has_work.wait()
            with self._lock:
                if self._closing.is_set():
                    self._loop.cancel_tasks()
                    return
                pause = self._loop.step()
            if pause:
                self._closing.wait(pause)


async def _rest(coroutine: Coroutine[Any, Any, Result], waits_for: Any) -> Result:
    """Run the rest of a coroutine that has begun, and waits for something."""
    return await _steps(coroutine, waits_for)


@types.coroutine
def _steps(coroutine: Coroutine[Any, Any, Result], waits_for: Any) -> Generator[Any, Any, Result]:
    try:
        while True:
            try:
                value = yield waits_for
            except BaseException as error:
                waits_for = coroutine.throw(error)
            else:
                waits_for = coroutine.send(value)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _create_loop() -> _Loop:
    """Create a loop also where a guard such as pytest-socket prevents new sockets.

    A loop wakes itself up by a pair of connected sockets, which lead nowhere else. Guards replace the
    class by one that is derived from it.
    """
    guarded = socket.socket
    own: Any = next(each for each in guarded.__mro__ if each.__module__ == "socket")
    socket.socket = own  # type: ignore[misc]
    try:
        return _Loop()
    finally:
        socket.socket = guarded  # type: ignore[misc]
