"""What time does: invoices become overdue, estimates expire, and a clock set back undoes it."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import DUE, OVERDUE, Estimate, Invoice
from mockvoice.vendors.growcrm.rules import estimates, invoices


class ScheduledBackend(GrowBackend):
    """The world of one account, in which time passes.

    Assumed: a status follows the calendar without being looked at, which nobody can tell from
    the CRM's way of bringing it up to date whenever it is shown.
    """

    # The revisions of the tables that the instants below were computed from.
    _invoices_seen = _estimates_seen = -1
    _first_overdue: datetime | None = None
    _first_expiring: datetime | None = None

    def next_event_at(self) -> datetime | None:
        """The midnight after which the next invoice is overdue, or the next estimate expired."""
        if self._invoices_seen != self.invoices.revision:
            self._invoices_seen = self.invoices.revision
            invoice = self.scheduled_invoices(DUE).first()
            self._first_overdue = _midnight_after(invoice.due_date) if invoice else None
        if self._estimates_seen != self.estimates.revision:
            self._estimates_seen = self.estimates.revision
            estimate = self.expiring_estimates().first()
            expiry = estimate.expiry_date if estimate else None
            self._first_expiring = _midnight_after(expiry) if expiry else None
        if self._first_overdue is None or self._first_expiring is None:
            return self._first_overdue or self._first_expiring
        return min(self._first_overdue, self._first_expiring)

    def run_due_events(self) -> None:
        """Bring every status that follows the calendar up to date.

        Touches what changes only, since the lists are sorted by the day that decides.
        """
        today = self.clock.today()

        def invoice_is_over(invoice: Invoice) -> bool:
            return invoice.due_date < today

        def estimate_is_over(estimate: Estimate) -> bool:
            return estimate.expiry_date is not None and estimate.expiry_date < today

        moving = [
            *takewhile(invoice_is_over, self.scheduled_invoices(DUE)),
            *takewhile(
                lambda each: not invoice_is_over(each), reversed(self.scheduled_invoices(OVERDUE))
            ),
        ]
        turning = [
            *takewhile(estimate_is_over, self.expiring_estimates()),
            *takewhile(lambda each: not estimate_is_over(each), reversed(self.expired_estimates())),
        ]
        for invoice in moving:
            invoices.save(self, invoice)
        for estimate in turning:
            estimates.save(self, estimate)


@lru_cache(maxsize=256)
def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
