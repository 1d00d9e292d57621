"""Transactions: what was changed, and how it was before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Restorable(Protocol):
    """What a transaction can take back: something that holds values by key."""

    def restore(self, key: Any, before: Any) -> None:
        """Put the value at ``key`` back; ``None`` means that there was none."""


class UndoLog:
    """The changes of the open transaction, so that taking them back costs what they cost.

    Transactions nest: an inner one that fails takes back its own changes only.
    """

    __slots__ = ("_changes", "_deferred", "_depth")

    def __init__(self) -> None:
        self._changes: list[tuple[Restorable, Any, Any]] = []
        self._deferred: list[Callable[[], None]] = []
        self._depth = 0

    def record(self, target: Restorable, key: Any, before: Any) -> None:
        """Note a value that is about to change. Raises ``RuntimeError`` outside a transaction."""
        if not self._depth:
            raise RuntimeError("a change needs a transaction")
        self._changes.append((target, key, before))

    def defer(self, work: Callable[[], None]) -> None:
        """Do something once the outermost transaction is committed, and never if it is taken back.

        Raises ``RuntimeError`` outside a transaction.
        """
        self.record(self, None, None)
        self._deferred.append(work)

    def restore(self, key: Any, before: Any) -> None:
        """Forget what was deferred last: changes are taken back newest first."""
        self._deferred.pop()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's changes, or, when it raises, none."""
        savepoint = self.begin()
        try:
            yield
        except BaseException:
            self.roll_back(savepoint)
            raise
        self.commit()

    def begin(self) -> int:
        """Open a transaction; gives the mark that ``roll_back`` needs."""
        self._depth += 1
        return len(self._changes)

    def commit(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._changes.clear()
            if self._deferred:
                deferred, self._deferred = self._deferred, []
                for work in deferred:
                    work()

    def roll_back(self, savepoint: int) -> None:
        """Take back, newest first, what has changed since the mark, and close."""
        while len(self._changes) > savepoint:
            target, key, before = self._changes.pop()
            target.restore(key, before)
        self._depth -= 1
