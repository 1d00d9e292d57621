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


def page_number(value: int | None) -> int:
    """Return the number of a page; the first page for a missing number or one below 1."""
    return value if value is not None and value >= 1 else 1


def page_size(value: int | None, *, default: int, maximum: int) -> int:
    """Return the size of a page: the default for a missing size or one below 1, at most the maximum."""
    return min(value, maximum) if value is not None and value >= 1 else default
