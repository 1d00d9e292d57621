"""Invoices, quotes, estimates and credit memos: one table, and one shape."""

from collections.abc import Iterable

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    ZERO,
    Invoice,
    Transaction,
)
from mockvoice.vendors.count.record_kinds.parts import CUSTOMER, LINES, TONES, TOTALS, customer_name
from mockvoice.vendors.count.rules.public_files import INVOICES_PATH
from mockvoice.web.record_kinds import (
    DocumentLayout,
    HistoryEntry,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)

_TAXES = PartTable(
    "Taxes",
    "taxes",
    {"Tax": "name", "Percent": "percentage", "Amount": "amount"},
    amounts=("Amount",),
)
_ATTACHMENTS = PartTable(
    "Attachments", "attachments", {"Title": "title", "Address": "url", "Added": "createdAt"}
)


def _document(backend: CountBackend, row: Invoice) -> Summary:
    content = row.content
    due = row.due
    is_owed = content.type == "invoice" and not row.is_draft
    # Lists summarize every row, so the arguments have no names, which would take as long as the rest.
    return Summary(
        row.id,
        row.number,
        row.serial,
        customer_name(backend, content.customer_id),
        content.customer_id,
        row.date,
        row.due_date,
        row.status_with(due),
        row.total,
        due if is_owed and due > 0 else ZERO,
        content.currency,
    )


def _history(_: CountBackend, row: Invoice) -> Iterable[HistoryEntry]:
    for event in row.events:
        changes = [
            f"{change.field} from {change.before or 'nothing'} to {change.after or 'nothing'}"
            for change in event.changes
        ]
        yield HistoryEntry(
            event.at, f"{event.action} by {event.actor}" + "".join(f"; {c}" for c in changes)
        )


def _public_page(backend: CountBackend, row: Invoice) -> str | None:
    link = next(iter(backend.links.find_by("invoice", row.id)), None)
    return INVOICES_PATH + link.id if link else None


def _paying_transactions(backend: CountBackend, row: Invoice) -> Iterable[Transaction]:
    rows = (backend.transactions.get(payment.other_id) for payment in row.payments)
    return [other for other in rows if other is not None]


def _applied(backend: CountBackend, row: Invoice) -> Iterable[Invoice]:
    rows = (backend.invoices.get(credit.other_id) for credit in row.credits)
    return [other for other in rows if other is not None]


def _documents(key: str, title: str, noun: str, kind: str, due: str) -> RecordKind:
    """Return the kind of one type of document: they have one table, and one shape."""
    is_invoice = kind == "invoice"
    related = [RelatedRecords("Payments", "transactions", _paying_transactions)]
    if kind in ("invoice", "memo"):
        other = "Applied credit" if is_invoice else "Applied to"
        related.append(
            RelatedRecords(other, "credit-memos" if is_invoice else "invoices", _applied)
        )
    return RecordKind(
        key=key,
        title=title,
        noun=noun,
        table="invoices",
        columns={
            "name": "Number",
            "party": "Customer",
            "date": "Date",
            "due": due,
            "status": "Status",
            "amount": "Total",
            **({"open": "Open"} if is_invoice else {}),
        },
        summarize=_document,
        render=render.invoice,
        includes=lambda row: bool(row.content.type == kind),
        index=("type", kind),
        tones=TONES,
        clients="customers",
        receivable=is_invoice,
        on_due={"invoice": "becomes overdue", "memo": ""}.get(kind, "expires"),
        waiting_statuses=frozenset(() if is_invoice else ("approved", "sent")),
        operations=("invoices.",),
        mail_subject="invoices",
        layout=DocumentLayout(
            parties={"Customer": CUSTOMER},
            facts={
                "Date": "date",
                due: "dueDate",
                "Currency": "currency",
                "Payment status": "paymentStatus",
                "Tax setting": "taxSetting",
                "Approved": "approvedAt",
                "Sent": "sentAt",
                "Recurring template": "recurringTemplateId",
            },
            tables=(LINES, _TAXES, _ATTACHMENTS),
            totals={
                **TOTALS,
                "Paid": "paidAmount",
                "Credited": "creditedAmount",
                "Amount due": "amountDue",
            },
            notes={"Notes": "notes"},
            related=related,
            history=_history,
            public_page=_public_page,
        ),
    )


INVOICES = _documents("invoices", "Invoices", "invoice", "invoice", "Due date")
QUOTES = _documents("quotes", "Quotes", "quote", "quote", "Valid until")
ESTIMATES = _documents("estimates", "Estimates", "estimate", "estimate", "Valid until")
CREDIT_MEMOS = _documents("credit-memos", "Credit memos", "credit memo", "memo", "Due date")
