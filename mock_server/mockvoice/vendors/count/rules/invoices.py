"""Documents: invoices, quotes, estimates and memos, from draft to approved and sent."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.store import Key
from mockvoice.vendors.count.backend import CountBackend, date_position, position_range
from mockvoice.vendors.count.errors import (
    Invalid,
    InvoiceAlreadyApproved,
    InvoiceLocked,
    InvoiceNotApproved,
    MemoCannotRecur,
    MemoNotApprovable,
    NoRecipient,
)
from mockvoice.vendors.count.models import Change, DocumentContent, Event, Invoice
from mockvoice.vendors.count.rules import credit, document_content, templates
from mockvoice.vendors.count.rules.documents import (
    check_dates,
    check_number,
    finalise,
    new_draft,
    record_change,
    save,
)
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import (
    PageResult,
    Query,
    date_range,
    paginate_any_of,
    parse_uuids,
    search_keys,
    without_none,
)
from mockvoice.vendors.count.rules.records import Body, find, parse_date, resolve

_RECURRENCE_FIELDS = ("recurrencePattern", "recurrenceInterval", "inAdvanceCreationDays")


def search(backend: CountBackend, query: Query) -> PageResult[Invoice]:
    """Return a page of documents, newest date first. Documented: the filters, joined by AND.

    Assumed: the order, and that a search covers the number, the customer's name and the notes.
    """
    where = without_none(type=query["invoice_type"], draft=query["is_draft"])
    if query["approval_status"]:
        draft = query["approval_status"] == "draft"
        # Contradicting filters match nothing, since no document is indexed under None.
        where["draft"] = draft if where.get("draft", draft) == draft else None
    keys = _search_keys(backend, query["search"])
    customers = _customer_filter(query)
    statuses = list(dict.fromkeys(query["status"].split(","))) if query["status"] else []
    if statuses and len(customers) > 1:
        by_customer = {
            key
            for customer_id in customers
            for key in backend.invoices.keys_by("customer", customer_id)
        }
        keys = by_customer if keys is None else keys & by_customer
        customers = []
    first, last = date_range(query)
    between = {"date": position_range(first, last)} if first or last else None
    return paginate_any_of(
        backend.invoices,
        query,
        where=where,
        any_of={"customer": customers, "status": statuses},
        keys=keys,
        between=between,
        order="date",
        sort_key=lambda invoice: date_position(invoice.date, invoice.serial),
    )


def _customer_filter(query: Query) -> list[str]:
    """Return the requested customer ids: empty for all customers, ``[""]`` for none."""
    customer_ids = parse_uuids(query["customer_uuids"])
    if not query["customer_uuid"]:
        return customer_ids
    customer_id = query["customer_uuid"].lower()
    return [customer_id if not customer_ids or customer_id in customer_ids else ""]


def create(backend: CountBackend, body: Body, actor: str) -> Invoice:
    """Create a document, and approve it unless it is a draft. Documented: the required fields.

    Assumed: a draft by default, consecutive numbers, and a due date equal to the date.
    """
    content = document_content.from_body(backend, body)
    issued = parse_date(body["date"])
    due = parse_date(body["dueDate"]) if "dueDate" in body else issued
    check_dates(issued, due)
    if content.type == "memo" and any(name in body for name in _RECURRENCE_FIELDS):
        raise MemoCannotRecur
    linked_id = _linked_invoice_id(backend, content, body)
    credit_to_apply = _credit_to_apply(backend, body)
    number = body.get("invoiceNumber")
    if number is not None:
        check_number(backend, content.type, number)
    draft = new_draft(backend, content, issued, due, actor, number)
    draft = replace(draft, applied_to_id=linked_id)
    if "recurrencePattern" in body:
        template = templates.create_from_invoice(backend, draft, body)
        draft = replace(draft, template_id=template.id)
    is_draft = body.get("isDraft", True)
    created = save(backend, draft) if is_draft else finalise(backend, draft, actor)
    # A receiver must know the document before it hears of its credit.
    backend.publish_event("invoice.created", created)
    if credit_to_apply is not None:
        credit.apply(backend, created, *credit_to_apply, actor)
    return find(backend.invoices, created.id)


def _linked_invoice_id(backend: CountBackend, content: DocumentContent, body: Body) -> str | None:
    invoice_id = body.get("appliedToInvoiceUuid")
    if invoice_id is None or content.type != "memo":
        return None
    return resolve(backend, backend.invoices, "appliedToInvoiceUuid", invoice_id).id


def _credit_to_apply(backend: CountBackend, body: Body) -> tuple[Invoice, Any] | None:
    """Return the memo to apply and the amount, if any. Assumed: a draft cannot have credit."""
    if not body.get("applyCredit"):
        return None
    if "creditMemo" not in body:
        raise Invalid("creditMemo", "is required when applyCredit is true")
    credit_memo = body["creditMemo"]
    memo = resolve(backend, backend.invoices, "creditMemo.id", credit_memo["id"])
    if body.get("isDraft", True):
        raise InvoiceNotApproved
    return memo, credit_memo["amount"]


def update(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Update a draft. Documented: other documents are locked. Assumed: ``isDraft: false`` approves it."""
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceLocked(draft.status)
    if not changes_anything("InvoiceUpdate", body):
        return draft
    after = _updated_draft(backend, draft, body)
    if after == draft and body.get("isDraft", True):
        return draft
    if body.get("isDraft", True):
        return record_change(backend, draft, after, "updated", actor, _changes(draft, after))
    now = backend.now()
    changes = _changes(draft, after)
    if changes:
        event = Event("updated", now, actor, tuple(changes))
        after = replace(after, events=(*after.events, event))
    approved = finalise(backend, after, actor)
    backend.publish_event("invoice.updated", approved, draft)
    return approved


def _updated_draft(backend: CountBackend, draft: Invoice, body: Body) -> Invoice:
    content = document_content.updated(backend, draft.content, body)
    after = replace(
        draft,
        content=content,
        date=parse_date(body["date"]) if "date" in body else draft.date,
        due_date=parse_date(body["dueDate"]) if "dueDate" in body else draft.due_date,
        number=body.get("invoiceNumber", draft.number),
        applied_to_id=_linked_invoice_id(backend, content, body)
        if "appliedToInvoiceUuid" in body
        else draft.applied_to_id,
    )
    check_dates(after.date, after.due_date)
    if content.type == "memo" and after.template_id is not None:
        raise MemoCannotRecur
    check_number(backend, content.type, after.number, after.id)
    return after


def _changes(before: Invoice, after: Invoice) -> list[Change]:
    """Return the properties that differ, with their values as text."""
    pairs = {
        "customerUuid": (before.content.customer_id, after.content.customer_id),
        "invoiceNumber": (before.number, after.number),
        "date": (before.date.isoformat(), after.date.isoformat()),
        "dueDate": (before.due_date.isoformat(), after.due_date.isoformat()),
        "invoiceType": (before.content.type, after.content.type),
        "currency": (before.content.currency, after.content.currency),
        "taxSetting": (before.content.tax_setting, after.content.tax_setting),
        "notes": (before.content.notes, after.content.notes),
        "discount": (f"{before.content.discount:f}", f"{after.content.discount:f}"),
        "total": (before.content.totals.total, after.content.totals.total),
        "tagUuids": (", ".join(before.content.tags), ", ".join(after.content.tags)),
        "appliedToInvoiceUuid": (before.applied_to_id, after.applied_to_id),
    }
    return [Change(field, *pair) for field, pair in pairs.items() if pair[0] != pair[1]]


def delete(backend: CountBackend, invoice_id: str) -> Invoice:
    """Delete a draft.

    Documented: subscribers receive an update, since the real service keeps the row.
    """
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceLocked(draft.status)
    backend.invoices.delete(draft.id)
    backend.publish_event("invoice.updated", None, draft)
    return draft


def approve(backend: CountBackend, invoice_id: str, actor: str) -> Invoice:
    """Approve a draft. Documented: only once, and not for memos."""
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceAlreadyApproved(draft.status)
    if draft.is_memo:
        raise MemoNotApprovable
    approved = finalise(backend, draft, actor)
    backend.publish_event("invoice.updated", approved, draft)
    return approved


def send(backend: CountBackend, invoice_id: str, body: Body | None, actor: str) -> Invoice:
    """Send a document by e-mail, to the customer unless the body names other recipients.

    Documented: the options, and that sending a draft memo finalises it. Assumed: the wording.
    """
    before = find(backend.invoices, invoice_id)
    invoice = before
    if invoice.is_draft:
        if not invoice.is_memo:
            raise InvoiceNotApproved
        invoice = finalise(backend, invoice, actor)
    options = body or {}
    customer = backend.customers.get(invoice.content.customer_id)
    recipients = options.get("recipients") or (
        [customer.email] if customer and customer.email else []
    )
    if not recipients:
        raise NoRecipient
    _queue_email(backend, invoice, recipients, options)
    after = replace(invoice, sent=backend.now())
    return record_change(backend, before, after, "sent", actor)


def _queue_email(
    backend: CountBackend, invoice: Invoice, recipients: Sequence[str], options: Body
) -> None:
    kind = "Credit memo" if invoice.is_memo else invoice.type.capitalize()
    subject = options.get("subject") or f"{kind} {invoice.number} from {backend.team.name}"
    lines = [
        options.get("message")
        or f"{kind} {invoice.number} of {invoice.date} comes to "
        f"{invoice.content.totals.total} {invoice.content.currency}, due on {invoice.due_date}."
    ]
    lines += [f"{name}: {', '.join(options[name])}" for name in ("cc", "bcc") if options.get(name)]
    if options.get("attachPdf", True):
        lines.append(f"Attached: {kind.lower().replace(' ', '-')}-{invoice.number}.pdf")
    backend.queue_email(", ".join(recipients), subject, "\n".join(lines), f"invoices/{invoice.id}")


def _search_keys(backend: CountBackend, term: str | None) -> set[Key] | None:
    keys = search_keys(backend.invoices, term)
    if keys is None or not term:
        return keys
    for key in backend.customers.keys_containing("search", term):
        customer = backend.customers.get(key)
        if customer is not None and term.lower() in customer.name.lower():
            keys.update(backend.invoices.keys_by("customer", customer.id))
    return keys
