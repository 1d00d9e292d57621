"""Invoices, credits and PO invoices in the console: one table, and three kinds."""

from collections.abc import Iterable, Mapping, Sequence

from mockvoice.vendors.halo import render
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import (
    CREDIT,
    INVOICE,
    PO_INVOICE,
    STATUS_DRAFT,
    ZERO,
    Invoice,
    Payment,
    Record,
)
from mockvoice.vendors.halo.record_kinds.documents import LINES, NOTES, PARTIES, TOTALS, history
from mockvoice.vendors.halo.render.pdf import pdf_bytes
from mockvoice.vendors.halo.rules import linked_values, payments
from mockvoice.vendors.halo.rules.sorting import invoice_number
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    DocumentLayout,
    RecordKind,
    RelatedRecords,
    Summary,
)

_TONES = {
    "Draft": NEUTRAL,
    "Approved": INFO,
    "Sent": INFO,
    "Posted": INFO,
    "Part paid": WARNING,
    "Paid": GOOD,
    "Voided": BAD,
    "Credit": INFO,
}
_FACTS = {
    "Invoice date": "invoice_date",
    "Due date": "duedate",
    "Terms": "duedatename",
    "Reference": "reference",
    "Number in accounts": "thirdpartyinvoicenumber",
    "Order number": "order_number",
    "Currency": "currency",
    "Conversion rate": "currency_conversion_rate",
    "Posted": "posted",
    "Agent": "assigned_agent_name",
    "Created": "date_created",
    "Changed": "last_modified",
}


def _summary(backend: HaloBackend, row: Invoice) -> Summary:
    status_id = row.status_id
    status = backend.statuses.get(status_id)
    owed = row.kind != CREDIT and status_id != STATUS_DRAFT
    return Summary(
        row.id,
        invoice_number(row),
        row.id,
        row.client_name,
        row.client_id,
        row.at.date(),
        row.due_at.date() if row.due_at else None,
        status.values["status_name"] if status else "",
        row.figures.total,
        max(row.due, ZERO) if owed else ZERO,
        row.currency,
        str(row.extra.get("reference") or ""),
    )


def _payments(backend: HaloBackend, row: Invoice) -> Iterable[Payment]:
    return payments.invoice_payments(backend, row.id)


def _credited(backend: HaloBackend, row: Invoice) -> Iterable[Invoice]:
    invoice = linked_values.credited_invoice(backend, row)
    return (invoice,) if invoice else ()


def _credits(backend: HaloBackend, row: Invoice) -> Iterable[Invoice]:
    rows = backend.invoices.select({"client_id": row.client_id, "kind": CREDIT})
    return [credit for credit in rows if credit.extra.get("creditlinkedtoinvoiceid") == row.id]


def _uses(backend: HaloBackend, row: Invoice) -> Iterable[Payment]:
    return payments.credit_uses(backend, row.id)


def _template(backend: HaloBackend, row: Invoice) -> Iterable[Invoice]:
    template = backend.templates.get(row.template_id) if row.template_id else None
    return (template,) if template else ()


def _expenses(backend: HaloBackend, row: Invoice) -> Iterable[Record]:
    return backend.expenses.find_by("ihid", row.id)


_PAYMENTS = RelatedRecords("Payments", "payments", _payments)
_EXPENSES = RelatedRecords("Billed expenses", "expenses", _expenses)


def _kind(
    kind: int,
    key: str,
    title: str,
    noun: str,
    *,
    related: Sequence[RelatedRecords],
    totals: Mapping[str, str],
    owed_heading: str = "",
    receivable: bool = False,
) -> RecordKind:
    return RecordKind(
        key=key,
        title=title,
        noun=noun,
        table="invoices",
        columns={
            "name": "Number",
            "party": "Client",
            "detail": "Reference",
            "date": "Invoice date",
            **({"due": "Due date"} if owed_heading else {}),
            "status": "Status",
            "amount": "Total",
            **({"open": owed_heading} if owed_heading else {}),
        },
        summarize=_summary,
        render=render.header,
        includes=lambda row: bool(row.kind == kind),
        tones=_TONES,
        clients="clients",
        receivable=receivable,
        on_due="becomes overdue" if owed_heading else "",
        operations=("invoice.",),
        layout=DocumentLayout(
            parties=PARTIES,
            facts=_FACTS,
            tables=(LINES,),
            totals={**TOTALS, **totals},
            notes=NOTES,
            related=related,
            history=history,
            pdf=pdf_bytes,
        ),
    )


_PAID = {"Paid": "amountpaid", "Amount due": "amountdue"}

INVOICES = _kind(
    INVOICE,
    "invoices",
    "Invoices",
    "invoice",
    related=(
        _PAYMENTS,
        RelatedRecords("Credits", "credits", _credits),
        RelatedRecords("Recurring invoice", "recurring-invoices", _template),
        _EXPENSES,
    ),
    totals=_PAID,
    owed_heading="Open",
    receivable=True,
)
CREDITS = _kind(
    CREDIT,
    "credits",
    "Credits",
    "credit",
    related=(
        RelatedRecords("Credited invoice", "invoices", _credited),
        RelatedRecords("Used as payments", "payments", _uses),
        _PAYMENTS,
    ),
    totals={
        "Credit": "credit_total",
        "Used": "credit_used",
        "Outstanding credit": "credit_outstanding",
    },
)
PO_INVOICES = _kind(
    PO_INVOICE,
    "po-invoices",
    "PO invoices",
    "PO invoice",
    related=(_PAYMENTS, RelatedRecords("Credits", "credits", _credits), _EXPENSES),
    totals=_PAID,
    owed_heading="Open",
)
