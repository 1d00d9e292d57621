"""Pro rata entries: quantities that were added to a template's line within a period."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import ONE, Invoice, Line, ProRata, Timer
from mockvoice.vendors.halo.rules import calendar, totals
from mockvoice.vendors.halo.rules.fields import PRO_RATA, merge_extra, to_decimal, value_or_default
from mockvoice.vendors.halo.rules.records import Body

# How many periods are searched for the date of an entry. A later date has the full price.
_PERIODS_AHEAD = 600


def save_entries(backend: HaloBackend, template: Invoice, line: Line, body: Body) -> None:
    """Save the entries in the body of a template's line. Assumed: only this creates entries."""
    if template.id >= 0:
        return
    for entry in value_or_default(body, "prorata_data", ()):
        _save(backend, template, line, entry)
    if body.get("prorata_next_invoice"):
        entry = {
            "quantity": body.get("prorata_quantity"),
            "unitprice": body.get("prorata_unit_price"),
            "shortdescription": body.get("prorata_shortdescription"),
            "longdescription": body.get("prorata_longdescription"),
            "prorata_next_invoice": True,
        }
        _save(backend, template, line, entry)


def _save(backend: HaloBackend, template: Invoice, line: Line, body: Body) -> ProRata:
    before = backend.pro_ratas.get(body.get("id") or 0)
    if before is not None and (before.line_id != line.id or before.invoice_id):
        before = None
    at = before.at if before else backend.clock.now().replace(microsecond=0)
    if body.get("date") is not None:
        at = calendar.parse_datetime(body["date"])
    price = before.price if before else None
    if body.get("unitprice") is not None:
        price = to_decimal(body["unitprice"])
    elif price is None or "unitprice" in body:
        price = prorated_price(template.timer, line.price, at)
    quantity = before.quantity if before else ONE
    if body.get("quantity") is not None:
        quantity = to_decimal(body["quantity"])
    return backend.pro_ratas.put(
        ProRata(
            id=before.id if before else backend.ids.next("pro_rata"),
            line_id=line.id,
            template_id=template.id,
            client_id=template.client_id,
            at=at,
            quantity=quantity,
            price=price,
            extra=merge_extra(before.extra if before else {}, body, PRO_RATA),
        )
    )


def prorated_price(timer: Timer | None, price: Decimal, at: datetime) -> Decimal:
    """Return the unit price for the rest of the period that contains the date.

    Assumed: the price times the remaining days, from the date on, divided by the days of the
    period. Without a next run, or before the first period, it is the full price.
    """
    if timer is None or timer.next_at is None:
        return totals.prorate(price, 1, 1)
    start = calendar.previous_run(timer.next_at, timer.period, timer.anchor_at)
    end: datetime | None = timer.next_at
    for _ in range(_PERIODS_AHEAD):
        if start is None or end is None or at < start:
            break
        if at < end:
            left = (end.date() - at.date()).days
            return totals.prorate(price, left, (end.date() - start.date()).days)
        start, end = end, calendar.next_run(end, timer.period, timer.anchor_at)
    return totals.prorate(price, 1, 1)


def unbilled_entries(backend: HaloBackend, line_id: int) -> list[ProRata]:
    """Return the entries of a line that no run has billed yet."""
    return [entry for entry in backend.pro_ratas.find_by("line", line_id) if not entry.invoice_id]


def mark_billed(backend: HaloBackend, entry: ProRata, invoice_id: int) -> None:
    """Set the invoice that billed the entry; it stays in the list of entries."""
    backend.pro_ratas.put(replace(entry, invoice_id=invoice_id))


def delete_unbilled_entries(backend: HaloBackend, line_id: int) -> None:
    """Delete the unbilled entries of a line that is removed."""
    for entry in unbilled_entries(backend, line_id):
        backend.pro_ratas.delete(entry.id)


def is_future(backend: HaloBackend, entry: ProRata) -> bool:
    """Return whether the entry starts after the template's next run."""
    template = backend.templates.get(entry.template_id)
    next_at = template.timer.next_at if template and template.timer else None
    return not entry.invoice_id and next_at is not None and entry.at > next_at
