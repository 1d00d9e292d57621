"""Sales: an invoice, and its payment where one is registered with it."""

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Invoice, Visit
from mockvoice.vendors.optiflow.rules import invoices, payments
from mockvoice.vendors.optiflow.rules.records import Body


def create(backend: OptiBackend, visit: Visit, body: Body) -> Invoice:
    """A new invoice, paid at once if its body says so; both or neither. Raises ``Invalid``."""
    is_paid = payments.check_at_creation(backend, body)
    invoice = invoices.create(backend, visit, body)
    return payments.pay_at_creation(backend, visit, invoice, body) if is_paid else invoice
