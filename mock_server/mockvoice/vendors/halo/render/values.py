"""Numbers and dates as Halo writes them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import UNSET_DATE


def number(amount: Decimal) -> float | int:
    """An amount as a JSON number; whole ones without a fraction."""
    value = float(amount)
    return int(value) if value.is_integer() else value


def optional_datetime(at: datetime | None) -> str | None:
    return None if at is None else calendar.format_datetime(at)


def datetime_or_unset(at: datetime | None) -> str:
    """A date that is always sent. Observed: one of 1900 stands for none."""
    return UNSET_DATE if at is None else calendar.format_datetime(at)


def without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    """Properties that have a value. Observed: the others are left out."""
    return {name: value for name, value in values.items() if value is not None}
