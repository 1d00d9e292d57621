"""Invoices, memos and templates, with their lines, taxes, credits and history."""

from decimal import Decimal

from mockvoice.kernel.money import quantize
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    Content,
    Credit,
    Invoice,
    Line,
    Payment,
    Tax,
    Template,
)
from mockvoice.vendors.count.render.parts import Json, customer_link, rate, tag_link
from mockvoice.vendors.count.rules import templates

# A line and an entry of the history have ids that are neighbours of their document's: they need
# not be kept, and stay the same.
_LINES_FROM = 1
_EVENTS_FROM = 1 << 16
_LAST_GROUP = 1 << 48


def invoice(backend: CountBackend, row: Invoice) -> Json:
    """A document, with what follows from the calendar and from its payments."""
    content = row.content
    memo = row.is_memo
    return {
        "id": row.id,
        **_content(backend, row.id, content),
        "invoiceNumber": row.number,
        "date": row.date.isoformat(),
        "dueDate": row.due_date.isoformat(),
        "isDraft": row.is_draft,
        "taxes": _taxes(content),
        "paidAmount": float(row.paid),
        "creditedAmount": float(row.credited),
        "amountDue": float(row.due),
        "status": row.status,
        "approved": not row.is_draft,
        "isSent": row.sent is not None,
        "paymentStatus": row.payment_status,
        "appliedToInvoiceUuid": row.applied_to_id,
        "appliedCredits": [_credit(each, memo) for each in row.credits],
        "payments": [_payment(backend, each) for each in row.payments],
        "attachments": [
            {"id": each.id, "url": each.url, "title": each.title, "createdAt": each.created}
            for each in row.attachments
        ],
        "recurringTemplateId": row.template_id,
        "teamId": backend.team.id,
        "isDeleted": False,
        "approvedAt": row.approved,
        "sentAt": row.sent,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def _content(backend: CountBackend, document_id: str, content: Content) -> Json:
    return {
        "customerUuid": content.customer_id,
        "customer": customer_link(backend, content.customer_id),
        "invoiceType": content.type,
        "notes": content.notes,
        "currency": content.currency,
        "taxSetting": content.tax_setting,
        "products": [
            _line(content.tax_setting, line, line_id)
            for line, line_id in zip(
                content.lines,
                _neighbours(document_id, _LINES_FROM, len(content.lines)),
                strict=True,
            )
        ],
        "tagUuids": content.tags,
        "tags": [tag_link(backend, tag_id) for tag_id in content.tags],
        "discount": float(quantize(content.discount)),
        "discountDescription": content.discount_description,
        "subtotal": float(content.totals.subtotal),
        "taxTotal": float(content.totals.tax),
        "total": float(content.totals.total),
    }


def _line(tax_setting: str, line: Line, line_id: str) -> Json:
    amount, tax, price = float(line.amount), float(line.tax_amount), float(line.unit_price)
    whole = amount
    if tax and tax_setting == "exclusive":
        whole = float(Decimal(line.amount) + Decimal(line.tax_amount))
    return {
        "id": line_id,
        "productUuid": line.product_id,
        "description": line.description,
        "quantity": float(line.quantity),
        "price": price,
        "unitPrice": price,
        "taxes": []
        if tax_setting == "none"
        else [_tax_amount(each.tax, float(each.amount)) for each in line.taxes],
        "amount": amount,
        "taxAmount": tax,
        "total": whole,
        "categoryAccountUuid": line.category_id,
    }


def _taxes(content: Content) -> list[Json]:
    """The taxes of all lines, one entry for each rate, in the order in which they appear."""
    if content.tax_setting == "none":
        return []
    sums: dict[Tax, Decimal] = {}
    for line in content.lines:
        for each in line.taxes:
            known = sums.get(each.tax)
            sums[each.tax] = Decimal(each.amount) + known if known else Decimal(each.amount)
    return [_tax_amount(tax, float(amount)) for tax, amount in sums.items()]


def _tax_amount(tax: Tax, amount: float) -> Json:
    return {**rate(tax), "amount": amount}


def _credit(credit: Credit, on_memo: bool) -> Json:
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


def _neighbours(document_id: str, distance: int, number: int) -> list[str]:
    first, start = document_id[:24], int(document_id[24:], 16) + distance
    return [f"{first}{(start + place) % _LAST_GROUP:012x}" for place in range(number)]


def history(row: Invoice) -> Json:
    """Everything that happened to a document, oldest first."""
    ids = _neighbours(row.id, _EVENTS_FROM, len(row.events))
    records = [
        {
            "id": event_id,
            "action": event.action,
            "at": event.at,
            "actor": event.actor,
            "changes": [
                {"field": each.field, "from": each.before, "to": each.after}
                for each in event.changes
            ],
        }
        for event_id, event in zip(ids, row.events, strict=True)
    ]
    return {"records": records}


def template(backend: CountBackend, row: Template) -> Json:
    first = row.schedule.anchor
    due = first.toordinal() + row.due_days
    return {
        "id": row.id,
        **_content(backend, row.id, row.content),
        "date": first.isoformat(),
        "dueDate": first.fromordinal(min(due, first.max.toordinal())).isoformat(),
        "recurrencePattern": row.schedule.pattern,
        "recurrenceInterval": row.schedule.interval,
        "inAdvanceCreationDays": row.in_advance,
        "isDraft": row.paused,
        "status": "paused" if row.paused else "active",
        "nextRunDate": row.next_run and row.next_run.isoformat(),
        "lastRunDate": row.last_run and row.last_run.isoformat(),
        "generatedInvoiceIds": [each.id for each in templates.made_by(backend, row)],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }
