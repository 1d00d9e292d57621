"""Transactions that can be rolled back, by a log of changed values."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from mockvoice.kernel.change_record import ChangeRecord, Work
from mockvoice.kernel.work_budget import WorkBudget


class Restorable(Protocol):
    """A container of values by key whose changes a transaction can undo.

    The ``name`` tells it from others in a ``ChangeRecord``; changes of one without a name are not recorded.
    """

    @property
    def name(self) -> str:
        """What tells it from other containers of the backend."""

    def restore(self, key: Any, before: Any) -> None:
        """Restore the value at ``key``; ``None`` means that there was none."""


class UndoLog:
    """The changes of the open transaction; a rollback costs no more than the changes.

    Transactions nest: an inner one that fails undoes only its own changes.
    """

    __slots__ = ("_budget", "_changes", "_deferred", "_depth", "change_record", "unstored_work")

    name = ""  # changes of the log itself are not recorded

    def __init__(self, budget: WorkBudget | None = None) -> None:
        self._budget = budget or WorkBudget()
        self._changes: list[tuple[Restorable, Any, Any]] = []
        self._deferred: list[Work] = []
        self._depth = 0
        self.change_record: ChangeRecord | None = None  # None: nothing keeps what is committed
        self.unstored_work = 0  # deferred work that waits until what was committed is stored

    def record(self, target: Restorable, key: Any, before: Any) -> None:
        """Record a value that is about to change. Raises ``RuntimeError`` outside a transaction."""
        if not self._depth:
            raise RuntimeError("a change is only allowed inside a transaction")
        self._changes.append((target, key, before))

    def defer(self, work: Work) -> None:
        """Run ``work`` after the outermost transaction is committed; a rollback discards it.

        Raises ``RuntimeError`` outside a transaction.
        """
        self.record(self, None, None)
        self._deferred.append(work)

    def restore(self, key: Any, before: Any) -> None:
        """Discard the work that was deferred last: changes are undone newest first."""
        self._deferred.pop()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Apply all changes of the block, or none if it raises."""
        savepoint = self.begin()
        try:
            yield
        except BaseException:
            self.roll_back(savepoint)
            raise
        self.commit()

    def begin(self) -> int:
        """Open a transaction, and return the savepoint for ``roll_back``."""
        self._depth += 1
        return len(self._changes)

    def commit(self) -> None:
        """Close a transaction; the outermost one is recorded, and then runs the deferred work.

        If a store keeps what is committed, the work waits until it is stored.
        """
        self._depth -= 1
        if self._depth or not self._changes:
            return
        record = self.change_record
        if record is not None:
            record.add(self._changes)
        self._changes.clear()
        deferred, self._deferred = self._deferred, []
        if record is not None and record.on_commit is not None:
            self.unstored_work += len(deferred)
            record.on_commit(deferred)
        elif deferred:
            self._run_deferred(deferred)

    def run_stored(self, deferred: Sequence[Work]) -> None:
        """Run deferred work, since what was committed is stored now."""
        self.unstored_work -= len(deferred)
        self._run_deferred(deferred)

    def _run_deferred(self, deferred: Sequence[Work]) -> None:
        """Run deferred work, which has no limit.

        What is committed must not be done again because there was too much of it.
        """
        with self._budget.suspended():
            for work in deferred:
                work()

    def roll_back(self, savepoint: int) -> None:
        """Undo the changes since the savepoint, newest first, and close the transaction."""
        while len(self._changes) > savepoint:
            target, key, before = self._changes.pop()
            target.restore(key, before)
        self._depth -= 1
