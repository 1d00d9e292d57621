"""What follows from an invoice's payments: what is paid, what is due, and its status."""

from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import total
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    COMPLETED,
    PAID,
    PARTLY_PAID,
    PENDING,
    Invoice,
    Payment,
)
from mockvoice.vendors.optiflow.rules.records import known
from mockvoice.vendors.optiflow.rules.totals import amount_due

# Documented: the three states.
_PAYABLE = (PENDING, PARTLY_PAID)
_SETTLED = (PARTLY_PAID, PAID)


def payments_of(backend: OptiBackend, invoice: Invoice) -> list[Payment]:
    """The payments of an invoice that are not voided, in the order of their ids."""
    if invoice.status not in _SETTLED:
        return []
    found = backend.payments.find_by("invoice_id", invoice.id)
    return [payment for payment in found if payment.status == COMPLETED]


def paid(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """What live payments have brought in."""
    return total(Decimal(payment.amount) for payment in payments_of(backend, invoice))


def due(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """What is left to pay."""
    return amount_due(Decimal(invoice.figures.total_amount), paid(backend, invoice))


def is_payable(invoice: Invoice) -> bool:
    """Whether a payment may be recorded. Observed: in the source's screens."""
    return invoice.status in _PAYABLE


def refresh(backend: OptiBackend, invoice_id: int) -> Invoice:
    """The invoice in the status that follows from its payments.

    Observed: within a cent of the total it is paid, with anything less partly so. A total of zero
    is never paid, since no payment is recorded for it.
    """
    invoice = known(backend.invoices, invoice_id)
    found = backend.payments.find_by("invoice_id", invoice_id)
    sum_paid = total(Decimal(each.amount) for each in found if each.status == COMPLETED)
    missing = abs(Decimal(invoice.figures.total_amount) - sum_paid)
    if sum_paid and missing < Decimal("0.01"):
        status = PAID
    else:
        status = PARTLY_PAID if sum_paid else PENDING
    return backend.invoices.put(replace(invoice, status=status, updated_at=backend.clock.now()))
