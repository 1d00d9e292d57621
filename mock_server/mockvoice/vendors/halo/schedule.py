"""Templates whose timers create invoices as the clock reaches them."""

from datetime import datetime

from mockvoice.kernel.schedule import Schedule
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.rules.template_runs import run_template


def next_run_at(backend: HaloBackend) -> datetime | None:
    """Return the time of the next run that the clock triggers."""
    run = _next_run(backend)
    return None if run is None else run[0]


def run_due_templates(backend: HaloBackend) -> None:
    """Run the templates that are due by now, in order of time.

    Documented: invoices are created by the timer, or by hand.
    """
    now = backend.clock.now()
    while (run := _next_run(backend)) is not None and run[0] <= now:
        run_template(backend, run[1])


def _next_run(backend: HaloBackend) -> tuple[datetime, Invoice] | None:
    """Return the time of the next run that the clock triggers, and its template."""
    template = backend.templates.select({"armed": True}, order="next_at").first()
    if template is None or template.timer is None or template.timer.next_at is None:
        return None
    return template.timer.next_at, template


SCHEDULE = Schedule({"templates": next_run_at}, run_due_templates)
