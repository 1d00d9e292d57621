"""The change trail: who changed which field of an invoice or a line, and its old and new value.

Assumed: a new record has one row ``Created``; payment statuses are logged, calculated amounts are
not.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import NO_EXTRA, Invoice, InvoiceChange, Line
from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.fields import CHANGE, HEADER, merge_extra, value_or_default
from mockvoice.vendors.halo.rules.records import Body

HEADER_CHANGE, LINE_CHANGE = 0, 1
CREATED, DELETED = "Created", "Deleted"

# In characters.
_MAX_VALUE_LENGTH = 4000


def save(backend: HaloBackend, body: Body) -> InvoiceChange:
    """Create a row as sent. Assumed: the server assigns the id, so a row is never updated."""
    sent_at = body.get("datetime")
    return backend.changes.put(
        InvoiceChange(
            id=backend.ids.next("change"),
            invoice_id=value_or_default(body, "invoice_id", 0),
            at=calendar.parse_datetime(sent_at) if sent_at else backend.clock.now(),
            who=value_or_default(body, "who", backend.agent.name),
            line_id=value_or_default(body, "invoice_line_id", 0),
            type_id=value_or_default(body, "type_id", HEADER_CHANGE),
            field_name=body.get("field_name"),
            old=body.get("old_value"),
            new=body.get("new_value"),
            extra=merge_extra(NO_EXTRA, body, CHANGE),
        )
    )


def log_created(backend: HaloBackend, invoice: Invoice) -> None:
    """Log the creation of a record."""
    _add_change(backend, invoice, invoice.modified_at, CREATED)


def log_changes(backend: HaloBackend, before: Invoice, after: Invoice) -> None:
    """Log each field of the header and of the lines that differs between two states."""
    at = after.modified_at
    _log_differences(backend, after, at, _header_fields(before), _header_fields(after), None)
    if before.lines is after.lines:
        return
    old_lines = {line.id: line for line in before.lines}
    for line in after.lines:
        old = old_lines.pop(line.id, None)
        if old is None:
            _add_change(backend, after, at, CREATED, line=line)
        elif old is not line:
            _log_differences(backend, after, at, _line_fields(old), _line_fields(line), line)
    for line in old_lines.values():
        _add_change(backend, after, at, DELETED, line=line)


def _log_differences(
    backend: HaloBackend,
    invoice: Invoice,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    line: Line | None,
) -> None:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            _add_change(backend, invoice, at, name, _format_value(old), _format_value(new), line)


def _add_change(
    backend: HaloBackend,
    invoice: Invoice,
    at: datetime,
    field_name: str,
    old: str | None = None,
    new: str | None = None,
    line: Line | None = None,
) -> None:
    backend.changes.put(
        InvoiceChange(
            id=backend.ids.next("change"),
            invoice_id=invoice.id,
            at=at,
            who=backend.agent.name,
            line_id=line.id if line else 0,
            type_id=LINE_CHANGE if line else HEADER_CHANGE,
            field_name=field_name,
            old=old,
            new=new,
            extra={"line_description": line.text} if line and line.text else NO_EXTRA,
        )
    )


class Money(Decimal):
    """An amount that the trail shows with at least two decimals."""


def _header_fields(invoice: Invoice) -> dict[str, Any]:
    timer = invoice.timer
    return {
        **HEADER,
        **invoice.extra,
        "client_id": invoice.client_id,
        "invoicetype": invoice.kind,
        "invoice_date": invoice.at,
        "currency": invoice.currency,
        "currency_code": invoice.currency_code,
        "currency_conversion_rate": invoice.rate,
        "posted": invoice.posted,
        "voided": invoice.voided,
        "paymentstatus": invoice.payment_status,
        "period": timer and timer.period,
        "startdate": timer and timer.anchor_at,
        "lastcreated": timer and timer.last_at,
        "nextcreationdate": timer and timer.next_at,
    }


def _line_fields(line: Line) -> dict[str, Any]:
    return {
        **line.extra,
        "item_shortdescription": line.text,
        "_itemid": line.item_id,
        "qty_order": line.quantity,
        "unit_price": Money(line.price),
        "unit_cost": Money(line.cost),
        "discount_perc": line.discount,
        "tax_code": line.tax.code,
        "tax_rate": line.tax.rate,
        "isgroupdesc": line.heading,
        "isinactive": line.inactive,
        "sequenceid": line.sequence,
    }


def _format_value(value: Any) -> str | None:
    """Return a value as the trail shows it.

    Assumed: money with 2 decimals, dates in ISO 8601, booleans as True and False, objects as JSON.
    """
    match value:
        case None:
            return None
        case datetime():
            return calendar.format_datetime(value)
        case Money():
            places = max(2, -int(value.as_tuple().exponent))
            return f"{value:.{places}f}"[:_MAX_VALUE_LENGTH]
        case Decimal():
            return f"{value:f}"
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)[:_MAX_VALUE_LENGTH]
        case _:
            return str(value)[:_MAX_VALUE_LENGTH]
