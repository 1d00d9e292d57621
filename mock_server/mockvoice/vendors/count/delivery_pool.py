"""Slots for the webhook deliveries of a server: a limited number runs at once.

Workspaces take turns, and so do the receivers of a workspace: one that does not respond, or that
has many deliveries, does not delay the others.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Task
from collections import Counter, OrderedDict, deque
from collections.abc import Coroutine
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from mockvoice.vendors.count.integration_models import AttemptResult, PlannedAttempt

# The most deliveries at once: of all workspaces of a server, of a workspace, and of a receiver there.
MAX_RUNNING = 64
MAX_RUNNING_OF_WORKSPACE = 8
MAX_RUNNING_OF_RECEIVER = 4


class Deliveries:
    """The deliveries of a workspace that wait for a slot, and those that run."""

    __slots__ = ("_running", "_tasks", "_waiting", "workspace")

    def __init__(self) -> None:
        # What records the results; ``None`` if no delivery waits or runs.
        self.workspace: Workspace | None = None
        # By receiver, in the order of their turns: the attempts, oldest first.
        self._waiting: OrderedDict[str, deque[PlannedAttempt]] = OrderedDict()
        # The event loop itself keeps only weak references to tasks.
        self._tasks: set[Task[None]] = set()
        self._running: Counter[str] = Counter()  # the number of tasks by receiver

    @property
    def pending(self) -> bool:
        """Whether any delivery waits or runs."""
        return bool(self._waiting or self._tasks)

    @property
    def number_waiting(self) -> int:
        """How many attempts wait for their turn."""
        return sum(map(len, self._waiting.values()))

    def add(self, receiver: str, attempt: PlannedAttempt) -> None:
        """Let an attempt wait."""
        self._waiting.setdefault(receiver, deque()).append(attempt)

    def next_receiver(self) -> str | None:
        """Return the receiver whose turn it is, or ``None`` if no delivery may run."""
        if len(self._tasks) >= MAX_RUNNING_OF_WORKSPACE:
            return None
        return next((r for r in self._waiting if self._running[r] < MAX_RUNNING_OF_RECEIVER), None)

    def take(self, receiver: str) -> PlannedAttempt:
        """Remove the oldest attempt of a receiver, whose next turn comes last, and return it."""
        attempts = self._waiting.pop(receiver)
        attempt = attempts.popleft()
        if attempts:
            self._waiting[receiver] = attempts
        return attempt

    def started(self, receiver: str, task: Task[None]) -> None:
        """Count a delivery that runs."""
        self._tasks.add(task)
        self._running[receiver] += 1

    def finished(self, receiver: str, task: Task[None]) -> None:
        """Count a delivery no longer."""
        self._tasks.discard(task)
        self._running[receiver] -= 1
        if not self._running[receiver]:
            del self._running[receiver]
        if not self.pending:
            self.workspace = None

    def cancel(self) -> None:
        """Cancel the deliveries that run, and forget those that wait."""
        self.workspace = None
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()


class Workspace(Protocol):
    """A workspace with deliveries."""

    pending_deliveries: Deliveries
    # While a copy is being changed that may replace the workspace.
    change_in_progress: asyncio.Event | None

    def attempt(self, planned: PlannedAttempt) -> Coroutine[Any, Any, AttemptResult | None]:
        """Send a delivery; return the result, or ``None`` if there is no such delivery."""

    def record_attempt(self, planned: PlannedAttempt, result: AttemptResult) -> None:
        """Record the result of an attempt."""


class DeliveryPool:
    """The slots of one event loop."""

    def __init__(self) -> None:
        self._running = 0
        # By result, see ``WebhookLog.attempts``.
        self.attempts = dict.fromkeys(("success", "error_status", "no_response"), 0)
        # The workspaces that may have a delivery to start, in the order of their turns.
        self._turns: OrderedDict[Deliveries, None] = OrderedDict()

    def add(self, workspace: Workspace, receiver: str, attempt: PlannedAttempt) -> None:
        """Make an attempt as soon as slots are free and it is its turn."""
        deliveries = workspace.pending_deliveries
        deliveries.workspace = workspace
        deliveries.add(receiver, attempt)
        self._take_turns(deliveries)

    def _take_turns(self, changed: Deliveries) -> None:
        self._turns.setdefault(changed)
        while self._turns and self._running < MAX_RUNNING:
            deliveries, _ = self._turns.popitem(last=False)
            receiver = deliveries.next_receiver()
            if receiver is not None:
                self._start(deliveries, receiver)
                self._turns[deliveries] = None

    def _start(self, deliveries: Deliveries, receiver: str) -> None:
        task = asyncio.get_running_loop().create_task(
            self._deliver(deliveries, deliveries.take(receiver))
        )
        deliveries.started(receiver, task)
        self._running += 1
        task.add_done_callback(partial(self._finish, deliveries, receiver))

    def _finish(self, deliveries: Deliveries, receiver: str, task: Task[None]) -> None:
        deliveries.finished(receiver, task)
        self._running -= 1
        self._take_turns(deliveries)

    async def _deliver(self, deliveries: Deliveries, planned: PlannedAttempt) -> None:
        """Make an attempt, and record the result in the workspace that has its row then."""
        workspace = deliveries.workspace
        if workspace is None:
            return
        result = await workspace.attempt(planned)
        if result is not None:
            self.attempts[_kind_of(result)] += 1
        while (
            deliveries.workspace is not None and deliveries.workspace.change_in_progress is not None
        ):
            await deliveries.workspace.change_in_progress.wait()
        if result is not None and deliveries.workspace is not None:
            deliveries.workspace.record_attempt(planned, result)


def _kind_of(result: AttemptResult) -> str:
    if result.status is None:
        return "no_response"
    return "success" if 200 <= result.status < 300 else "error_status"


_pools: WeakKeyDictionary[AbstractEventLoop, DeliveryPool] = WeakKeyDictionary()


def pool_of(loop: AbstractEventLoop) -> DeliveryPool:
    """Return the pool of an event loop, which is that of one server."""
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = DeliveryPool()
    return pool
