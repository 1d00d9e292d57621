"""The overview of a sandbox, and the forms on it: moves of its clock, and the reset."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import flask

from mockvoice.control.console.form_state import Form, FormState, submit
from mockvoice.control.console.forms import (
    call_handler,
    complete_instant,
    field,
    initial_state,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.console.reading import backend_reader
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import (
    InvalidField,
    InvalidForm,
    InvalidTime,
    NoClockEvent,
    VendorNotFound,
)
from mockvoice.control.handlers import clock, sandboxes
from mockvoice.control.overview import VendorOverview, next_events, vendor_overview
from mockvoice.control.render import format_instant
from mockvoice.control.seeding_runs import SeedingRuns
from mockvoice.seeding.locales import LOCALES

_CURRENCY = "currency-{}"  # the parameter of a vendor, for example ``currency-halo``
UNITS = ("days", "hours", "minutes", "seconds")


ADVANCE = Form(
    "advance",
    "The clock was not advanced.",
    {"amount": "Advance by", "unit": "Unit"},
    members=dict.fromkeys(UNITS, "amount"),
    errors={InvalidTime: "amount"},
)
SET = Form("set", "The clock was not set.", {"now": "Set to (UTC)"}, errors={InvalidTime: "now"})
FILL = Form(
    "filling",
    "The sandbox was not filled.",
    {
        "vendor": "Vendor",
        "clients": "Clients",
        "invoices": "Invoices",
        "payments": "Payments",
        "seed": "Seed",
        "locale": "Locale",
    },
    errors={VendorNotFound: "vendor"},
)
RESET = Form("resetting", "The sandbox was not reset.", {"data": "Data", "seed": "Seed"})


def overview_page(
    server: ServerContext, runs: SeedingRuns, name: str, rejected: FormState | None = None
) -> str:
    """Render the overview; one of its forms may have been rejected."""
    overviews = [_overview(server, name, key) for key in server.vendors]
    today = call_handler(lambda: server.sandbox(name).clock.today())
    running = call_handler(lambda: runs.running(server.sandbox(name)))
    states = {form.key: form.blank() for form in (ADVANCE, SET, FILL, RESET)}
    if rejected is not None:
        states[rejected.form.key] = rejected
    return render_page(
        "sandbox.html", server, name, overviews=overviews, events=next_events(overviews),
        addresses=server.addresses.vendors, today=today, running=running,
        locales=[("", "of the vendor"), *((code, code) for code in LOCALES)],
        units=[(unit, unit) for unit in UNITS], currency_address=_currency_address, **states,
    )  # fmt: skip


def add(pages: flask.Blueprint, server: ServerContext, runs: SeedingRuns) -> None:
    """Add the overview and the forms on it."""

    @pages.get("/sandboxes/<name>")
    def sandbox(name: str) -> str:
        return overview_page(server, runs, name)

    @pages.post("/sandboxes/<name>/clock")
    def set_clock(name: str) -> Any:
        def work() -> Any:
            frozen = {"freeze": True, "thaw": False}.get(field("state"))
            now = field("now") and complete_instant(field("now"))
            if not now and frozen is None:
                raise InvalidField("now", "must not be empty")
            body = validate_body("clock.set", present_fields(now=now, frozen=frozen))
            call_handler(lambda: clock.set(server, name, body))
            return redirect_to("sandbox", name=name, done="clock" if now else field("state"))

        return submit(SET, work, lambda state: overview_page(server, runs, name, state))

    @pages.post("/sandboxes/<name>/clock/advance")
    def advance_clock(name: str) -> Any:
        def work() -> Any:
            unit, amount = field("unit"), number_field("amount")
            if unit not in UNITS:
                raise InvalidField("unit", f"must be {', '.join(UNITS[:-1])} or {UNITS[-1]}")
            if amount is None:
                raise InvalidField("amount", "must not be empty")
            body = validate_body("clock.advance", {unit: amount})
            call_handler(lambda: clock.advance(server, name, body))
            return redirect_to("sandbox", name=name, done="clock")

        return submit(ADVANCE, work, lambda state: overview_page(server, runs, name, state))

    @pages.post("/sandboxes/<name>/reset")
    def reset_sandbox(name: str) -> Any:
        def work() -> Any:
            body = validate_body("sandboxes.reset", initial_state())
            call_handler(lambda: sandboxes.reset(server, name, body))
            return redirect_to("sandbox", name=name, done="reset")

        return submit(RESET, work, lambda state: overview_page(server, runs, name, state))

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
    vendor, currency = server.vendor(key), flask.request.args.get(_CURRENCY.format(key), "")
    with backend_reader(server, name, key) as reader:
        return vendor_overview(vendor, reader.backend, reader.summaries, reader.today, currency)


def _currency_address(key: str, currency: str) -> str:
    """Return the address of this page with one vendor's charts in a currency; others stay as they are."""
    args = {name: value for name, value in flask.request.args.items() if name != "done"}
    args[_CURRENCY.format(key)] = currency
    return f"?{urlencode(args)}#vendor-{key}"


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
