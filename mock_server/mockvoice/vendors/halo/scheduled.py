"""The backend whose timers create invoices as the clock reaches them."""

from datetime import datetime

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.rules.template_runs import run_template


class ScheduledBackend(HaloBackend):
    """The data of one instance, with timers that create invoices when they are due."""

    def next_event_at(self) -> datetime | None:
        """Return the time of the next run that the clock triggers."""
        run = self._next_run()
        return None if run is None else run[0]

    def run_due_events(self) -> None:
        """Run the templates that are due by now, in order of time.

        Documented: invoices are created by the timer, or by hand.
        """
        now = self.clock.now()
        while (run := self._next_run()) is not None and run[0] <= now:
            run_template(self, run[1])

    def _next_run(self) -> tuple[datetime, Invoice] | None:
        """Return the time of the next run that the clock triggers, and its template."""
        template = self.templates.select({"armed": True}, order="next_at").first()
        if template is None or template.timer is None or template.timer.next_at is None:
            return None
        return template.timer.next_at, template
