"""The work that may be done without a pause."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

NESTED_UNITS = 0.2
SCANNED_UNITS = 0.02
SORTED_UNITS = 0.03


class WorkLimitExceeded(BaseException):
    """There is more work to do than the limit allows.

    Not an ``Exception``: only the code that set the limit may catch it.
    """


class WorkBudget:
    """Units of work that are left. One unit is about the work for one row: 20 to 100 microseconds.

    Without a limit, any amount of work is allowed.
    """

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = math.inf

    def limit(self, units: float) -> None:
        """Allow this amount of work from now on; ``math.inf`` removes the limit."""
        self._left = units

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Count nothing in the block."""
        left, self._left = self._left, math.inf
        try:
            yield
        finally:
            self._left = left

    def require(self, units: float) -> None:
        """Raise ``WorkLimitExceeded`` if less work is left; counts nothing.

        For a task of many parts that each count their own work: without it, work that is bound to
        exceed the limit would be done up to there, and rolled back.
        """
        if self._left < units:
            raise WorkLimitExceeded

    def spend_nested(self, count: int) -> None:
        """Count the work for rows inside another row."""
        self.spend(count * NESTED_UNITS)

    def spend_scanned(self, count: int) -> None:
        """Count the work for rows that are read only to see whether they match."""
        self.spend(count * SCANNED_UNITS)

    def spend_sorted(self, count: int) -> None:
        """Count the work for rows that are sorted."""
        self.spend(count * SORTED_UNITS)

    def spend(self, units: float = 1) -> None:
        """Count work that is about to be done. Raises ``WorkLimitExceeded``."""
        self._left -= units
        if self._left < 0:
            raise WorkLimitExceeded
