"""Numbers and dates in Halo's formats."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import UNSET_DATE


def number(amount: Decimal) -> float | int:
    """Return an amount as a JSON number; whole amounts have no fraction."""
    value = float(amount)
    return int(value) if value.is_integer() else value


def optional_datetime(at: datetime | None) -> str | None:
    """Return the date as text, or ``None``."""
    return None if at is None else calendar.format_datetime(at)


def datetime_or_unset(at: datetime | None) -> str:
    """Return the date as text. Observed: a date of 1900 is sent if there is none."""
    return UNSET_DATE if at is None else calendar.format_datetime(at)


def without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that have a value. Observed: properties without one are left out."""
    return {name: value for name, value in values.items() if value is not None}
