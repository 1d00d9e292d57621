"""Arithmetic of numbered pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number (the first is 1), its size, and how many rows there are."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(-(-self.total // self.size), 1)
