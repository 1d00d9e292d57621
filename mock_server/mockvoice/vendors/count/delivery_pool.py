"""Slots for the webhook deliveries of a server: a limited number runs at once.

Workspaces take turns, so one with many deliveries does not delay the others.
"""

import asyncio
from asyncio import AbstractEventLoop, Task
from collections import OrderedDict, deque
from collections.abc import Coroutine
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

# The most deliveries at once, of all workspaces of a server and of one workspace.
MAX_RUNNING = 64
MAX_RUNNING_OF_WORKSPACE = 8


class Deliveries:
    """The deliveries of a workspace that wait for a slot, oldest first, and those that run."""

    __slots__ = ("tasks", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[int] = deque()  # ids of deliveries
        # The event loop itself keeps only weak references to tasks.
        self.tasks: set[Task[None]] = set()

    @property
    def pending(self) -> bool:
        """Whether any delivery waits or runs."""
        return bool(self.waiting or self.tasks)

    @property
    def can_start(self) -> bool:
        """Whether a delivery waits that may run."""
        return bool(self.waiting) and len(self.tasks) < MAX_RUNNING_OF_WORKSPACE

    def cancel(self) -> None:
        """Cancel the deliveries that run, and forget those that wait."""
        self.waiting.clear()
        for task in self.tasks:
            task.cancel()


class Workspace(Protocol):
    """A workspace with deliveries."""

    pending_deliveries: Deliveries

    def deliver(self, delivery_id: int) -> Coroutine[Any, Any, None]:
        """Send a delivery and record the result."""


class DeliveryPool:
    """The slots of one event loop."""

    def __init__(self) -> None:
        self._running = 0
        # The workspaces that have a delivery to start, in the order of their turns.
        self._turns: OrderedDict[Workspace, None] = OrderedDict()

    def add(self, workspace: Workspace, delivery_id: int) -> None:
        """Run a delivery as soon as a slot is free and its workspace has a turn."""
        workspace.pending_deliveries.waiting.append(delivery_id)
        self._take_turns(workspace)

    def _take_turns(self, workspace: Workspace) -> None:
        if workspace.pending_deliveries.can_start:
            self._turns[workspace] = None
        while self._turns and self._running < MAX_RUNNING:
            following, _ = self._turns.popitem(last=False)
            if following.pending_deliveries.can_start:
                self._start(following)
            if following.pending_deliveries.can_start:
                self._turns[following] = None

    def _start(self, workspace: Workspace) -> None:
        deliveries = workspace.pending_deliveries
        work = workspace.deliver(deliveries.waiting.popleft())
        task = asyncio.get_running_loop().create_task(work)
        deliveries.tasks.add(task)
        self._running += 1
        task.add_done_callback(partial(self._finish, workspace))

    def _finish(self, workspace: Workspace, task: Task[None]) -> None:
        workspace.pending_deliveries.tasks.discard(task)
        self._running -= 1
        self._take_turns(workspace)


_pools: WeakKeyDictionary[AbstractEventLoop, DeliveryPool] = WeakKeyDictionary()


def pool_of(loop: AbstractEventLoop) -> DeliveryPool:
    """Return the pool of an event loop, which is that of one server."""
    return _pools.setdefault(loop, DeliveryPool())
