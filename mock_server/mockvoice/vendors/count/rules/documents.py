"""Keeping documents: numbers, history, the calendar, and who is told of a change."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend, numeric
from mockvoice.vendors.count.errors import Invalid, InvoiceNumberExists
from mockvoice.vendors.count.models import Change, Content, Event, Invoice
from mockvoice.vendors.count.rules import ledger

_HIGHEST_NUMBER = 10**15
_APPROVED = Change("isDraft", "true", "false")


def save(backend: CountBackend, invoice: Invoice) -> Invoice:
    """Keep a document as it is from now on."""
    late = invoice.due_date < backend.clock.today()
    return backend.invoices.put(invoice if late == invoice.late else replace(invoice, late=late))


def changed(
    backend: CountBackend,
    before: Invoice,
    after: Invoice,
    action: str,
    actor: str,
    changes: Iterable[Change] = (),
) -> Invoice:
    """Keep a document after something happened to it, note it in its history, and tell listeners."""
    now = backend.now()
    event = Event(action, now, actor, tuple(changes))
    saved = save(backend, replace(after, updated=now, events=(*after.events, event)))
    backend.announce("invoice.updated", saved, before)
    return saved


def next_number(backend: CountBackend, kind: str) -> str:
    """The highest number of a type that can be counted on, plus one. Assumed: a number by type."""
    taken = backend.invoices.select(
        between={"number": ((kind, 0, ""), (kind, _HIGHEST_NUMBER, ""))}, order="number"
    )
    last = next(iter(reversed(taken)), None)
    return str(numeric(last.number) + 1) if last else "1"


def check_number(backend: CountBackend, kind: str, number: str, own_id: str | None = None) -> None:
    """Refuse a number that another document of the type has. Assumed: unique by type."""
    if not backend.team.unique_numbers:
        return
    position = (kind, numeric(number), number)
    taken = backend.invoices.select(between={"number": (position, position)}, order="number")
    if any(each.id != own_id for each in taken):
        raise InvoiceNumberExists(number)


def check_days(day: date, due: date) -> None:
    """Refuse a due date before the date. Assumed."""
    if due < day:
        raise Invalid("dueDate", "must not be before date")


def issue(
    backend: CountBackend, content: Content, issued: date, due: date, template_id: str, actor: str
) -> Invoice:
    """A new approved document, as a schedule makes it."""
    draft = replace(opened(backend, content, issued, due, actor, None), template_id=template_id)
    created = finalised(backend, draft, actor)
    backend.announce("invoice.created", created)
    return created


def opened(
    backend: CountBackend,
    content: Content,
    issued: date,
    due: date,
    actor: str,
    number: str | None,
) -> Invoice:
    """A new draft, which is not kept yet."""
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


def finalised(backend: CountBackend, draft: Invoice, actor: str) -> Invoice:
    """The document, locked and posted; listeners are not told yet."""
    now = backend.now()
    event = Event("approved", now, actor, (_APPROVED,))
    approved = save(
        backend,
        replace(draft, is_draft=False, approved=now, updated=now, events=(*draft.events, event)),
    )
    ledger.post_invoice(backend, approved)
    return approved
