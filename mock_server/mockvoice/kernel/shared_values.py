"""One object for equal values, since most rows repeat dates, amounts and short texts of others.

The caches are bounded, so a value that occurs again only much later gets an object of its own.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

Text = TypeVar("Text", bound=str | None)
Day = TypeVar("Day", bound=date)

# The maximum number of values in each cache.
MAX_VALUES = 4096
# The length of the longest text that is shared: longer ones are rarely the same.
MAX_LENGTH = 64


def shared_text(text: Text) -> Text:
    """Return an equal text, the same object for equal short texts; ``None`` stays ``None``."""
    if text is None or len(text) > MAX_LENGTH:
        return text
    return _text(text)  # type: ignore[return-value]


def shared_day(day: Day) -> Day:
    """Return an equal date, the same object for equal dates; also for date-times in UTC."""
    return _day(day)  # type: ignore[return-value]


def shared_decimal(value: Decimal) -> Decimal:
    """Return an equal decimal with as many digits, the same object for equal ones."""
    return _decimal(str(value))


@lru_cache(maxsize=MAX_VALUES)
def _text(text: str) -> str:
    return text


@lru_cache(maxsize=MAX_VALUES, typed=True)
def _day(day: date) -> date:
    return day


@lru_cache(maxsize=MAX_VALUES)
def _decimal(text: str) -> Decimal:
    return Decimal(text)
