"""Payments and refunds in the console."""

from collections.abc import Iterable

from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import Invoice, Payment, Refund
from mockvoice.vendors.growcrm.rules import mail, payments
from mockvoice.web.record_kinds import (
    GOOD,
    WARNING,
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)

_CLIENT = {"Client": ("client/name",)}


def _payment(backend: GrowBackend, row: Payment) -> Summary:
    client = backend.clients.get(row.client_id)
    return Summary(
        row.id,
        str(row.id),
        row.id,
        client.company_name if client else "",
        row.client_id,
        row.date,
        None,
        row.status,
        row.amount,
        detail=mail.invoice_number(row.invoice_id),
    )


def _refund(backend: GrowBackend, row: Refund) -> Summary:
    client = backend.clients.get(row.client_id)
    return Summary(
        key=row.id,
        name=payments.refund_number(row.id),
        position=row.id,
        party=client.company_name if client else "",
        party_key=row.client_id,
        date=row.date,
        amount=row.amount,
        detail=mail.invoice_number(row.invoice_id),
    )


def _invoice(backend: GrowBackend, row: Payment | Refund) -> Iterable[Invoice]:
    invoice = backend.invoices.get(row.invoice_id)
    return (invoice,) if invoice else ()


def _refunds(backend: GrowBackend, row: Payment) -> Iterable[Refund]:
    return backend.refunds.find_by("payment_id", row.id)


def _refunded_payment(backend: GrowBackend, row: Refund) -> Iterable[Payment]:
    payment = backend.payments.get(row.payment_id)
    return (payment,) if payment else ()


PAYMENTS = RecordKind(
    key="payments",
    title="Payments",
    noun="payment",
    table="payments",
    columns={
        "name": "Payment",
        "detail": "Invoice",
        "party": "Client",
        "date": "Date",
        "status": "Status",
        "amount": "Amount",
    },
    summarize=_payment,
    render=render.payment,
    tones={"paid": GOOD, "refunded": WARNING},
    clients="clients",
    operations=("payments.",),
    mail_subject="payments",
    layout=DocumentLayout(
        parties=_CLIENT,
        facts={
            "Invoice": "invoice/formatted_id",
            "Date": "date",
            "Gateway": "gateway",
            "Transaction": "transaction_id",
            "Project": "project_id",
            "Tags": "tags",
            "Created": "dates/created",
        },
        totals={"Amount": "amount"},
        notes={"Notes": "notes"},
        related=(
            RelatedRecords("Invoice", "invoices", _invoice),
            RelatedRecords("Refund", "refunds", _refunds),
        ),
    ),
)

REFUNDS = RecordKind(
    key="refunds",
    title="Refunds",
    noun="refund",
    table="refunds",
    columns={
        "name": "Refund",
        "detail": "Invoice",
        "party": "Client",
        "date": "Date",
        "amount": "Amount",
    },
    summarize=_refund,
    render=render.refund,
    clients="clients",
    # The operation that refunds a payment belongs to the resource of payments.
    operations=("refunds.",),
    layout=DocumentLayout(
        parties=_CLIENT,
        facts={
            "Date": "date",
            "Payment": "payment/id",
            "Tags": "tags",
            "Created": "dates/created",
        },
        totals={"Amount": "amount"},
        notes={"Notes": "notes"},
        related=(
            RelatedRecords("Payment", "payments", _refunded_payment),
            RelatedRecords("Invoice", "invoices", _invoice),
        ),
    ),
)
