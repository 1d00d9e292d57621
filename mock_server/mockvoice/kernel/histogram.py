"""Counts of measured values by size."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Self


class Histogram:
    """The number of values up to each bound, and their sum.

    ``counts`` has one number for each of the ascending ``bounds`` and a last one for larger values.
    ``add`` is called for each request, so it only counts; readers compute cumulative counts.
    """

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def copy(self) -> Self:
        """Return a histogram with the same numbers, which this one no longer changes."""
        copy = type(self)(self.bounds)
        copy.counts, copy.sum = self.counts.copy(), self.sum
        return copy
