"""Invoices and quotations in the console."""

from collections.abc import Iterable
from decimal import Decimal

from mockvoice.vendors.optiflow import render
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    APPROVED,
    CANCELLED,
    CONVERTED,
    DELETED,
    DRAFT,
    PAID,
    PARTLY_PAID,
    PENDING,
    REJECTED,
    SENT,
    Invoice,
    Movement,
    Payment,
    Quotation,
)
from mockvoice.vendors.optiflow.pdf import invoice_pdf, quotation_pdf
from mockvoice.vendors.optiflow.rules import balances
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

_ZERO = Decimal("0.00")

_CONTACT = (
    "contact/name",
    "contact/identification_number",
    "contact/primary_address/street",
    "contact/primary_address/city",
    "contact/phone",
    "contact/email",
)
_LINES = PartTable(
    "Items",
    "items",
    {
        "Description": "description",
        "SKU": "product/sku",
        "Quantity": "quantity",
        "Unit price": "unit_price",
        "Discount": "discount_amount",
        "Tax %": "tax_rate",
        "Tax": "tax_amount",
        "Total": "total",
    },
    amounts=("Unit price", "Discount", "Tax", "Total"),
)
_TOTALS = {
    "Subtotal": "subtotal_amount",
    "Discount": "discount_amount",
    "Tax": "tax_amount",
    "Total": "total_amount",
}


def _invoice(backend: OptiBackend, row: Invoice) -> Summary:
    total = Decimal(row.figures.total_amount)
    return _summary(backend, row, total, _open(backend, row, total))


def _quotation(backend: OptiBackend, row: Quotation) -> Summary:
    return _summary(backend, row, Decimal(row.figures.total_amount), _ZERO)


def _summary(
    backend: OptiBackend, row: Invoice | Quotation, total: Decimal, open_amount: Decimal
) -> Summary:
    contact = backend.contacts.get(row.contact_id)
    currency = backend.currencies.get(row.currency_id)
    return Summary(
        row.id,
        row.document_number,
        row.id,
        contact.name if contact else "",
        row.contact_id,
        row.issue_date,
        row.due_date,
        row.status,
        total,
        open_amount,
        currency.symbol if currency else "",
        _workspace(backend, row.workspace_id),
    )


def _open(backend: OptiBackend, row: Invoice, total: Decimal) -> Decimal:
    """Return what is left to pay; the API shows an amount due of drafts too, which nobody owes yet."""
    if row.status == PENDING:
        return total
    return balances.balance_due(backend, row) if row.status == PARTLY_PAID else _ZERO


def _workspace(backend: OptiBackend, workspace_id: int) -> str:
    workspace = backend.workspaces.get(workspace_id)
    return workspace.name if workspace else ""


def _payments(backend: OptiBackend, row: Invoice) -> Iterable[Payment]:
    return backend.payments.find_by("invoice_id", row.id)


def _movements(backend: OptiBackend, row: Invoice) -> Iterable[Movement]:
    return backend.movements.find_by("invoice_id", row.id)


def _converted_from(backend: OptiBackend, row: Invoice) -> Iterable[Quotation]:
    quotation = backend.quotations.get(row.quotation_id) if row.quotation_id else None
    return (quotation,) if quotation else ()


def _converted_to(backend: OptiBackend, row: Quotation) -> Iterable[Invoice]:
    invoices = backend.invoices.find_by("contact_id", row.contact_id)
    return [
        invoice
        for invoice in invoices
        if invoice.quotation_id == row.id and invoice.status != DELETED
    ]


def _invoice_pdf(backend: OptiBackend, row: Invoice) -> bytes:
    return invoice_pdf(render.letterhead(backend, row.currency_id), render.invoice(backend, row))


def _quotation_pdf(backend: OptiBackend, row: Quotation) -> bytes:
    return quotation_pdf(
        render.letterhead(backend, row.currency_id), render.quotation(backend, row)
    )


INVOICES = RecordKind(
    key="invoices",
    title="Invoices",
    noun="invoice",
    table="invoices",
    columns={
        "name": "NCF",
        "party": "Contact",
        "detail": "Workspace",
        "date": "Issue date",
        "due": "Due date",
        "status": "Status",
        "amount": "Total",
        "open": "Open",
    },
    summarize=_invoice,
    render=render.invoice,
    includes=lambda row: bool(row.status != DELETED),
    tones={
        DRAFT: NEUTRAL,
        PENDING: INFO,
        PARTLY_PAID: WARNING,
        PAID: GOOD,
        CANCELLED: BAD,
    },
    clients="contacts",
    filters_by_detail=True,
    receivable=True,
    on_due="becomes overdue",
    # The payments of an invoice are a resource below it.
    operations=("invoices.", "payments.search_for_invoice", "payments.create_for_invoice"),
    layout=DocumentLayout(
        parties={"Contact": _CONTACT},
        facts={
            "NCF": "document_number",
            "Document subtype": "document_subtype/name",
            "NCF valid until": "document_subtype/valid_until_date",
            "Electronic": "is_electronic",
            "Issue date": "issue_date",
            "Due date": "due_date",
            "Payment term": "payment_term",
            "Workspace": "workspace_id",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        tables=(_LINES, PartTable("Salesmen", "salesmen", {"Name": "full_name"})),
        totals={**_TOTALS, "Amount paid": "amount_paid", "Amount due": "amount_due"},
        notes={"Notes": "notes"},
        related=(
            RelatedRecords("Payments", "payments", _payments),
            RelatedRecords("Converted from", "quotations", _converted_from),
            RelatedRecords("Stock movements", "stock-movements", _movements),
        ),
        pdf=_invoice_pdf,
    ),
)

QUOTATIONS = RecordKind(
    key="quotations",
    title="Quotations",
    noun="quotation",
    table="quotations",
    columns={
        "name": "Number",
        "party": "Contact",
        "detail": "Workspace",
        "date": "Issue date",
        "due": "Valid until",
        "status": "Status",
        "amount": "Total",
    },
    summarize=_quotation,
    render=render.quotation,
    tones={
        DRAFT: NEUTRAL,
        SENT: INFO,
        APPROVED: GOOD,
        CONVERTED: GOOD,
        REJECTED: BAD,
        CANCELLED: BAD,
    },
    clients="contacts",
    filters_by_detail=True,
    on_due="expires",
    waiting_statuses=frozenset((DRAFT, SENT, APPROVED)),
    operations=("quotations.",),
    layout=DocumentLayout(
        parties={"Contact": _CONTACT},
        facts={
            "Number": "document_number",
            "Document subtype": "document_subtype/name",
            "Issue date": "issue_date",
            "Valid until": "due_date",
            "Workspace": "workspace_id",
            "Created": "created_at",
            "Updated": "updated_at",
        },
        tables=(_LINES,),
        totals=_TOTALS,
        notes={"Notes": "notes"},
        related=(RelatedRecords("Converted to", "invoices", _converted_to),),
        pdf=_quotation_pdf,
    ),
)
