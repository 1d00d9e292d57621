"""Payments and their effect on invoices; credits used as payments."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from mockvoice.kernel.money import ZERO, quantize, total
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import MissingColumn, RuleViolation
from mockvoice.vendors.halo.models import (
    CREDIT,
    NEW,
    NO_EXTRA,
    PAID,
    PART_PAID,
    PENDING,
    SETTLED,
    UNPAID,
    Client,
    Invoice,
    Payment,
)
from mockvoice.vendors.halo.rules import calendar, changes
from mockvoice.vendors.halo.rules.fields import PAYMENT, merge_extra, to_decimal, value_or_default
from mockvoice.vendors.halo.rules.records import Body, existing_record, find

CREDIT_USE = 1


def save(backend: HaloBackend, body: Body) -> Payment:
    """Create or update a payment, and update its invoice.

    Assumed: a payment may exceed the amount due; a negative one is a refund; the amount is rounded
    to cents, since nobody can pay a smaller rest. Raises ``MissingColumn``, or ``RuleViolation`` for
    an amount that rounds to 0 or an invoice that ``payable`` rejects.
    """
    before = existing_record(backend.payments, body)
    invoice_id = body.get("invoice_id", before.invoice_id if before else None)
    if invoice_id is None:
        raise MissingColumn("invoice_id")
    amount = before.amount if before else None
    if "amount" in body:
        amount = None if body["amount"] is None else to_decimal(body["amount"])
    if amount is None:
        raise MissingColumn("amount")
    amount = quantize(amount)
    if not amount:
        raise RuleViolation("The amount of a payment must not be 0")
    invoice = payable(backend, invoice_id)
    at = before.at if before else backend.clock.now().replace(microsecond=0)
    if "date" in body:
        at = calendar.parse_datetime(body["date"]) if body["date"] else backend.clock.now()
    payment = Payment(
        id=before.id if before else backend.ids.next("payment"),
        invoice_id=invoice_id,
        at=at,
        amount=amount,
        status=value_or_default(
            body, "status", before.status if before and "status" not in body else SETTLED
        ),
        type=value_or_default(body, "type", before.type if before and "type" not in body else 0),
        credit_id=before.credit_id if before else 0,
        extra=merge_extra(before.extra if before else NO_EXTRA, body, PAYMENT),
    )
    if before and before.credit_id:
        _check_credit(backend, before, payment)
    backend.payments.put(payment)
    if before and before.invoice_id != invoice_id:
        refresh(backend, find(backend.invoices, before.invoice_id))
    refresh(backend, invoice)
    return payment


def _check_credit(backend: HaloBackend, before: Payment, after: Payment) -> None:
    """Raise ``RuleViolation`` if the payment exceeds the rest of its credit. Assumed."""
    credit = backend.invoices.get(before.credit_id)
    outstanding = credit_outstanding(backend, credit) if credit else ZERO
    released = before.amount if before.status == SETTLED else ZERO
    if after.status == SETTLED and after.amount > outstanding + released:
        raise RuleViolation(
            f"The amount exceeds the outstanding credit of {outstanding + released:f}"
        )


def payable(backend: HaloBackend, invoice_id: int) -> Invoice:
    """Return the invoice. Raises ``RuleViolation`` for a template or a voided or unknown invoice.

    Assumed: the three rejections.
    """
    invoice = backend.invoices.get(invoice_id)
    if invoice is None:
        raise RuleViolation(f"The invoice {invoice_id} does not exist")
    if invoice.voided:
        raise RuleViolation(f"The invoice {invoice_id} is voided")
    return invoice


def delete(backend: HaloBackend, payment_id: int) -> Payment:
    """Delete a payment, and update its invoice."""
    payment = find(backend.payments, payment_id)
    backend.payments.delete(payment_id)
    refresh(backend, find(backend.invoices, payment.invoice_id))
    return payment


def invoice_payments(backend: HaloBackend, invoice_id: int) -> list[Payment]:
    """Return the payments of an invoice, by id."""
    keys = sorted(backend.payments.keys_between("invoice", invoice_id, invoice_id))
    backend.budget.spend_scanned(len(keys))
    return [payment for key in keys if (payment := backend.payments.get(key))]


def refresh(backend: HaloBackend, invoice: Invoice) -> Invoice:
    """Update the paid amount, payment status and date paid of an invoice from its payments."""
    now = backend.clock.now()
    after = with_payments(invoice, invoice_payments(backend, invoice.id), touched=True)
    after = replace(after, change_seq=invoice.change_seq + 1, modified_at=now)
    changes.log_changes(backend, invoice, after)
    return backend.invoices.put(after)


def with_payments(invoice: Invoice, payments: Iterable[Payment], *, touched: bool) -> Invoice:
    """Return the invoice with the paid amount, status and date paid that result from the payments.

    Observed: the amount due is the total less the payments, and a paid invoice has nothing due.
    Assumed: pending payments are only counted; an invoice that never had a payment is new, one
    whose payments were deleted is unpaid; the date paid is that of the payment that completed it.
    """
    ordered = sorted(payments, key=lambda payment: (payment.at, payment.id))
    paid = total(payment.amount for payment in ordered if payment.status == SETTLED)
    status = _status(invoice, paid, touched=touched)
    return replace(
        invoice,
        paid=paid,
        pending=sum(payment.status == PENDING for payment in ordered),
        payment_status=status,
        paid_at=_closing_date(invoice.figures.total, ordered) if status == PAID else None,
    )


def _status(invoice: Invoice, paid: Decimal, *, touched: bool) -> int:
    if not paid:
        return UNPAID if touched or invoice.payment_status != NEW else NEW
    return PAID if _covers(paid, invoice.figures.total) else PART_PAID


def _covers(paid: Decimal, total_due: Decimal) -> bool:
    """Return whether the amount covers the total, which is negative on a credit."""
    return paid <= total_due if total_due < 0 else paid >= total_due


def _closing_date(total_due: Decimal, payments: Iterable[Payment]) -> datetime | None:
    paid, closed_at = ZERO, None
    for payment in payments:
        if payment.status != SETTLED:
            continue
        paid += payment.amount
        if not _covers(paid, total_due):
            closed_at = None
        elif closed_at is None:
            closed_at = payment.at
    return closed_at


def pay_remainder(backend: HaloBackend, invoice: Invoice, module_id: int) -> None:
    """Add one payment of the whole amount due. Assumed: none if nothing is due."""
    if not invoice.due:
        return
    payable(backend, invoice.id)
    backend.payments.put(
        Payment(
            id=backend.ids.next("payment"),
            invoice_id=invoice.id,
            at=backend.clock.now().replace(microsecond=0),
            amount=invoice.due,
            extra={"module_id": module_id} if module_id else NO_EXTRA,
        )
    )
    refresh(backend, invoice)


def credit_total(invoice: Invoice) -> Decimal:
    """Return the value of a credit as a positive amount; 0 for other kinds. Assumed."""
    return max(-invoice.figures.total, ZERO) if invoice.kind == CREDIT else ZERO


def credit_uses(backend: HaloBackend, credit_id: int) -> list[Payment]:
    """Return the payments made from a credit, by id."""
    return list(backend.payments.select(between={"credit": (credit_id, credit_id)}))


def credit_used(backend: HaloBackend, invoice: Invoice) -> Decimal:
    """Return how much of a credit has been used."""
    if invoice.kind != CREDIT:
        return ZERO
    return total(use.amount for use in credit_uses(backend, invoice.id) if use.status == SETTLED)


def credit_outstanding(backend: HaloBackend, invoice: Invoice) -> Decimal:
    """Return the outstanding amount of a credit. Assumed: 0 if it is marked as used, or voided."""
    if invoice.credit_closed or invoice.voided:
        return ZERO
    return credit_total(invoice) - credit_used(backend, invoice)


def client_credit_outstanding(backend: HaloBackend, client: Client) -> Decimal:
    """Return the outstanding amount of all credits of a client."""
    credit_ids = backend.invoices.matching_keys({"client_id": client.id, "kind": CREDIT})
    return total(
        credit_outstanding(backend, find(backend.invoices, int(credit_id)))
        for credit_id in credit_ids
    )


def apply_credit(backend: HaloBackend, invoice: Invoice, body: Body) -> None:
    """Pay an invoice from a credit. Raises ``RuleViolation``.

    Assumed: the amount is at most the outstanding credit and the amount due, and the smaller of
    the two by default; it is rounded to cents. Credit and invoice must have the same client and
    currency.
    """
    credit = backend.invoices.get(value_or_default(body, "apply_credit_id", 0))
    if credit is None or credit.kind != CREDIT or credit.client_id != invoice.client_id:
        raise RuleViolation("apply_credit_id must be the id of a credit of the same client")
    if credit.currency_code != invoice.currency_code:
        raise RuleViolation("The credit and the invoice must have the same currency")
    payable(backend, invoice.id)
    left = credit_outstanding(backend, credit)
    sent_amount = body.get("apply_credit_amount")
    amount = min(left, invoice.due) if sent_amount is None else quantize(to_decimal(sent_amount))
    if amount <= 0 or amount > left:
        raise RuleViolation(f"The amount must be above 0 and at most the credit's {left:f}")
    if amount > invoice.due:
        raise RuleViolation(f"The amount exceeds the amount due of {invoice.due:f}")
    extra = (
        {"reference": body["apply_credit_description"]}
        if body.get("apply_credit_description")
        else NO_EXTRA
    )
    backend.payments.put(
        Payment(
            id=backend.ids.next("payment"),
            invoice_id=invoice.id,
            at=backend.clock.now().replace(microsecond=0),
            amount=amount,
            type=CREDIT_USE,
            credit_id=credit.id,
            extra=extra,
        )
    )
    refresh(backend, invoice)
