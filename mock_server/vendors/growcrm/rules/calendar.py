"""What time does: invoices become overdue, estimates expire, and a clock set back undoes it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from mock_server.vendors.growcrm.backend import GrowBackend
from mock_server.vendors.growcrm.models import DUE, OVERDUE, Estimate, Invoice
from mock_server.vendors.growcrm.rules import estimates, invoices


class Account(GrowBackend):
    """The world of one account, in which time passes.

    Assumed: a status follows the calendar without being looked at, which nobody can tell from
    the CRM's way of bringing it up to date whenever it is shown.
    """

    _watched: tuple[int, int] = (-1, -1)
    _next_due: datetime | None = None

    def next_due(self) -> datetime | None:
        """The midnight after which the next invoice is overdue, or the next estimate expired."""
        revisions = self.invoices.revision, self.estimates.revision
        if self._watched != revisions:
            invoice, estimate = self.lapsing(DUE).first(), self.expiring().first()
            days = [invoice.due_date] if invoice else []
            days += [estimate.expiry_date] if estimate and estimate.expiry_date else []
            self._watched = revisions
            self._next_due = min(map(_day_after, days), default=None)
        return self._next_due

    def fall_due(self) -> None:
        """Bring every status that follows the calendar up to date.

        Touches what changes only, since the lists are sorted by the day that decides.
        """
        today = self.clock.today()

        def invoice_is_over(invoice: Invoice) -> bool:
            return invoice.due_date < today

        def estimate_is_over(estimate: Estimate) -> bool:
            return estimate.expiry_date is not None and estimate.expiry_date < today

        moving = [
            *takewhile(invoice_is_over, self.lapsing(DUE)),
            *takewhile(lambda each: not invoice_is_over(each), reversed(self.lapsing(OVERDUE))),
        ]
        turning = [
            *takewhile(estimate_is_over, self.expiring()),
            *takewhile(lambda each: not estimate_is_over(each), reversed(self.expired())),
        ]
        for invoice in moving:
            invoices.save(self, invoice)
        for estimate in turning:
            estimates.save(self, estimate)


def _day_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
