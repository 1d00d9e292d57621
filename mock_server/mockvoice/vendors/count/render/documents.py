"""Invoices, credit memos and templates, with their lines, taxes, credits and audit log."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from mockvoice.kernel.money import quantize
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    AppliedCredit,
    DocumentContent,
    Invoice,
    Line,
    Payment,
    Tax,
    Template,
)
from mockvoice.vendors.count.render.parts import Json, customer_reference, tag_reference, tax_rate
from mockvoice.vendors.count.rules import templates

# The ids of lines and of audit log entries are not stored but derived from their document's id.
_LINE_ID_OFFSET = 1
_EVENT_ID_OFFSET = 1 << 16
_LAST_GROUP_SIZE = 1 << 48


def invoice(backend: CountBackend, row: Invoice) -> Json:
    """Render a document with its status and balances."""
    content = row.content
    memo = row.is_memo
    return {
        "id": row.id,
        **_content(backend, row.id, content),
        "invoiceNumber": row.number,
        "date": row.date.isoformat(),
        "dueDate": row.due_date.isoformat(),
        "isDraft": row.is_draft,
        "taxes": _taxes(backend, content),
        "paidAmount": float(row.paid),
        "creditedAmount": float(row.credited),
        "amountDue": float(row.due),
        "status": row.status,
        "approved": not row.is_draft,
        "isSent": row.sent is not None,
        "paymentStatus": row.payment_status,
        "appliedToInvoiceUuid": row.applied_to_id,
        "appliedCredits": [_credit(credit, memo) for credit in row.credits],
        "payments": [_payment(backend, payment) for payment in row.payments],
        "attachments": [
            {"id": file.id, "url": file.url, "title": file.title, "createdAt": file.created}
            for file in row.attachments
        ],
        "recurringTemplateId": row.template_id,
        "teamId": backend.team.id,
        "isDeleted": False,
        "approvedAt": row.approved,
        "sentAt": row.sent,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def _content(backend: CountBackend, document_id: str, content: DocumentContent) -> Json:
    return {
        "customerUuid": content.customer_id,
        "customer": customer_reference(backend, content.customer_id),
        "invoiceType": content.type,
        "notes": content.notes,
        "currency": content.currency,
        "taxSetting": content.tax_setting,
        "products": _lines(backend, document_id, content),
        "tagUuids": content.tags,
        "tags": [tag_reference(backend, tag_id) for tag_id in content.tags],
        "discount": float(quantize(content.discount)),
        "discountDescription": content.discount_description,
        "subtotal": float(content.totals.subtotal),
        "taxTotal": float(content.totals.tax),
        "total": float(content.totals.total),
    }


def _lines(backend: CountBackend, document_id: str, content: DocumentContent) -> list[Json]:
    count = len(content.lines)
    backend.budget.spend_nested(count)
    return [
        _line(backend, content.tax_setting, line, line_id)
        for line, line_id in zip(
            content.lines, _derived_ids(document_id, _LINE_ID_OFFSET, count), strict=True
        )
    ]


def _line(backend: CountBackend, tax_setting: str, line: Line, line_id: str) -> Json:
    amount, tax, price = float(line.amount), float(line.tax_amount), float(line.unit_price)
    total = amount
    if tax and tax_setting == "exclusive":
        total = float(Decimal(line.amount) + Decimal(line.tax_amount))
    return {
        "id": line_id,
        "productUuid": line.product_id,
        "description": line.description,
        "quantity": float(line.quantity),
        "price": price,
        "unitPrice": price,
        "taxes": []
        if tax_setting == "none"
        else [
            _tax_amount(backend, line_tax.tax, float(line_tax.amount)) for line_tax in line.taxes
        ],
        "amount": amount,
        "taxAmount": tax,
        "total": total,
        "categoryAccountUuid": line.category_id,
    }


def _taxes(backend: CountBackend, content: DocumentContent) -> list[Json]:
    """Return the taxes of all lines, one entry per rate, in order of first appearance."""
    if content.tax_setting == "none":
        return []
    sums: dict[Tax, Decimal] = {}
    for line in content.lines:
        for line_tax in line.taxes:
            previous = sums.get(line_tax.tax)
            amount = Decimal(line_tax.amount)
            sums[line_tax.tax] = amount + previous if previous else amount
    return [_tax_amount(backend, tax, float(amount)) for tax, amount in sums.items()]


def _tax_amount(backend: CountBackend, tax: Tax, amount: float) -> Json:
    return {**tax_rate(backend, tax), "amount": amount}


def _credit(credit: AppliedCredit, on_memo: bool) -> Json:
    name = "invoiceId" if on_memo else "memoId"
    return {name: credit.other_id, "amount": float(credit.amount), "appliedAt": credit.at}


def _payment(backend: CountBackend, payment: Payment) -> Json:
    transaction_row = backend.transactions.get(payment.other_id)
    if transaction_row is None:
        raise KeyError(payment.other_id)
    return {
        "transactionId": payment.other_id,
        "amount": float(payment.amount),
        "date": transaction_row.posted.isoformat(),
        "notes": payment.notes,
    }


def _derived_ids(document_id: str, offset: int, count: int) -> list[str]:
    first, start = document_id[:24], int(document_id[24:], 16) + offset
    return [f"{first}{(start + index) % _LAST_GROUP_SIZE:012x}" for index in range(count)]


def audit_log(row: Invoice, actors: Mapping[str, str] = MappingProxyType({})) -> Json:
    """Render the audit log of a document, oldest entry first; ``actors`` maps stored to shown ones."""
    ids = _derived_ids(row.id, _EVENT_ID_OFFSET, len(row.events))
    records = [
        {
            "id": event_id,
            "action": event.action,
            "at": event.at,
            "actor": actors.get(event.actor, event.actor),
            "changes": [
                {"field": change.field, "from": change.before, "to": change.after}
                for change in event.changes
            ],
        }
        for event_id, event in zip(ids, row.events, strict=True)
    ]
    return {"records": records}


def template(backend: CountBackend, row: Template) -> Json:
    """Render a recurring invoice template."""
    anchor = row.schedule.anchor
    due_ordinal = anchor.toordinal() + row.due_days
    return {
        "id": row.id,
        **_content(backend, row.id, row.content),
        "date": anchor.isoformat(),
        "dueDate": anchor.fromordinal(min(due_ordinal, anchor.max.toordinal())).isoformat(),
        "recurrencePattern": row.schedule.pattern,
        "recurrenceInterval": row.schedule.interval,
        "inAdvanceCreationDays": row.in_advance,
        "isDraft": row.paused,
        "status": "paused" if row.paused else "active",
        "nextRunDate": row.next_run and row.next_run.isoformat(),
        "lastRunDate": row.last_run and row.last_run.isoformat(),
        "generatedInvoiceIds": [
            invoice.id for invoice in templates.generated_invoices(backend, row)
        ],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }
