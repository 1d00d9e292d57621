"""Recurring invoice templates, and the documents that they make when their day has come."""

from datetime import date, timedelta

from msgspec.structs import replace

from mockvoice.vendors.count.backend import SYSTEM, CountBackend
from mockvoice.vendors.count.models import Content, Invoice, Schedule, Template
from mockvoice.vendors.count.rules import contents, schedules
from mockvoice.vendors.count.rules.documents import check_days, issue
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import Listed, Query, found_by, given, listed
from mockvoice.vendors.count.rules.records import Body, day, find

_PAUSED = {"true": True, "false": False, "all": None}


def search(backend: CountBackend, query: Query) -> Listed[Template]:
    """A page of templates, the newest first. Documented: paused ones only when asked for."""
    among = found_by(backend.templates, query["search"])
    if among is not None:
        term = query["search"].lower()
        for key in backend.customers.keys_containing("search", term):
            customer = backend.customers.get(key)
            if customer is not None and term in customer.name.lower():
                among.update(backend.templates.keys_by("customer", key))
    where = given(paused=_PAUSED[query["is_draft"]])
    return listed(
        backend.templates, query, where=where, among=among, order="created", descending=True
    )


def create(backend: CountBackend, body: Body) -> Template:
    """A new template. Documented: paused unless told otherwise."""
    content = contents.written(backend, body)
    first = day(body["date"])
    due = day(body["dueDate"]) if "dueDate" in body else first
    check_days(first, due)
    template = _opened(backend, content, first, due, body)
    if not body.get("isDraft", True):
        template = _running(backend, template)
    return backend.templates.put(template)


def started_by(backend: CountBackend, invoice: Invoice, body: Body) -> Template:
    """The active template that a document starts, whose first run it is itself."""
    template = _opened(backend, invoice.content, invoice.date, invoice.due_date, body)
    return backend.templates.put(_running(backend, replace(template, last_run=invoice.date)))


def _opened(
    backend: CountBackend, content: Content, first: date, due: date, body: Body
) -> Template:
    now = backend.now()
    return Template(
        id=backend.new_id("template"),
        serial=backend.ids.next("template.serial"),
        content=content,
        schedule=Schedule(
            first,
            schedules.pattern(body["recurrencePattern"]),
            body.get("recurrenceInterval", 1),
        ),
        due_days=(due - first).days,
        in_advance=body.get("inAdvanceCreationDays", 0),
        created=now,
        updated=now,
    )


def update(backend: CountBackend, template_id: str, body: Body) -> Template:
    """A template, changed; what it has made stays. Assumed: a new schedule begins from today."""
    before = find(backend.templates, template_id)
    if not takes_anything("RecurringInvoiceTemplateUpdate", body):
        return before
    schedule = before.schedule
    first = day(body["date"]) if "date" in body else schedule.anchor
    due_days = before.due_days
    if "dueDate" in body:
        due_days = (day(body["dueDate"]) - first).days
        check_days(first, day(body["dueDate"]))
    pattern = body.get("recurrencePattern")
    after = replace(
        before,
        content=contents.rewritten(backend, before.content, body),
        schedule=Schedule(
            first,
            schedules.pattern(pattern) if pattern else schedule.pattern,
            body.get("recurrenceInterval", schedule.interval),
        ),
        due_days=due_days,
        in_advance=body.get("inAdvanceCreationDays", before.in_advance),
        paused=body.get("isDraft", before.paused),
        updated=backend.now(),
    )
    return backend.templates.put(_paused(after) if after.paused else _running(backend, after))


def delete(backend: CountBackend, template_id: str) -> Template:
    """End a schedule; what it has made stays."""
    template = find(backend.templates, template_id)
    backend.templates.delete(template.id)
    return template


def pause(backend: CountBackend, template_id: str) -> Template:
    """A template that makes nothing. Assumed: pausing twice changes nothing."""
    template = find(backend.templates, template_id)
    if template.paused:
        return template
    return backend.templates.put(_paused(replace(template, updated=backend.now())))


def resume(backend: CountBackend, template_id: str) -> Template:
    """A template that makes documents from now on. Assumed: what was missed is skipped."""
    template = find(backend.templates, template_id)
    if not template.paused:
        return template
    return backend.templates.put(_running(backend, replace(template, updated=backend.now())))


def _paused(template: Template) -> Template:
    return replace(template, paused=True, next_run=None)


def _running(backend: CountBackend, template: Template) -> Template:
    """The template with its next run: the first day of the schedule that is not over yet."""
    next_run = schedules.first_from(template.schedule, backend.clock.today())
    if template.last_run is not None and next_run is not None and next_run <= template.last_run:
        next_run = schedules.following(template.schedule, template.last_run)
    return replace(template, paused=False, next_run=next_run)


def run(backend: CountBackend, template: Template) -> None:
    """Make the document that is due now, and wait for the next run.

    Assumed: approved, the next free number, and that a schedule whose customer is gone is paused.
    """
    issued = template.next_run
    customer = backend.customers.get(template.content.customer_id)
    if issued is None or customer is None or customer.deleted:
        backend.templates.put(_paused(template))
        return
    issue(backend, template.content, issued, _due(issued, template.due_days), template.id, SYSTEM)
    next_run = schedules.following(template.schedule, issued)
    backend.templates.put(replace(template, last_run=issued, next_run=next_run))


def skip_to_today(backend: CountBackend, template: Template) -> None:
    """Let the runs that were missed go by."""
    backend.templates.put(_running(backend, template))


def _due(issued: date, days: int) -> date:
    return issued + timedelta(days=min(days, (date.max - issued).days))


def made_by(backend: CountBackend, template: Template) -> list[Invoice]:
    """The documents that a template has made, in the order of their dates."""
    return list(backend.invoices.select({"template": template.id}, order="date"))
