"""Documents: their life from draft to approved, and what can be done with them."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.store import Key
from mockvoice.vendors.count.backend import CountBackend, position, stretch
from mockvoice.vendors.count.errors import (
    Invalid,
    InvoiceAlreadyApproved,
    InvoiceLocked,
    InvoiceNotApproved,
    MemoCannotRecur,
    MemoNotApprovable,
    NoRecipient,
)
from mockvoice.vendors.count.models import Change, Content, Event, Invoice
from mockvoice.vendors.count.rules import contents, credit, templates
from mockvoice.vendors.count.rules.documents import (
    changed,
    check_days,
    check_number,
    finalised,
    opened,
    save,
)
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import (
    Listed,
    Query,
    days,
    found_by,
    given,
    listed_any,
    uuids,
)
from mockvoice.vendors.count.rules.records import Body, day, find, resolve

# Required by the vendor's older documents, optional in its newer client.
_ONCE_REQUIRED = ("invoiceNumber", "dueDate", "isDraft", "invoiceType")
_RECURRING = ("recurrencePattern", "recurrenceInterval", "inAdvanceCreationDays")


def search(backend: CountBackend, query: Query) -> Listed[Invoice]:
    """A page of documents, the newest date first. Documented: the filters, which add up.

    Assumed: the order, and that a search looks at number, customer's name and notes.
    """
    where = given(type=query["invoice_type"], draft=query["is_draft"])
    if query["approval_status"]:
        wanted = query["approval_status"] == "draft"
        # Asked for drafts and for none, nothing fits: no document is filed under None.
        where["draft"] = wanted if where.get("draft", wanted) == wanted else None
    among = _found(backend, query["search"])
    customers = _customers(query)
    statuses = list(dict.fromkeys(query["status"].split(","))) if query["status"] else []
    if statuses and len(customers) > 1:
        keys = {key for each in customers for key in backend.invoices.keys_by("customer", each)}
        among = keys if among is None else among & keys
        customers = []
    first, last = days(query)
    between = {"date": stretch(first, last)} if first or last else None
    return listed_any(
        backend.invoices,
        query,
        where=where,
        anyof={"customer": customers, "status": statuses},
        among=among,
        between=between,
        order="date",
        position=lambda invoice: position(invoice.date, invoice.serial),
    )


def _customers(query: Query) -> list[str]:
    """The customers that a query asks for; none is everybody, and a blank nobody."""
    several = uuids(query["customer_uuids"])
    if not query["customer_uuid"]:
        return several
    one = query["customer_uuid"].lower()
    return [one if not several or one in several else ""]


def create(backend: CountBackend, body: Body, actor: str) -> Invoice:
    """A new document; approved at once unless it is a draft. Documented: what is required.

    Assumed: a draft by default, numbers that follow each other, and a due date on the date.
    """
    if backend.team.strict_create:
        for field in _ONCE_REQUIRED:
            if field not in body:
                raise Invalid(field, "is required")
    content = contents.written(backend, body)
    issued = day(body["date"])
    due = day(body["dueDate"]) if "dueDate" in body else issued
    check_days(issued, due)
    if content.type == "memo" and any(name in body for name in _RECURRING):
        raise MemoCannotRecur
    linked_id = _linked(backend, content, body)
    credit_given = _credit_to_apply(backend, body)
    number = body.get("invoiceNumber")
    if number is not None:
        check_number(backend, content.type, number)
    draft = opened(backend, content, issued, due, actor, number)
    draft = replace(draft, applied_to_id=linked_id)
    if "recurrencePattern" in body:
        template = templates.started_by(backend, draft, body)
        draft = replace(draft, template_id=template.id)
    if body.get("isDraft", True):
        created = save(backend, draft)
    else:
        created = finalised(backend, draft, actor)
    if credit_given is not None:
        credit.apply(backend, created, *credit_given, actor)
        created = find(backend.invoices, created.id)
    backend.announce("invoice.created", created)
    return created


def _linked(backend: CountBackend, content: Content, body: Body) -> str | None:
    sent = body.get("appliedToInvoiceUuid")
    if sent is None or content.type != "memo":
        return None
    return resolve(backend, backend.invoices, "appliedToInvoiceUuid", sent).id


def _credit_to_apply(backend: CountBackend, body: Body) -> tuple[Invoice, Any] | None:
    """The memo that is to be applied at once, and how much of it. Assumed: only when approved."""
    if not body.get("applyCredit"):
        return None
    if "creditMemo" not in body:
        raise Invalid("creditMemo", "is required when applyCredit is true")
    sent = body["creditMemo"]
    memo = resolve(backend, backend.invoices, "creditMemo.id", sent["id"])
    if body.get("isDraft", True):
        raise InvoiceNotApproved
    return memo, sent["amount"]


def update(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """A draft, changed. Documented: everything else is locked. Assumed: false approves it."""
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceLocked(draft.status)
    if not takes_anything("InvoiceUpdate", body):
        return draft
    after = _rewritten(backend, draft, body)
    if after == draft and body.get("isDraft", True):
        return draft
    if body.get("isDraft", True):
        return changed(backend, draft, after, "updated", actor, _differences(draft, after))
    now = backend.now()
    differences = _differences(draft, after)
    if differences:
        noted = Event("updated", now, actor, tuple(differences))
        after = replace(after, events=(*after.events, noted))
    approved = finalised(backend, after, actor)
    backend.announce("invoice.updated", approved, draft)
    return approved


def _rewritten(backend: CountBackend, draft: Invoice, body: Body) -> Invoice:
    content = contents.rewritten(backend, draft.content, body)
    after = replace(
        draft,
        content=content,
        date=day(body["date"]) if "date" in body else draft.date,
        due_date=day(body["dueDate"]) if "dueDate" in body else draft.due_date,
        number=body.get("invoiceNumber", draft.number),
        applied_to_id=_linked(backend, content, body)
        if "appliedToInvoiceUuid" in body
        else draft.applied_to_id,
    )
    check_days(after.date, after.due_date)
    if content.type == "memo" and after.template_id is not None:
        raise MemoCannotRecur
    check_number(backend, content.type, after.number, after.id)
    return after


def _differences(before: Invoice, after: Invoice) -> list[Change]:
    """What a change of a draft changed, as text."""
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
    """Remove a draft. Documented: listeners see an update, since the real service keeps the row."""
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceLocked(draft.status)
    backend.invoices.delete(draft.id)
    backend.announce("invoice.updated", None, draft)
    return draft


def approve(backend: CountBackend, invoice_id: str, actor: str) -> Invoice:
    """A draft, approved. Documented: once only, and not for memos."""
    draft = find(backend.invoices, invoice_id)
    if not draft.is_draft:
        raise InvoiceAlreadyApproved(draft.status)
    if draft.is_memo:
        raise MemoNotApprovable
    approved = finalised(backend, draft, actor)
    backend.announce("invoice.updated", approved, draft)
    return approved


def send(backend: CountBackend, invoice_id: str, body: Body | None, actor: str) -> Invoice:
    """Send the document by e-mail, to the customer unless others are named.

    Documented: the options, and that a memo's draft is finalised by it. Assumed: the wording.
    """
    before = find(backend.invoices, invoice_id)
    invoice = before
    if invoice.is_draft:
        if not invoice.is_memo:
            raise InvoiceNotApproved
        invoice = finalised(backend, invoice, actor)
    wanted = body or {}
    customer = backend.customers.get(invoice.content.customer_id)
    recipients = wanted.get("recipients") or (
        [customer.email] if customer and customer.email else []
    )
    if not recipients:
        raise NoRecipient
    _mail(backend, invoice, recipients, wanted)
    after = replace(invoice, sent=backend.now())
    return changed(backend, before, after, "sent", actor)


def _mail(backend: CountBackend, invoice: Invoice, recipients: Sequence[str], sent: Body) -> None:
    kind = "Credit memo" if invoice.is_memo else invoice.type.capitalize()
    subject = sent.get("subject") or f"{kind} {invoice.number} from {backend.team.name}"
    lines = [
        sent.get("message")
        or f"{kind} {invoice.number} of {invoice.date} comes to "
        f"{invoice.content.totals.total} {invoice.content.currency}, due on {invoice.due_date}."
    ]
    lines += [f"{name}: {', '.join(sent[name])}" for name in ("cc", "bcc") if sent.get(name)]
    if sent.get("attachPdf", True):
        lines.append(f"Attached: {kind.lower().replace(' ', '-')}-{invoice.number}.pdf")
    backend.queue_email(", ".join(recipients), subject, "\n".join(lines), f"invoices/{invoice.id}")


def _found(backend: CountBackend, term: str | None) -> set[Key] | None:
    found = found_by(backend.invoices, term)
    if found is None or not term:
        return found
    for key in backend.customers.keys_containing("search", term):
        customer = backend.customers.get(key)
        if customer is not None and term.lower() in customer.name.lower():
            found.update(backend.invoices.keys_by("customer", customer.id))
    return found
