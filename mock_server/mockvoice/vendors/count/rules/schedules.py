"""The run dates of a schedule: an anchor day, and every ``interval`` units after it."""

from calendar import monthrange
from datetime import date, timedelta

from mockvoice.vendors.count.models import Schedule

_DAYS = {"daily": 1, "weekly": 7, "biweekly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_ALIASES = {"bi-weekly": "biweekly", "bi_weekly": "biweekly", "annually": "yearly"}


def canonical_pattern(name: str) -> str:
    """Resolve an alias of a recurrence pattern. Documented: aliases exist. Assumed: their names."""
    return _ALIASES.get(name, name)


def occurrence(schedule: Schedule, run: int) -> date | None:
    """Return the day of a run, where the anchor is run 0; ``None`` after the year 9999.

    Assumed: a month without the anchor's day has its run on the last day; other months keep the
    anchor's day.
    """
    days = _DAYS.get(schedule.pattern)
    if days:
        ordinal = schedule.anchor.toordinal() + run * days * schedule.interval
        return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None
    anchor = schedule.anchor
    month = anchor.year * 12 + anchor.month - 1
    month += run * _MONTHS[schedule.pattern] * schedule.interval
    year, month = divmod(month, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def first_on_or_after(schedule: Schedule, day: date) -> date | None:
    """Return the first run date on or after ``day``; ``None`` after the year 9999."""
    run = _runs_before(schedule, day)
    candidate = occurrence(schedule, run)
    while candidate is not None and candidate < day:
        run += 1
        candidate = occurrence(schedule, run)
    return candidate


def first_after(schedule: Schedule, day: date) -> date | None:
    """Return the first run date after ``day``; ``None`` after the year 9999."""
    return None if day == date.max else first_on_or_after(schedule, day + timedelta(days=1))


def _runs_before(schedule: Schedule, day: date) -> int:
    """Return a lower bound of the number of runs before ``day``, at most two too low."""
    anchor = schedule.anchor
    days = _DAYS.get(schedule.pattern)
    if days:
        return max((day - anchor).days // (days * schedule.interval), 0)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return max(months // (_MONTHS[schedule.pattern] * schedule.interval) - 1, 0)
