"""Status changes at midnight: invoices become overdue, estimates expire.

If the clock is set back, the statuses change back too. Assumed: a status changes at midnight. The CRM
updates a status whenever it is displayed, which looks the same to a client.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from mockvoice.kernel.schedule import Schedule
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import DUE, OVERDUE, Estimate, Invoice
from mockvoice.vendors.growcrm.rules import estimates, invoices


def first_overdue_at(backend: GrowBackend) -> datetime | None:
    """Return the midnight when the next invoice becomes overdue."""
    invoice = backend.scheduled_invoices(DUE).first()
    return None if invoice is None else _midnight_after(invoice.due_date)


def first_expiry_at(backend: GrowBackend) -> datetime | None:
    """Return the midnight when the next estimate expires."""
    estimate = backend.expiring_estimates().first()
    if estimate is None or estimate.expiry_date is None:
        return None
    return _midnight_after(estimate.expiry_date)


def update_statuses(backend: GrowBackend) -> None:
    """Update every status that depends on the date.

    Reads only the rows that change, since each list is sorted by due or expiry date.
    """
    today = backend.clock.today()

    def is_past_due(invoice: Invoice) -> bool:
        return invoice.due_date < today

    def is_past_expiry(estimate: Estimate) -> bool:
        return estimate.expiry_date is not None and estimate.expiry_date < today

    changing_invoices = [
        *takewhile(is_past_due, backend.scheduled_invoices(DUE)),
        *takewhile(lambda row: not is_past_due(row), reversed(backend.scheduled_invoices(OVERDUE))),
    ]
    changing_estimates = [
        *takewhile(is_past_expiry, backend.expiring_estimates()),
        *takewhile(lambda row: not is_past_expiry(row), reversed(backend.expired_estimates())),
    ]
    for invoice in changing_invoices:
        invoices.save(backend, invoice)
    for estimate in changing_estimates:
        estimates.save(backend, estimate)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


SCHEDULE = Schedule({"invoices": first_overdue_at, "estimates": first_expiry_at}, update_statuses)
