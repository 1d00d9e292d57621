"""Calculations for numbered pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number (the first is 1), its size, and the total number of rows."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        """The number of rows before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(-(-self.total // self.size), 1)
