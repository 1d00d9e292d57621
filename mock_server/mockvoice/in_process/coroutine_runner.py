"""Run coroutines in the thread of their caller until they wait; a background thread runs the rest.

A coroutine that does not wait is as fast as a function call: it needs no task and no other thread.
The background thread ends when nothing waits any more.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import socket
import ssl
import threading
import time
import types
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from contextvars import Context, copy_context
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")

# How often sockets are looked at, if there are any: deliveries of webhooks use some.
POLL_SECONDS = 0.001
# The loop's own socket, which wakes it up.
_OWN_SOCKETS = 1


class RunnerClosed(Exception):
    """The runner has been closed, and runs nothing more."""


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that runs one step at a time, and knows when the next one is due."""

    # Not an attribute of a module: libraries that freeze time would replace it there.
    _monotonic = staticmethod(time.monotonic)

    def __init__(self, on_scheduled_by_thread: Callable[[], None]) -> None:
        self._own_selector = selectors.DefaultSelector()
        self._on_scheduled_by_thread = on_scheduled_by_thread
        self._timers: list[asyncio.TimerHandle] = []
        self.has_scheduled = threading.Event()  # something was scheduled since the last step began
        super().__init__(self._own_selector)

    def time(self) -> float:
        """Return real time, also if a library has frozen the time of the process."""
        return self._monotonic()

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run a callback in the next step."""
        handle = super().call_soon(callback, *args, context=context)
        self.has_scheduled.set()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run a callback in the next step; may be called in any thread."""
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        self.has_scheduled.set()
        self._on_scheduled_by_thread()
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
        self.has_scheduled.set()
        return handle

    def step(self) -> float | None:
        """Run what can run now.

        Returns for how long nothing else can run, unless another thread schedules something; ``None`` if
        nothing waits.
        """
        self.has_scheduled.clear()
        begin = self.time()
        super().call_soon(self.stop)
        self.run_forever()
        if self.has_scheduled.is_set():
            return 0
        # A timer that became due during the step may not have run.
        self._timers = [
            each for each in self._timers if not each.cancelled() and each.when() > begin
        ]
        has_tasks = bool(asyncio.all_tasks(self))
        if has_tasks and len(self._own_selector.get_map()) > _OWN_SOCKETS:
            return POLL_SECONDS
        if self._timers:
            return max(0, min(each.when() for each in self._timers) - self.time())
        return threading.TIMEOUT_MAX if has_tasks else None

    def cancel_tasks(self) -> None:
        """Cancel all tasks, and run until they have ended."""
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


class CoroutineRunner:
    """Runs coroutines for callers in any thread, and for callers on other event loops.

    One lock serializes all that runs; what waits does not hold it. Must be closed.
    """

    def __init__(self) -> None:
        # Reentrant, so that a second call in the same thread is an error and not a deadlock.
        self._lock = threading.RLock()
        self._is_running = False
        self._is_closed = False
        self._thread: threading.Thread | None = None
        self._process_id = os.getpid()
        self._loop = _create_loop(self._start_thread)

    def start(self, coroutine: Coroutine[Any, Any, Result]) -> Result | Future[Result]:
        """Run a coroutine until it waits; return its result, or a future of it if it waits.

        Raises the error of the coroutine, and ``RunnerClosed``.
        """
        context = copy_context()
        if os.getpid() != self._process_id:  # another thread of the original may have the lock
            coroutine.close()
            raise RuntimeError(
                "a mock in the process does not work in a forked copy of the process; start one there"
            )
        with self._lock:
            try:
                self._check()
            except BaseException:
                coroutine.close()  # or Python would warn that it never ran
                raise
            outer = _get_running_loop()
            self._is_running = True
            _set_running_loop(self._loop)
            try:
                waits_for = context.run(coroutine.send, None)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                _set_running_loop(outer)
                self._is_running = False
                if self._loop.has_scheduled.is_set():
                    self._start_thread()
            rest = _resume(coroutine, waits_for)
            return context.run(asyncio.run_coroutine_threadsafe, rest, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine; return its result or raise its error."""
        result = self.start(coroutine)
        return result.result() if isinstance(result, Future) else result

    def close(self) -> None:
        """Cancel what waits, and end the background thread."""
        with self._lock:
            self._is_closed = True
            thread = self._thread
        self._loop.has_scheduled.set()
        if thread is not None:
            thread.join()
        self._loop.close()

    def _check(self) -> None:
        if self._is_closed:
            raise RunnerClosed
        if self._is_running:
            raise RuntimeError(
                "a request to a mock in the process was sent while it handles another one in this thread, "
                "for example by a finalizer or a signal handler"
            )

    def _start_thread(self) -> None:
        with self._lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(
                    target=self._run_steps, name="mockvoice-waiting", daemon=True
                )
                self._thread.start()

    def _run_steps(self) -> None:
        """Run what waits, step by step, so that calls of other threads come between the steps."""
        while True:
            with self._lock:
                if self._is_closed:
                    self._loop.cancel_tasks()
                    return
                pause: float | None = None
                self._is_running = True
                try:
                    pause = self._loop.step()
                finally:
                    self._is_running = False
                    if pause is None:
                        self._thread = None
                if pause is None:
                    return
            self._loop.has_scheduled.wait(pause)


async def _resume(coroutine: Coroutine[Any, Any, Result], waits_for: Any) -> Result:
    """Run the rest of a coroutine that has begun, and waits for something."""
    return await _resume_generator(coroutine, waits_for)


@types.coroutine
def _resume_generator(
    coroutine: Coroutine[Any, Any, Result], waits_for: Any
) -> Generator[Any, Any, Result]:
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


def _create_loop(on_scheduled_by_thread: Callable[[], None]) -> _Loop:
    """Create a loop, even if a library such as pytest-socket blocks sockets.

    A loop needs a pair of connected sockets to wake up. Such libraries replace the class by another one or
    by a function; sockets with TLS are still derived from the original.
    """
    guarded: Any = socket.socket
    original: Any = next(each for each in ssl.SSLSocket.__mro__ if each.__module__ == "socket")
    socket.socket = original  # type: ignore[misc]
    try:
        return _Loop(on_scheduled_by_thread)
    finally:
        socket.socket = guarded  # type: ignore[misc]
