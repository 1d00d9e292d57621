"""Amounts and status of an invoice, calculated from its payments."""

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
from mockvoice.vendors.optiflow.rules.records import get_existing
from mockvoice.vendors.optiflow.rules.totals import amount_due

# Documented: the three statuses.
_PAYABLE = (PENDING, PARTLY_PAID)
_WITH_PAYMENTS = (PARTLY_PAID, PAID)


def payments_not_voided(backend: OptiBackend, invoice: Invoice) -> list[Payment]:
    """Return the payments of an invoice that are not voided, sorted by id."""
    if invoice.status not in _WITH_PAYMENTS:
        return []
    payments = backend.payments.find_by("invoice_id", invoice.id)
    return [payment for payment in payments if payment.status == COMPLETED]


def amount_paid(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """Return the sum of the payments that are not voided."""
    return total(Decimal(payment.amount) for payment in payments_not_voided(backend, invoice))


def balance_due(backend: OptiBackend, invoice: Invoice) -> Decimal:
    """Return the amount that is left to pay."""
    return amount_due(Decimal(invoice.figures.total_amount), amount_paid(backend, invoice))


def is_payable(invoice: Invoice) -> bool:
    """Return whether a payment of the invoice can be recorded. Observed: these two statuses."""
    return invoice.status in _PAYABLE


def update_status(backend: OptiBackend, invoice_id: int) -> Invoice:
    """Set the status that results from an invoice's payments.

    Observed: an invoice is paid if less than a cent of its total is missing. An invoice with a total
    of zero is never paid, since no payment is recorded for it.
    """
    invoice = get_existing(backend.invoices, invoice_id)
    payments = backend.payments.find_by("invoice_id", invoice_id)
    sum_paid = total(Decimal(payment.amount) for payment in payments if payment.status == COMPLETED)
    missing = abs(Decimal(invoice.figures.total_amount) - sum_paid)
    if sum_paid and missing < Decimal("0.01"):
        status = PAID
    else:
        status = PARTLY_PAID if sum_paid else PENDING
    return backend.invoices.put(replace(invoice, status=status, updated_at=backend.clock.now()))
