"""Templates' timers: when the next run is, and who will make it."""

from dataclasses import replace
from datetime import datetime, timedelta

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Timer
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.records import Body


def new_timer(backend: HaloBackend) -> Timer:
    """The timer of a new template."""
    return Timer(backend.ids.next("schedule"))


def updated_timer(backend: HaloBackend, timer: Timer | None, body: Body) -> Timer:
    """The timer with what a body names of it.

    Assumed: the clock makes a run only if it lay ahead when it was set. One that is set into the
    past is ready for invoicing, and waits to be processed by hand.
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
    """The timer after a run: the next one is a period on, or there is none.

    Assumed: after the template's end date there is no next run.
    """
    following = calendar.next_run(run_at, timer.period, timer.anchor_at)
    if (
        following is not None
        and enddate is not None
        and calendar.format_datetime(following) > enddate
    ):
        following = None
    return _with_armed(backend, replace(timer, last_at=run_at, next_at=following))


def last_billed_day(timer: Timer, run_at: datetime) -> str | None:
    """The day before the next run: the last that the invoice of this one bills."""
    following = calendar.next_run(run_at, timer.period, timer.anchor_at)
    return None if following is None else calendar.format_datetime(following - timedelta(days=1))
