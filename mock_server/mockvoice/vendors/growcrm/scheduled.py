"""Status changes at midnight: invoices become overdue, estimates expire.

If the clock is set back, the statuses change back too.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import DUE, OVERDUE, Estimate, Invoice
from mockvoice.vendors.growcrm.rules import estimates, invoices


class ScheduledBackend(GrowBackend):
    """The backend of one account, with its due events.

    Assumed: a status changes at midnight. The CRM updates a status whenever it is displayed, which
    looks the same to a client.
    """

    # The table revisions from which the two instants below were calculated.
    _invoices_revision = _estimates_revision = -1
    _first_overdue: datetime | None = None
    _first_expiring: datetime | None = None

    def next_event_at(self) -> datetime | None:
        """Return the midnight when the next invoice becomes overdue or estimate expires."""
        if self._invoices_revision != self.invoices.revision:
            self._invoices_revision = self.invoices.revision
            invoice = self.scheduled_invoices(DUE).first()
            self._first_overdue = _midnight_after(invoice.due_date) if invoice else None
        if self._estimates_revision != self.estimates.revision:
            self._estimates_revision = self.estimates.revision
            estimate = self.expiring_estimates().first()
            expiry_date = estimate.expiry_date if estimate else None
            self._first_expiring = _midnight_after(expiry_date) if expiry_date else None
        if self._first_overdue is None or self._first_expiring is None:
            return self._first_overdue or self._first_expiring
        return min(self._first_overdue, self._first_expiring)

    def run_due_events(self) -> None:
        """Update every status that depends on the date.

        Reads only the rows that change, since each list is sorted by due or expiry date.
        """
        today = self.clock.today()

        def is_past_due(invoice: Invoice) -> bool:
            return invoice.due_date < today

        def is_past_expiry(estimate: Estimate) -> bool:
            return estimate.expiry_date is not None and estimate.expiry_date < today

        changing_invoices = [
            *takewhile(is_past_due, self.scheduled_invoices(DUE)),
            *takewhile(
                lambda row: not is_past_due(row), reversed(self.scheduled_invoices(OVERDUE))
            ),
        ]
        changing_estimates = [
            *takewhile(is_past_expiry, self.expiring_estimates()),
            *takewhile(lambda row: not is_past_expiry(row), reversed(self.expired_estimates())),
        ]
        for invoice in changing_invoices:
            invoices.save(self, invoice)
        for estimate in changing_estimates:
            estimates.save(self, estimate)


@lru_cache(maxsize=256)
def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
