"""Runs of templates, which create invoices: by hand or by the clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import NotFound, RuleViolation
from mockvoice.vendors.halo.models import Extra, Invoice, Line, ProRata, Timer
from mockvoice.vendors.halo.rules import (
    calendar,
    changes,
    invoices,
    lines,
    pro_rata,
    schedules,
    totals,
)
from mockvoice.vendors.halo.rules.echoed_fields import (
    HEADER_FIELDS_OF_ONE_RECORD,
    LINE_FIELDS_OF_ONE_RECORD,
)
from mockvoice.vendors.halo.rules.records import Body, find

# The least work of a run: the invoice and its trail, each a row with an id, and the template's row.
RUN_UNITS = 5
# Header fields that belong to one record, so an invoice does not copy them from its template.
_HEADER_FIELDS_NOT_COPIED = frozenset(
    [
        "invoicenumber",
        "thirdpartyinvoicenumber",
        "duedate",
        "disabled",
        "datesent",
        "emailstatus",
        "dateposted",
        "last_synced",
        "last_reminder_sent",
        "approval_status",
        "approvaldatetime",
        "approvalnote",
        "enddate",
        "schedule_date",
        "period_start_date",
        "period_end_date",
        "xeroid",
        "qboid",
        *HEADER_FIELDS_OF_ONE_RECORD,
    ]
)
# Line fields that control how a template's line is billed.
_LINE_FIELDS_NOT_COPIED = frozenset(
    [
        "startdate",
        "enddate",
        "autorenew",
        "onetimecharge",
        "onetimechargeinvoiceid",
        "recurring_invoice_quantity_type",
        *LINE_FIELDS_OF_ONE_RECORD,
    ]
)


def save_timer(backend: HaloBackend, body: Body) -> tuple[Invoice, Timer]:
    """Update the timer with the id of the body; return it and its template. Raises ``NotFound``.

    Observed: clients do this after they have created the template.
    """
    template = _scheduled_template(backend, body["id"])
    timer = schedules.updated_timer(backend, template.timer, body)
    return invoices.store(backend, template, replace(template, timer=timer)), timer


def find_timer(backend: HaloBackend, timer_id: int) -> tuple[Invoice, Timer]:
    """Return the template with this timer, and the timer. Raises ``NotFound``."""
    template = _scheduled_template(backend, timer_id)
    if template.timer is None:
        raise NotFound
    return template, template.timer


def _scheduled_template(backend: HaloBackend, timer_id: int) -> Invoice:
    templates = backend.templates.find_by("schedule", timer_id)
    if not templates:
        raise NotFound
    return templates[0]


def process(backend: HaloBackend, template_ids: Sequence[int]) -> list[Invoice]:
    """Create one invoice for each id, in order. Raises ``RuleViolation`` for an unknown template.

    Assumed: a repeated id also creates the following invoice; a run may be in the future.
    """
    for template_id in template_ids:
        if template_id not in backend.templates:
            raise RuleViolation(f"There is no recurring invoice {template_id}")
    backend.budget.require(len(template_ids) * RUN_UNITS)
    return [
        run_template(backend, find(backend.templates, template_id)) for template_id in template_ids
    ]


def run_template(backend: HaloBackend, template: Invoice) -> Invoice:
    """Create the invoice of a template's next run, and set the run after it.

    Assumed: without a next run, the invoice is dated now. Left out are lines that are inactive, not
    started or ended, and one-time charges that were billed before.
    """
    now = backend.clock.now()
    timer = template.timer or schedules.new_timer(backend)
    run_at = timer.next_at or now.replace(microsecond=0)
    start = Invoice(
        id=backend.ids.next("invoice", invoices.FIRST_INVOICE_ID),
        client_id=template.client_id,
        client_name=template.client_name,
        at=run_at.replace(microsecond=0),
        created_at=now,
        modified_at=now,
        kind=template.kind,
        currency_code=template.currency_code,
        currency=template.currency,
        rate=_current_rate(backend, template),
        template_id=template.id,
        extra=_header_extra(template, timer, run_at),
    )
    billed_lines: list[Line] = []
    template_lines = [
        _bill_line(backend, start, template, line, run_at, billed_lines)
        for line in lines.display_order(template)
    ]
    client = invoices.billed_client(backend, start.client_id)
    invoice = lines.with_lines(start, billed_lines)
    invoice = replace(
        invoice,
        due_at=invoices.due_at(invoice.at, invoice.extra, client),
        figures=totals.invoice_figures(invoice.lines),
    )
    backend.invoices.put(invoice)
    changes.log_created(backend, invoice)
    next_timer = schedules.after_run(backend, timer, run_at, template.extra.get("enddate"))
    after = replace(
        lines.with_lines(template, template_lines),
        timer=next_timer,
        extra={**template.extra, "most_recent_invoice_id": invoice.id},
    )
    after = replace(after, figures=totals.invoice_figures(after.lines))
    invoices.store(backend, template, after)
    return invoice


def _current_rate(backend: HaloBackend, template: Invoice) -> Decimal:
    current = backend.currencies.get(template.currency_code)
    return current.rate if current else template.rate


def _header_extra(template: Invoice, timer: Timer, run_at: datetime) -> Extra:
    extra = {
        name: value
        for name, value in template.extra.items()
        if name not in _HEADER_FIELDS_NOT_COPIED and name != "most_recent_invoice_id"
    }
    extra["period_start_date"] = calendar.format_datetime(run_at)
    last_day = schedules.last_billed_day(timer, run_at)
    if last_day is not None:
        extra["period_end_date"] = last_day
    return extra


def _bill_line(
    backend: HaloBackend,
    invoice: Invoice,
    template: Invoice,
    line: Line,
    run_at: datetime,
    billed_lines: list[Line],
) -> Line:
    """Append the lines to bill to ``billed_lines``; return the template's line after the run."""
    if line.inactive or not lines.is_active_on(line, run_at):
        return line
    one_time = bool(line.extra.get("onetimecharge"))
    if one_time and line.extra.get("onetimechargeinvoiceid"):
        return line
    billed_lines.append(_copy_line(backend, invoice, template, line))
    if one_time:
        line = replace(line, extra={**line.extra, "onetimechargeinvoiceid": invoice.id})
    for entry in pro_rata.unbilled_entries(backend, line.id):
        if entry.at <= run_at:
            billed_lines.append(_pro_rata_line(backend, invoice, template, line, entry))
            pro_rata.mark_billed(backend, entry, invoice.id)
            # Documented: only a manual quantity grows; an automatic one is counted.
            if not line.extra.get("recurring_invoice_quantity_type"):
                line = replace(line, quantity=line.quantity + entry.quantity)
    return line


def _copy_line(backend: HaloBackend, invoice: Invoice, template: Invoice, line: Line) -> Line:
    extra = {
        name: value for name, value in line.extra.items() if name not in _LINE_FIELDS_NOT_COPIED
    }
    extra |= {"recurring_invoice_id": template.id, "recurring_invoice_line_id": line.id}
    copy = replace(line, id=backend.ids.next("line"), extra=extra)
    return lines.with_rule_tax(backend, invoice, copy)


def _pro_rata_line(
    backend: HaloBackend, invoice: Invoice, template: Invoice, line: Line, entry: ProRata
) -> Line:
    copy = _copy_line(backend, invoice, template, line)
    extra = dict(copy.extra)
    if "longdescription" in entry.extra:
        extra["item_longdescription"] = entry.extra["longdescription"]
    return replace(
        copy,
        text=entry.extra.get("shortdescription", line.text),
        quantity=entry.quantity,
        price=entry.price,
        extra=extra,
    )
