"""Changes to documents: numbers, audit log, due dates and webhook events."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend, as_integer
from mockvoice.vendors.count.errors import Invalid, InvoiceNumberExists
from mockvoice.vendors.count.models import Change, DocumentContent, Event, Invoice
from mockvoice.vendors.count.rules import ledger

_HIGHEST_NUMBER = 10**15
_APPROVED = (Change("isDraft", "true", "false"),)  # one object for all documents


def save(backend: CountBackend, invoice: Invoice) -> Invoice:
    """Store a document, after updating whether it is late."""
    late = invoice.due_date < backend.clock.today()
    return backend.invoices.put(invoice if late == invoice.late else replace(invoice, late=late))


def record_change(
    backend: CountBackend,
    before: Invoice,
    after: Invoice,
    action: str,
    actor: str,
    changes: Iterable[Change] = (),
) -> Invoice:
    """Store a changed document, add an entry to its audit log and publish its event."""
    now = backend.now()
    event = Event(action, now, actor, tuple(changes))
    saved = save(backend, replace(after, updated=now, events=(*after.events, event)))
    backend.publish_event("invoice.updated", saved, before)
    return saved


def next_number(backend: CountBackend, kind: str) -> str:
    """Return the highest decimal number of a type plus one. Assumed: numbers are per type."""
    numbered = backend.invoices.select(
        between={"number": ((kind, 0, ""), (kind, _HIGHEST_NUMBER, ""))}, order="number"
    )
    highest = next(iter(reversed(numbered)), None)
    return str(as_integer(highest.number) + 1) if highest else "1"


def check_number(backend: CountBackend, kind: str, number: str, own_id: str | None = None) -> None:
    """Reject a number that another document of the type has. Assumed."""
    if not backend.team.unique_numbers:
        return
    sort_key = (kind, as_integer(number), number)
    existing = backend.invoices.select(between={"number": (sort_key, sort_key)}, order="number")
    if any(invoice.id != own_id for invoice in existing):
        raise InvoiceNumberExists(number)


def check_dates(issued: date, due: date) -> None:
    """Reject a due date before the issue date. Assumed."""
    if due < issued:
        raise Invalid("dueDate", "must not be before date")


def issue(
    backend: CountBackend,
    content: DocumentContent,
    issued: date,
    due: date,
    template_id: str,
    actor: str,
) -> Invoice:
    """Create an approved document for a recurring template."""
    draft = replace(new_draft(backend, content, issued, due, actor, None), template_id=template_id)
    created = finalise(backend, draft, actor)
    backend.publish_event("invoice.created", created)
    return created


def new_draft(
    backend: CountBackend,
    content: DocumentContent,
    issued: date,
    due: date,
    actor: str,
    number: str | None,
) -> Invoice:
    """Return a new draft, which is not stored yet."""
    now = backend.now()
    return Invoice(
        id=backend.new_id("invoice"),
        serial=backend.ids.next("invoice.serial"),
        number=number or next_number(backend, content.type),
        date=issued,
        due_date=due,
        content=content,
        created=now,
        updated=now,
        events=(Event("created", now, actor),),
    )


def finalise(backend: CountBackend, draft: Invoice, actor: str) -> Invoice:
    """Approve, store and post a draft. The caller publishes the event."""
    now = backend.now()
    event = Event("approved", now, actor, _APPROVED)
    approved = save(
        backend,
        replace(draft, is_draft=False, approved=now, updated=now, events=(*draft.events, event)),
    )
    ledger.post_invoice(backend, approved)
    return approved
