"""E-mails to clients. The CRM queues them as rows; here they go to the sandbox's outbox."""

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Client, Estimate, Invoice, Payment, User

INVOICE_PREFIX = "INV-"
ESTIMATE_PREFIX = "EST-"


def invoice_number(invoice_id: int) -> str:
    """Format the visible number of an invoice. Observed: prefix and six digits, in the core."""
    return f"{INVOICE_PREFIX}{invoice_id:06d}"


def estimate_number(estimate_id: int) -> str:
    """Format the visible number of an estimate. Assumed: the pattern of invoices."""
    return f"{ESTIMATE_PREFIX}{estimate_id:06d}"


def send_invoice(backend: GrowBackend, invoice: Invoice) -> None:
    """Queue the invoice's e-mail to the client's account owner, if there is one.

    Observed: the recipient, and that publishing succeeds without one. Assumed: the wording.
    """
    number = invoice_number(invoice.id)
    _queue_to_owner(
        backend,
        invoice.bill.client_id,
        f"Invoice {number}",
        f"Invoice {number} of {invoice.bill.date} for {invoice.bill.figures.final_amount} "
        f"is due on {invoice.due_date}.",
        f"invoices/{invoice.id}",
    )


def send_estimate(backend: GrowBackend, estimate: Estimate) -> None:
    """Queue the estimate's e-mail to the client's account owner. Assumed: the wording."""
    number = estimate_number(estimate.id)
    _queue_to_owner(
        backend,
        estimate.bill.client_id,
        f"Estimate {number}",
        f"Estimate {number} of {estimate.bill.date} for {estimate.bill.figures.final_amount}.",
        f"estimates/{estimate.id}",
    )


def send_payment_thanks(backend: GrowBackend, payment: Payment) -> None:
    """Queue a thank-you for a payment to the client's account owner. Assumed: the wording."""
    _queue_to_owner(
        backend,
        payment.client_id,
        f"Payment for {invoice_number(payment.invoice_id)}",
        f"Thank you for your payment of {payment.amount} on {payment.date}.",
        f"payments/{payment.id}",
    )


def send_welcome(backend: GrowBackend, user: User) -> None:
    """Queue a welcome e-mail to a new contact. Assumed: the wording; it contains no password."""
    backend.queue_email(
        user.email, "Welcome", f"An account was created for {user.name}.", f"contacts/{user.id}"
    )


def _queue_to_owner(
    backend: GrowBackend, client_id: int, subject: str, body: str, about: str
) -> None:
    client: Client | None = backend.clients.get(client_id)
    owner = backend.users.get(client.owner_id) if client and client.owner_id else None
    if owner is not None:
        backend.queue_email(owner.email, subject, body, about)
