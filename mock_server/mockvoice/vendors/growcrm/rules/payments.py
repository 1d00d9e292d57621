"""Payments and their refunds, which change the status of invoices."""

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from mockvoice.kernel.money import quantize
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import AlreadyRefunded, NotFound
from mockvoice.vendors.growcrm.models import Payment, Refund
from mockvoice.vendors.growcrm.rules import invoices, mail
from mockvoice.vendors.growcrm.rules.lists import (
    PageResult,
    Query,
    all_of,
    day_or_none,
    number_or_none,
    paginate,
    text_filter,
)
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    check_references,
    find,
    normalized_tags,
    text_changes,
)
from mockvoice.web.laravel import Errors, Invalid, day, integer, number, raise_if_errors


def search(backend: GrowBackend, query: Query) -> PageResult[Payment]:
    """Return a page of payments. Documented: filters and sorts. Assumed: the searched fields."""
    gateway = (query["gateway"] or "").lower()
    return paginate(
        backend.payments,
        query,
        default_size=backend.settings.page_size,
        filters=("invoice_id", "client_id", "project_id"),
        where={"gateway": gateway} if gateway else None,
        ranges={
            "payment_amount": (
                number_or_none(query["amount_min"]),
                number_or_none(query["amount_max"]),
            ),
            "payment_date": (day_or_none(query["date_start"]), day_or_none(query["date_end"])),
        },
        predicate=all_of(
            _tag_filter(query),
            text_filter(
                query["search"],
                lambda p: p.transaction_id,
                lambda p: p.gateway,
                lambda p: p.notes,
                lambda p: _client_name(backend, p),
                lambda p: mail.invoice_number(p.invoice_id),
            ),
        ),
        sorts=("payment_date", "payment_amount", "payment_created"),
    )


def search_refunds(backend: GrowBackend, query: Query) -> PageResult[Refund]:
    """Return a page of refunds. Documented: filters and sorts. Assumed: the searched fields."""
    return paginate(
        backend.refunds,
        query,
        default_size=backend.settings.page_size,
        filters=("payment_id", "client_id", "invoice_id"),
        ranges={"refund_date": (day_or_none(query["date_start"]), day_or_none(query["date_end"]))},
        predicate=all_of(
            _tag_filter(query),
            text_filter(
                query["search"],
                lambda r: r.notes,
                lambda r: _client_name(backend, r),
                lambda r: refund_number(r.id),
            ),
        ),
        sorts=("refund_date", "refund_amount", "refund_created"),
    )


def check_invoice(backend: GrowBackend, body: Body) -> None:
    """Check that the invoice of a payment exists. Raises ``Invalid``."""
    errors: Errors = {}
    check_references(body, {"payment_invoiceid": backend.invoices}, errors)
    raise_if_errors(errors)


def create(backend: GrowBackend, body: Body) -> Payment:
    """Create a payment of an invoice in any status, and update that status. Raises ``Invalid``.

    Documented: client and project come from the invoice. Observed: the amount may
    exceed the balance. Assumed: it is rounded to the cent, and an invoice with a negative final amount
    takes no payment, since the client owes nothing.
    """
    check_invoice(backend, body)
    invoice = find(backend.invoices, integer(body["payment_invoiceid"]))
    if Decimal(invoice.bill.figures.final_amount) < 0:
        raise Invalid({"payment_amount": ["The invoice has a negative final amount."]})
    payment = backend.payments.put(
        Payment(
            id=backend.ids.next("payment"),
            invoice_id=invoice.id,
            client_id=invoice.bill.client_id,
            project_id=invoice.bill.project_id,
            amount=quantize(number(body["payment_amount"])),
            date=day(body["payment_date"]),
            created_at=backend.clock.now(),
            gateway=body.get("payment_gateway") or "bank",
            transaction_id=body.get("payment_transaction_id"),
            notes=body.get("payment_notes"),
        )
    )
    invoices.refresh_status(backend, invoice.id)
    if body.get("send_payment_email") == "yes":
        mail.send_payment_thanks(backend, payment)
    return payment


def update(backend: GrowBackend, payment_id: int, body: Body) -> Payment:
    """Update amount, date and texts of a payment, and its invoice's status.

    Assumed: a refunded payment can be changed too, and the amount of its refund with it.
    """
    payment = find(backend.payments, payment_id)
    texts = text_changes(
        body, {"payment_transaction_id": "transaction_id", "payment_notes": "notes"}
    )
    changed = replace(
        payment,
        amount=quantize(number(body["payment_amount"])),
        date=day(body["payment_date"]),
        gateway=body.get("payment_gateway") or payment.gateway,
        **texts,
    )
    refund = refund_of(backend, payment)
    if refund is not None:
        backend.refunds.put(replace(refund, amount=changed.amount))
    return _save(backend, changed)


def set_tags(backend: GrowBackend, payment_id: int, body: Body) -> Payment:
    """Replace all tags of a payment."""
    payment = find(backend.payments, payment_id)
    return backend.payments.put(replace(payment, tags=normalized_tags(body["tags"])))


def delete(backend: GrowBackend, payment_id: int) -> Payment:
    """Delete a payment with its refund, and update its invoice's status. Documented: all of this."""
    payment = find(backend.payments, payment_id)
    refund = refund_of(backend, payment)
    if refund is not None:
        backend.refunds.delete(refund.id)
    backend.payments.delete(payment_id)
    invoices.refresh_status(backend, payment.invoice_id)
    return payment


def refund(backend: GrowBackend, payment_id: int, body: Body) -> Refund:
    """Refund a payment. Raises ``AlreadyRefunded``.

    Documented: in full, once. Observed: a refunded payment no longer counts. Assumed: the
    invoice's status is updated at once.
    """
    payment = find(backend.payments, payment_id)
    if payment.status == "refunded":
        raise AlreadyRefunded
    created = backend.refunds.put(
        Refund(
            id=backend.ids.next("refund"),
            payment_id=payment.id,
            invoice_id=payment.invoice_id,
            client_id=payment.client_id,
            amount=payment.amount,
            date=day(body["refund_date"]),
            created_at=backend.clock.now(),
            notes=body.get("refund_notes"),
        )
    )
    _save(backend, replace(payment, status="refunded"))
    return created


def check_payment(backend: GrowBackend, body: Body) -> None:
    """Check that the payment of a refund exists. Raises ``Invalid``."""
    errors: Errors = {}
    check_references(body, {"refund_paymentid": backend.payments}, errors)
    raise_if_errors(errors)


def create_refund(backend: GrowBackend, body: Body) -> Refund:
    """Refund the payment that a body names. Raises ``Invalid`` and ``AlreadyRefunded``."""
    check_payment(backend, body)
    return refund(backend, integer(body["refund_paymentid"]), body)


def update_refund(backend: GrowBackend, refund_id: int, body: Body) -> Refund:
    """Update date and notes of a refund, the only fields that can change."""
    refund = find(backend.refunds, refund_id)
    texts = text_changes(body, {"refund_notes": "notes"})
    return backend.refunds.put(replace(refund, date=day(body["refund_date"]), **texts))


def set_refund_tags(backend: GrowBackend, refund_id: int, body: Body) -> Refund:
    """Replace all tags of a refund."""
    refund = find(backend.refunds, refund_id)
    return backend.refunds.put(replace(refund, tags=normalized_tags(body["tags"])))


def undo_refund(backend: GrowBackend, payment_id: int) -> Payment:
    """Delete the refund of a payment, which is paid again. Assumed: ``NotFound`` if it has none."""
    payment = find(backend.payments, payment_id)
    refund = refund_of(backend, payment)
    if refund is None:
        raise NotFound
    return _undo(backend, payment, refund)


def delete_refund(backend: GrowBackend, refund_id: int) -> Refund:
    """Delete a refund; its payment counts again."""
    refund = find(backend.refunds, refund_id)
    _undo(backend, find(backend.payments, refund.payment_id), refund)
    return refund


def refund_of(backend: GrowBackend, payment: Payment) -> Refund | None:
    """Return the refund of a payment, if there is one."""
    return next(iter(backend.refunds.find_by("payment_id", payment.id)), None)


def refund_number(refund_id: int) -> str:
    """Format the visible number of a refund. Documented: ``#`` and six digits."""
    return f"#{refund_id:06d}"


def _client_name(backend: GrowBackend, row: Payment | Refund) -> str:
    """Return the name of the client of a payment or refund."""
    return find(backend.clients, row.client_id).company_name


def _undo(backend: GrowBackend, payment: Payment, refund: Refund) -> Payment:
    backend.refunds.delete(refund.id)
    return _save(backend, replace(payment, status="paid"))


def _save(backend: GrowBackend, payment: Payment) -> Payment:
    backend.payments.put(payment)
    invoices.refresh_status(backend, payment.invoice_id)
    return payment


def _tag_filter(query: Query) -> Callable[[Payment | Refund], bool] | None:
    tags = set(query["tags"] or ())
    return (lambda row: bool(tags.intersection(row.tags))) if tags else None
