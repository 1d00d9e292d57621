"""Number and duration of the requests of one API, by operation.

Every request is counted, so the numbers are in plain lists; the control API turns them into a library's
metrics when it is asked for them. Names of operations come from the contract, so no request can add to
them.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from mockvoice.kernel.histogram import Histogram

# The names for requests without an operation; those of operations have a dot.
PAGE = "page"  # an HTML page
UNMATCHED = "unmatched"  # no path or method of the contract, or rejected before that was known

# In seconds.
DURATION_BOUNDS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OperationMetrics:
    """The requests of one operation: their number by status, and their durations in seconds.

    The status ``None`` means that no response was sent.
    """

    statuses: Mapping[int | None, int]
    durations: Histogram


class RequestMetrics:
    """The requests of one API."""

    def __init__(self) -> None:
        # By operation and status: the numbers of a histogram, and last the sum of all durations.
        self._numbers: dict[str, dict[int | None, list[float]]] = {}

    def add(self, operation: str, status: int | None, seconds: float) -> None:
        """Count a finished request. This is a part of the time of each request."""
        try:
            numbers = self._numbers[operation][status]
        except KeyError:
            numbers = [0.0] * (len(DURATION_BOUNDS) + 2)
            self._numbers.setdefault(operation, {})[status] = numbers
        numbers[bisect_left(DURATION_BOUNDS, seconds)] += 1
        numbers[-1] += seconds

    def copy(self) -> Self:
        """Return the present numbers, which later requests do not change."""
        copy = type(self)()
        copy._numbers = {  # noqa: SLF001
            operation: {status: numbers.copy() for status, numbers in by_status.items()}
            for operation, by_status in self._numbers.items()
        }
        return copy

    def operations(self) -> dict[str, OperationMetrics]:
        """Return all numbers by operation. Operations without a request are left out."""
        return {name: _summary(by_status) for name, by_status in self._numbers.items()}


def _summary(by_status: Mapping[int | None, list[float]]) -> OperationMetrics:
    statuses = {status: int(sum(numbers[:-1])) for status, numbers in by_status.items()}
    durations = Histogram(DURATION_BOUNDS)
    *counts, durations.sum = map(sum, zip(*by_status.values(), strict=True))
    durations.counts = [int(count) for count in counts]
    return OperationMetrics(statuses, durations)
