"""The days of a schedule: an anchor day, and every so many units from there."""

from calendar import monthrange
from datetime import date, timedelta

from mockvoice.vendors.count.models import Schedule

_DAYS = {"daily": 1, "weekly": 7, "biweekly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_ALIASES = {"bi-weekly": "biweekly", "bi_weekly": "biweekly", "annually": "yearly"}


def pattern(sent: str) -> str:
    """The pattern that a word means. Documented: there are aliases. Assumed: which."""
    return _ALIASES.get(sent, sent)


def occurrence(schedule: Schedule, run: int) -> date | None:
    """The day of a run, the anchor's being 0; ``None`` beyond the calendar's end.

    A day that a month does not have is its last one, and the anchor's day comes back in a longer
    month. Assumed.
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


def first_from(schedule: Schedule, day: date) -> date | None:
    """The first day of the schedule that is not before ``day``; ``None`` if there is none."""
    run = _runs_before(schedule, day)
    found = occurrence(schedule, run)
    while found is not None and found < day:
        run += 1
        found = occurrence(schedule, run)
    return found


def following(schedule: Schedule, day: date) -> date | None:
    """The first day of the schedule after ``day``."""
    return None if day == date.max else first_from(schedule, day + timedelta(days=1))


def _runs_before(schedule: Schedule, day: date) -> int:
    """A number of runs that are certainly before ``day``, and at most a few too few."""
    anchor = schedule.anchor
    days = _DAYS.get(schedule.pattern)
    if days:
        return max((day - anchor).days // (days * schedule.interval), 0)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return max(months // (_MONTHS[schedule.pattern] * schedule.interval) - 1, 0)
