"""The timers of templates."""

from dataclasses import replace
from datetime import datetime, timedelta

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Timer
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.records import Body


def new_timer(backend: HaloBackend) -> Timer:
    """Return the timer of a new template."""
    return Timer(backend.ids.next("schedule"))


def updated_timer(backend: HaloBackend, timer: Timer | None, body: Body) -> Timer:
    """Return the timer with the values of a body.

    Assumed: the clock triggers a run that is in the future when it is set. A run that is set in
    the past is ready for invoicing, and must be processed by hand.
    """
    timer = timer or new_timer(backend)
    if "period" in body:
        timer = replace(timer, period=body["period"])
    timer = replace(
        timer,
        anchor_at=_sent_datetime(body, "startdate", timer.anchor_at),
        last_at=_sent_datetime(body, "lastcreated", timer.last_at),
        next_at=_sent_datetime(body, "nextcreationdate", timer.next_at),
    )
    if "nextcreationdate" in body:
        timer = _with_armed(backend, timer)
    return timer


def _sent_datetime(body: Body, name: str, before: datetime | None) -> datetime | None:
    if name not in body:
        return before
    return calendar.parse_datetime(body[name]) if body[name] else None


def _with_armed(backend: HaloBackend, timer: Timer) -> Timer:
    return replace(timer, armed=timer.next_at is not None and timer.next_at > backend.clock.now())


def after_run(backend: HaloBackend, timer: Timer, run_at: datetime, enddate: str | None) -> Timer:
    """Return the timer after a run, with the date of the next run, if there is one.

    Assumed: there is none after the day of the template's end date.
    """
    next_at = calendar.next_run(run_at, timer.period, timer.anchor_at)
    if next_at is not None and enddate is not None and next_at.date().isoformat() > enddate[:10]:
        next_at = None
    return _with_armed(backend, replace(timer, last_at=run_at, next_at=next_at))


def last_billed_day(timer: Timer, run_at: datetime) -> str | None:
    """Return the last day that the invoice of a run bills: the day before the next run."""
    next_at = calendar.next_run(run_at, timer.period, timer.anchor_at)
    return None if next_at is None else calendar.format_datetime(next_at - timedelta(days=1))
