"""Recurring invoice templates, and the documents that they create on their run dates."""

from datetime import date, timedelta

from msgspec.structs import replace

from mockvoice.vendors.count.backend import SYSTEM, CountBackend
from mockvoice.vendors.count.models import Content, Invoice, Schedule, Template
from mockvoice.vendors.count.rules import document_content, schedules
from mockvoice.vendors.count.rules.documents import check_dates, issue
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import (
    PageResult,
    Query,
    paginate,
    search_keys,
    without_none,
)
from mockvoice.vendors.count.rules.records import Body, find, parse_date

_PAUSED = {"true": True, "false": False, "all": None}


def search(backend: CountBackend, query: Query) -> PageResult[Template]:
    """Return a page of templates, newest first. Documented: paused templates only on request."""
    keys = search_keys(backend.templates, query["search"])
    if keys is not None:
        term = query["search"].lower()
        for key in backend.customers.keys_containing("search", term):
            customer = backend.customers.get(key)
            if customer is not None and term in customer.name.lower():
                keys.update(backend.templates.keys_by("customer", key))
    where = without_none(paused=_PAUSED[query["is_draft"]])
    return paginate(
        backend.templates, query, where=where, keys=keys, order="created", descending=True
    )


def create(backend: CountBackend, body: Body) -> Template:
    """Create a template. Documented: it is paused by default."""
    content = document_content.from_body(backend, body)
    first = parse_date(body["date"])
    due = parse_date(body["dueDate"]) if "dueDate" in body else first
    check_dates(first, due)
    template = _new_template(backend, content, first, due, body)
    if not body.get("isDraft", True):
        template = _activated(backend, template)
    return backend.templates.put(template)


def create_from_invoice(backend: CountBackend, invoice: Invoice, body: Body) -> Template:
    """Create the active template of a recurring document, which is its first run."""
    template = _new_template(backend, invoice.content, invoice.date, invoice.due_date, body)
    return backend.templates.put(_activated(backend, replace(template, last_run=invoice.date)))


def _new_template(
    backend: CountBackend, content: Content, first: date, due: date, body: Body
) -> Template:
    now = backend.now()
    return Template(
        id=backend.new_id("template"),
        serial=backend.ids.next("template.serial"),
        content=content,
        schedule=Schedule(
            first,
            schedules.canonical_pattern(body["recurrencePattern"]),
            body.get("recurrenceInterval", 1),
        ),
        due_days=(due - first).days,
        in_advance=body.get("inAdvanceCreationDays", 0),
        created=now,
        updated=now,
    )


def update(backend: CountBackend, template_id: str, body: Body) -> Template:
    """Update a template; its documents do not change. Assumed: a new schedule starts today."""
    before = find(backend.templates, template_id)
    if not changes_anything("RecurringInvoiceTemplateUpdate", body):
        return before
    schedule = before.schedule
    first = parse_date(body["date"]) if "date" in body else schedule.anchor
    due_days = before.due_days
    if "dueDate" in body:
        due_days = (parse_date(body["dueDate"]) - first).days
        check_dates(first, parse_date(body["dueDate"]))
    pattern = body.get("recurrencePattern")
    after = replace(
        before,
        content=document_content.updated(backend, before.content, body),
        schedule=Schedule(
            first,
            schedules.canonical_pattern(pattern) if pattern else schedule.pattern,
            body.get("recurrenceInterval", schedule.interval),
        ),
        due_days=due_days,
        in_advance=body.get("inAdvanceCreationDays", before.in_advance),
        paused=body.get("isDraft", before.paused),
        updated=backend.now(),
    )
    return backend.templates.put(_paused(after) if after.paused else _activated(backend, after))


def delete(backend: CountBackend, template_id: str) -> Template:
    """Delete a template; its documents are kept."""
    template = find(backend.templates, template_id)
    backend.templates.delete(template.id)
    return template


def pause(backend: CountBackend, template_id: str) -> Template:
    """Pause a template. Assumed: pausing twice changes nothing."""
    template = find(backend.templates, template_id)
    if template.paused:
        return template
    return backend.templates.put(_paused(replace(template, updated=backend.now())))


def resume(backend: CountBackend, template_id: str) -> Template:
    """Resume a template. Assumed: missed runs are skipped."""
    template = find(backend.templates, template_id)
    if not template.paused:
        return template
    return backend.templates.put(_activated(backend, replace(template, updated=backend.now())))


def _paused(template: Template) -> Template:
    return replace(template, paused=True, next_run=None)


def _activated(backend: CountBackend, template: Template) -> Template:
    """Return the active template; its next run is the first run date from today."""
    next_run = schedules.first_on_or_after(template.schedule, backend.clock.today())
    if template.last_run is not None and next_run is not None and next_run <= template.last_run:
        next_run = schedules.first_after(template.schedule, template.last_run)
    return replace(template, paused=False, next_run=next_run)


def run(backend: CountBackend, template: Template) -> None:
    """Create the document that is due, and schedule the next run.

    Assumed: the document is approved and gets the next number; a template whose customer was
    deleted is paused.
    """
    issued = template.next_run
    customer = backend.customers.get(template.content.customer_id)
    if issued is None or customer is None or customer.deleted:
        backend.templates.put(_paused(template))
        return
    issue(
        backend, template.content, issued, _due_date(issued, template.due_days), template.id, SYSTEM
    )
    next_run = schedules.first_after(template.schedule, issued)
    backend.templates.put(replace(template, last_run=issued, next_run=next_run))


def skip_missed_runs(backend: CountBackend, template: Template) -> None:
    """Skip the missed runs: the next run is today or later."""
    backend.templates.put(_activated(backend, template))


def _due_date(issued: date, days: int) -> date:
    return issued + timedelta(days=min(days, (date.max - issued).days))


def generated_invoices(backend: CountBackend, template: Template) -> list[Invoice]:
    """Return the documents that a template has created, sorted by date."""
    return list(backend.invoices.select({"template": template.id}, order="date"))
