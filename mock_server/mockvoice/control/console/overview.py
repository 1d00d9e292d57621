"""The overview of a sandbox, and moves of its clock."""

import datetime as dt
from typing import Any

import flask

from mockvoice.control.console.forms import (
    call_handler,
    complete_instant,
    field,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.console.reading import backend_reader
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidForm, NoClockEvent
from mockvoice.control.handlers import clock
from mockvoice.control.overview import VendorOverview, next_events, vendor_overview
from mockvoice.control.render import format_instant
from mockvoice.control.seeding_runs import SeedingRuns
from mockvoice.seeding.locales import LOCALES


def add(pages: flask.Blueprint, server: ServerContext, runs: SeedingRuns) -> None:
    """Add the overview and the forms on it."""

    @pages.get("/sandboxes/<name>")
    def sandbox(name: str) -> str:
        overviews = [_overview(server, name, key) for key in server.vendors]
        today = call_handler(lambda: server.sandbox(name).clock.today())
        running = call_handler(lambda: runs.running(server.sandbox(name)))
        return render_page(
            "sandbox.html", server, name, overviews=overviews, events=next_events(overviews),
            addresses=server.addresses.vendors, locales=LOCALES, today=today,
            running=running,
        )  # fmt: skip

    @pages.post("/sandboxes/<name>/clock")
    def set_clock(name: str) -> Any:
        frozen = {"freeze": True, "thaw": False}.get(field("state"))
        now = field("now") and complete_instant(field("now"))
        body = validate_body("clock.set", present_fields(now=now, frozen=frozen))
        call_handler(lambda: clock.set(server, name, body))
        return redirect_to("sandbox", name=name, done="clock" if now else field("state"))

    @pages.post("/sandboxes/<name>/clock/advance")
    def advance_clock(name: str) -> Any:
        unit = field("unit")
        body = validate_body("clock.advance", {unit: number_field("amount")})
        call_handler(lambda: clock.advance(server, name, body))
        return redirect_to("sandbox", name=name, done="clock")

    @pages.post("/sandboxes/<name>/clock/move")
    def move_clock(name: str) -> Any:
        """Move the clock to the next event, or to the end of the month."""
        moves = {"event": _next_event, "month-end": _end_of_month}
        if field("to") not in moves:
            raise InvalidForm(f"to must be {' or '.join(moves)}, not {field('to')[:100]!r}")
        now = format_instant(moves[field("to")](server, name))
        call_handler(lambda: clock.set(server, name, {"now": now}))
        return redirect_to(
            "sandbox", name=name, done="event" if field("to") == "event" else "clock"
        )


def _overview(server: ServerContext, name: str, key: str) -> VendorOverview:
    with backend_reader(server, name, key) as reader:
        return vendor_overview(server.vendor(key), reader.backend, reader.summaries, reader.today)


def _next_event(server: ServerContext, name: str) -> dt.datetime:
    """Return the time of the next event: one of the overview, or one that a vendor has scheduled.

    Events of the past wait for something else than the clock. Raises ``NoClockEvent``.
    """
    listed = next_events(_overview(server, name, key) for key in server.vendors)
    times = [dt.datetime.combine(event.on, dt.time(), dt.UTC) for event in listed[:1]]
    times += call_handler(lambda: _scheduled_times(server, name))
    if not times:
        raise NoClockEvent
    return min(times)


def _scheduled_times(server: ServerContext, name: str) -> list[dt.datetime]:
    sandbox = server.sandbox(name)
    sandbox.run_all_due_events()
    now = sandbox.clock.now()
    times = (sandbox.backends[key].next_event_at() for key in server.vendors)
    return [at for at in times if at is not None and at > now]


def _end_of_month(server: ServerContext, name: str) -> dt.datetime:
    """Return the last second of the month; in it, the last second of the next month."""
    now: dt.datetime = call_handler(lambda: server.sandbox(name).clock.now())
    start = now + dt.timedelta(seconds=1)
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(seconds=1)
