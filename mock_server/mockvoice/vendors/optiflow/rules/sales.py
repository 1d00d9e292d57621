"""Creation of an invoice together with its first payment."""

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Actor, Invoice
from mockvoice.vendors.optiflow.rules import invoices, payments
from mockvoice.vendors.optiflow.rules.records import Body


def create(backend: OptiBackend, actor: Actor, body: Body) -> Invoice:
    """Create an invoice, and its payment if the body has one. Raises ``Invalid``."""
    has_payment = payments.validate_at_creation(backend, body)
    invoice = invoices.create(backend, actor, body)
    return (
        payments.record_payment_at_creation(backend, actor, invoice, body)
        if has_payment
        else invoice
    )
