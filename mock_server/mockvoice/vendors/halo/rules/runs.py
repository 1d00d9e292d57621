"""Runs: invoices that are made of templates, by hand or by the clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import BrokenRule, NotFound
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
from mockvoice.vendors.halo.rules.records import Body, find

# What an invoice does not take over from its template, because it is of one record alone.
_OF_ONE_RECORD = frozenset(
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
    ]
)
# The same of lines: what rules a template's line, and not what it sells.
_OF_TEMPLATE_LINE = frozenset(
    [
        "startdate",
        "enddate",
        "autorenew",
        "onetimecharge",
        "onetimechargeinvoiceid",
        "recurring_invoice_quantity_type",
    ]
)


class Instance(HaloBackend):
    """The world of one instance, whose timers make invoices when the clock reaches them."""

    def next_event_at(self) -> datetime | None:
        """The next run that the clock will make."""
        template = self.templates.select({"armed": True}, order="next_at").first()
        return template.timer.next_at if template and template.timer else None

    def run_due_events(self) -> None:
        """Make every run that has come by now, in the order of their dates.

        Documented: invoices come by the timer, or by hand.
        """
        now = self.clock.now()
        while (due := self.next_event_at()) is not None and due <= now:
            template = self.templates.select({"armed": True}, order="next_at").first()
            if template is None:
                return
            run(self, template)


def save_timer(backend: HaloBackend, body: Body) -> Timer:
    """A template's timer, set directly. Raises ``NotFound`` for an id that no template has.

    Observed: clients set it so, after they have made the template.
    """
    found = backend.templates.find_by("schedule", body["id"])
    if not found:
        raise NotFound
    template = found[0]
    timer = schedules.changed(backend, template.timer, body)
    invoices.stored(backend, template, replace(template, timer=timer))
    return timer


def process(backend: HaloBackend, template_ids: Sequence[int]) -> list[Invoice]:
    """One invoice for each id, in their order. Raises ``BrokenRule`` for one that is no template.

    Assumed: a repeated id makes the run after; a run may lie in the future.
    """
    for template_id in template_ids:
        if template_id not in backend.templates:
            raise BrokenRule(f"There is no recurring invoice {template_id}")
    return [run(backend, find(backend.templates, each)) for each in template_ids]


def run(backend: HaloBackend, template: Invoice) -> Invoice:
    """The invoice of a template's next run; the template moves on to the run after.

    Assumed: it is dated by the run, or now if there is none; lines that are inactive, billed once
    already, not begun or ended are left out.
    """
    now = backend.clock.now()
    timer = template.timer or schedules.new(backend)
    run_at = timer.next_at or now.replace(microsecond=0)
    start = Invoice(
        id=backend.ids.next("invoice", invoices.FIRST_INVOICE),
        client_id=template.client_id,
        client_name=template.client_name,
        at=run_at.replace(microsecond=0),
        created_at=now,
        modified_at=now,
        kind=template.kind,
        currency_code=template.currency_code,
        currency=template.currency,
        rate=_rate(backend, template),
        template_id=template.id,
        extra=_header(template, timer, run_at),
    )
    made: list[Line] = []
    kept = [
        _billed(backend, start, template, line, run_at, made)
        for line in lines.shown_order(template)
    ]
    client = invoices.client_of(backend, start.client_id)
    invoice = lines.with_lines(start, made)
    invoice = replace(
        invoice,
        due_at=invoices.due_at(invoice.at, invoice.extra, client),
        figures=totals.invoice_figures(invoice.lines),
    )
    backend.invoices.put(invoice)
    changes.log_created(backend, invoice)
    moved = schedules.after_run(backend, timer, run_at, template.extra.get("enddate"))
    after = replace(
        lines.with_lines(template, kept),
        timer=moved,
        extra={**template.extra, "most_recent_invoice_id": invoice.id},
    )
    after = replace(after, figures=totals.invoice_figures(after.lines))
    invoices.stored(backend, template, after)
    return invoice


def _rate(backend: HaloBackend, template: Invoice) -> Decimal:
    current = backend.currencies.get(template.currency_code)
    return current.rate if current else template.rate


def _header(template: Invoice, timer: Timer, run_at: datetime) -> Extra:
    extra = {
        name: value
        for name, value in template.extra.items()
        if name not in _OF_ONE_RECORD and name != "most_recent_invoice_id"
    }
    extra["period_start_date"] = calendar.shown(run_at)
    last_day = schedules.last_day_of_run(timer, run_at)
    if last_day is not None:
        extra["period_end_date"] = last_day
    return extra


def _billed(
    backend: HaloBackend,
    invoice: Invoice,
    template: Invoice,
    line: Line,
    run_at: datetime,
    made: list[Line],
) -> Line:
    """The template's line after the run; what the run bills of it is added to ``made``."""
    if line.inactive or not lines.begun_and_not_ended(line, run_at):
        return line
    once = bool(line.extra.get("onetimecharge"))
    if once and line.extra.get("onetimechargeinvoiceid"):
        return line
    made.append(_copy(backend, invoice, template, line))
    if once:
        line = replace(line, extra={**line.extra, "onetimechargeinvoiceid": invoice.id})
    for entry in pro_rata.waiting(backend, line.id):
        if entry.at <= run_at:
            made.append(_part(backend, invoice, template, line, entry))
            pro_rata.bill(backend, entry, invoice.id)
            # Documented: only a manual quantity grows; an automatic one is counted.
            if not line.extra.get("recurring_invoice_quantity_type"):
                line = replace(line, quantity=line.quantity + entry.quantity)
    return line


def _copy(backend: HaloBackend, invoice: Invoice, template: Invoice, line: Line) -> Line:
    extra = {k: v for k, v in line.extra.items() if k not in _OF_TEMPLATE_LINE}
    extra |= {"recurring_invoice_id": template.id, "recurring_invoice_line_id": line.id}
    copy = replace(line, id=backend.ids.next("line"), extra=extra)
    return lines.made_tax(backend, invoice, copy)


def _part(
    backend: HaloBackend, invoice: Invoice, template: Invoice, line: Line, entry: ProRata
) -> Line:
    copy = _copy(backend, invoice, template, line)
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
