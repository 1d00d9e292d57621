"""The backend whose timers create invoices as the clock reaches them."""

from datetime import datetime

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.rules.template_runs import run_template


class ScheduledBackend(HaloBackend):
    """The data of one instance, with timers that create invoices when they are due."""

    def next_event_at(self) -> datetime | None:
        """Return the time of the next run that the clock triggers."""
        template = self.templates.select({"armed": True}, order="next_at").first()
        return template.timer.next_at if template and template.timer else None

    def run_due_events(self) -> None:
        """Run the templates that are due by now, in order of time.

        Documented: invoices are created by the timer, or by hand.
        """
        now = self.clock.now()
        while (due := self.next_event_at()) is not None and due <= now:
            template = self.templates.select({"armed": True}, order="next_at").first()
            if template is None:
                return
            run_template(self, template)
