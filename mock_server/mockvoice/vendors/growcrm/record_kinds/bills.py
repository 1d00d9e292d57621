"""Invoices and estimates in the console."""

from collections.abc import Iterable
from decimal import Decimal

from mockvoice.kernel.money import ZERO
from mockvoice.vendors.growcrm import render
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import (
    CANCELLED,
    DRAFT,
    EXPIRING_STATUSES,
    PAID,
    Estimate,
    Invoice,
    Payment,
    Project,
    Refund,
)
from mockvoice.vendors.growcrm.rules import estimates, invoices, mail
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)

# Statuses in which a client owes nothing, whatever was paid.
_SETTLED = frozenset((DRAFT, PAID, CANCELLED))

_LINES = PartTable(
    "Line items",
    "line_items",
    {
        "Description": "description",
        "Quantity": "quantity",
        "Unit": "unit",
        "Rate": "rate",
        "Discount": "discount/amount",
        "Taxable": "tax_status",
        "Total": "total",
    },
    amounts=("Rate", "Discount", "Total"),
)
_TAXES = PartTable("Taxes", "taxes", {"Tax": "name", "Percent": "rate", "Line": "lineitem_id"})
_TOTALS = {
    "Subtotal": "totals/subtotal",
    "Discount": "totals/discount_amount",
    "Amount before tax": "totals/amount_before_tax",
    "Tax": "totals/tax_total_amount",
    "Adjustment": "totals/adjustment_amount",
    "Final amount": "totals/final_amount",
}
_FACTS = {
    "Category": "category/name",
    "Project": "project_id",
    "Tax type": "tax_type",
    "Discount type": "totals/discount_type",
    "Adjustment for": "totals/adjustment_description",
    "Tags": "tags",
    "Created": "dates/created",
}
_NOTES = {"Notes": "notes", "Terms": "terms"}
_CLIENT = {"Client": ("client/name",)}


def _invoice(backend: GrowBackend, row: Invoice) -> Summary:
    bill = row.bill
    status = backend.statuses.get(row.status_id)
    client = backend.clients.get(bill.client_id)
    final = Decimal(bill.figures.final_amount)
    return Summary(
        row.id,
        mail.invoice_number(row.id),
        row.id,
        client.company_name if client else "",
        bill.client_id,
        bill.date,
        row.due_date,
        status.title if status else "",
        final,
        _balance(backend, row, final),
    )


def _balance(backend: GrowBackend, row: Invoice, final: Decimal) -> Decimal:
    """Return what a client still owes. Most invoices are settled or have no payments: those are quick."""
    if row.status_id in _SETTLED:
        return ZERO
    if not backend.payments.keys_by("invoice_id", row.id):
        return max(final, ZERO)
    return max(final - invoices.paid_amount(backend, row.id), ZERO)


def _estimate(backend: GrowBackend, row: Estimate) -> Summary:
    bill = row.bill
    client = backend.clients.get(bill.client_id)
    return Summary(
        row.id,
        mail.estimate_number(row.id),
        row.id,
        client.company_name if client else "",
        bill.client_id,
        bill.date,
        row.expiry_date,
        row.status,
        Decimal(bill.figures.final_amount),
        ZERO,
    )


def _payments(backend: GrowBackend, row: Invoice) -> Iterable[Payment]:
    return backend.payments.find_by("invoice_id", row.id)


def _refunds(backend: GrowBackend, row: Invoice) -> Iterable[Refund]:
    return backend.refunds.find_by("invoice_id", row.id)


def _project(backend: GrowBackend, row: Invoice | Estimate) -> Iterable[Project]:
    project = backend.projects.get(row.bill.project_id) if row.bill.project_id else None
    return (project,) if project else ()


def _converted_from(backend: GrowBackend, row: Invoice) -> Iterable[Estimate]:
    estimate = backend.estimates.get(row.estimate_id) if row.estimate_id else None
    return (estimate,) if estimate else ()


def _converted_to(backend: GrowBackend, row: Estimate) -> Iterable[Invoice]:
    invoice = estimates.converted_invoice(backend, row)
    return (invoice,) if invoice else ()


INVOICES = RecordKind(
    key="invoices",
    title="Invoices",
    noun="invoice",
    table="invoices",
    columns={
        "name": "Invoice",
        "party": "Client",
        "date": "Date",
        "due": "Due date",
        "status": "Status",
        "amount": "Final amount",
        "open": "Open",
    },
    summarize=_invoice,
    render=render.invoice,
    # The colours of the vendor's own statuses.
    tones={
        "Draft": NEUTRAL,
        "Due": INFO,
        "Overdue": BAD,
        "Part Paid": WARNING,
        "Paid": GOOD,
        "Cancelled": BAD,
    },
    clients="clients",
    receivable=True,
    on_due="becomes overdue",
    operations=("invoices.",),
    mail_subject="invoices",
    layout=DocumentLayout(
        parties=_CLIENT,
        facts={"Date": "dates/date", "Due date": "dates/due_date", **_FACTS},
        tables=(_LINES, _TAXES),
        totals=_TOTALS,
        notes=_NOTES,
        related=(
            RelatedRecords("Payments", "payments", _payments),
            RelatedRecords("Refunds", "refunds", _refunds),
            RelatedRecords("Converted from", "estimates", _converted_from),
            RelatedRecords("Project", "projects", _project),
        ),
    ),
)

ESTIMATES = RecordKind(
    key="estimates",
    title="Estimates",
    noun="estimate",
    table="estimates",
    columns={
        "name": "Estimate",
        "party": "Client",
        "date": "Date",
        "due": "Expiry date",
        "status": "Status",
        "amount": "Final amount",
    },
    summarize=_estimate,
    render=render.estimate,
    tones={
        "draft": NEUTRAL,
        "new": INFO,
        "revised": INFO,
        "accepted": GOOD,
        "declined": BAD,
        "expired": WARNING,
    },
    clients="clients",
    on_due="expires",
    waiting_statuses=frozenset(EXPIRING_STATUSES),
    operations=("estimates.",),
    mail_subject="estimates",
    layout=DocumentLayout(
        parties=_CLIENT,
        facts={"Date": "dates/date", "Expiry date": "dates/expiry_date", **_FACTS},
        tables=(_LINES, _TAXES),
        totals=_TOTALS,
        notes=_NOTES,
        related=(
            RelatedRecords("Converted to", "invoices", _converted_to),
            RelatedRecords("Project", "projects", _project),
        ),
    ),
)
