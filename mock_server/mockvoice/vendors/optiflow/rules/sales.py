"""Sales: an invoice, and the payment that is registered with it."""

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Actor, Invoice
from mockvoice.vendors.optiflow.rules import invoices, payments
from mockvoice.vendors.optiflow.rules.records import Body


def create(backend: OptiBackend, actor: Actor, body: Body) -> Invoice:
    """Create an invoice, and its payment if the body has one: both or neither. Raises ``Invalid``."""
    is_paid = payments.validate_at_creation(backend, body)
    invoice = invoices.create(backend, actor, body)
    return payments.pay_at_creation(backend, actor, invoice, body) if is_paid else invoice
