"""Halo's dates: parsed from any ISO 8601 form, kept in UTC, moved by periods and payment terms."""

import calendar
from datetime import UTC, datetime, timedelta

LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)

# Months from one run to the next, by ``period``. Observed: the codes.
_MONTHS = {2: 1, 3: 12, 4: 3, 5: 6, 6: 60, 7: 36, 8: 24, 9: 48}
_WEEKLY = 1
PERIOD_NAMES = {
    0: "Once",
    1: "Weekly",
    2: "Monthly",
    3: "Yearly",
    4: "Quarterly",
    5: "Six-monthly",
    6: "Five-yearly",
    7: "Three-yearly",
    8: "Two-yearly",
    9: "Four-yearly",
}


def parse_datetime(text: str) -> datetime:
    """Parse a date in ISO 8601. Assumed: a zone is converted to UTC, and no zone means UTC.

    A date that UTC moves beyond the calendar becomes the last day. Raises ``ValueError``.
    """
    try:
        parsed = datetime.fromisoformat(_truncate_fraction(text))
    except ValueError as error:
        raise ValueError(f"{text} is not a date in ISO 8601") from error
    if parsed.tzinfo is None:
        return parsed.replace(tzinfo=UTC)
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        return LAST_DAY


def _truncate_fraction(text: str) -> str:
    """Return the text with at most six digits of a second's fraction, as Python stores it."""
    whole, dot, after_dot = text.partition(".")
    if not dot:
        return text
    digits = len(after_dot) - len(after_dot.lstrip("0123456789"))
    return f"{whole}.{after_dot[:digits][:6]}{after_dot[digits:]}"


def parse_end(text: str) -> datetime:
    """Parse the inclusive end of a range; a day without a time means its last moment."""
    parsed = parse_datetime(text)
    has_time = "T" in text or " " in text
    return parsed if has_time else parsed + (timedelta(days=1) - timedelta(microseconds=1))


def format_datetime(at: datetime) -> str:
    """Return the date without a zone, and without trailing zeros of the fraction."""
    text = at.isoformat()[:-6]
    return text.rstrip("0") if "." in text else text


def format_seconds(at: datetime) -> str:
    """Return the date without a zone and without a fraction."""
    return at.isoformat()[:19]


def add_days(at: datetime, days: int) -> datetime:
    """Return the date that many days later, or the last day of the calendar."""
    try:
        return min(at + timedelta(days=days), LAST_DAY)
    except OverflowError:
        return LAST_DAY


def day_of_month(year: int, month: int, day: int) -> datetime:
    """Return that day, or the last day of a shorter month; ``month`` may be outside 1 to 12."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year > LAST_DAY.year:
        return LAST_DAY
    last = calendar.monthrange(year, month)[1]
    return datetime(year, month, min(max(day, 1), last), tzinfo=UTC)


def due_at(at: datetime, kind: int, number: int) -> datetime:
    """Return the due date by payment terms; ``kind`` and ``number`` are Halo's type and N.

    Documented: 0: N days after the invoice date; 1: N days after the end of its month; 2: day N of
    the next month; 3: day N of its month. Assumed: in a shorter month, day N is the last day.
    """
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match kind:
        case 1:
            return add_days(day_of_month(at.year, at.month, 31), number)
        case 2:
            return day_of_month(at.year, at.month + 1, number)
        case 3:
            return day_of_month(at.year, at.month, number)
        case _:
            return add_days(day, number)


def due_date_name(kind: int, number: int) -> str:
    """Return the payment terms in words."""
    return (
        f"{number} days after the invoice date",
        f"{number} days after the end of the invoice month",
        f"Day {number} of the next month",
        f"Day {number} of the invoice month",
    )[kind]


def next_run(at: datetime, period: int | None, anchor: datetime | None) -> datetime | None:
    """Return the date of the next run; ``None`` if there is no other.

    Assumed: it is on the anchor's day of the month, or on the last day of a shorter month: 31
    January, 28 February, 31 March.
    """
    if period == _WEEKLY:
        next_at = add_days(at, 7)
    elif period in _MONTHS:
        day = day_of_month(at.year, at.month + _MONTHS[period], (anchor or at).day)
        next_at = day.replace(hour=at.hour, minute=at.minute, second=at.second)
    else:
        return None
    return next_at if next_at > at else None


def previous_run(at: datetime, period: int | None, anchor: datetime | None) -> datetime | None:
    """Return the date of the previous run.

    ``None`` without a repeating period, or if the date is before the calendar starts.
    """
    if period == _WEEKLY:
        return at - timedelta(days=7)
    if period in _MONTHS and at.year - _MONTHS[period] // 12 > 1:
        return day_of_month(at.year, at.month - _MONTHS[period], (anchor or at).day)
    return None
