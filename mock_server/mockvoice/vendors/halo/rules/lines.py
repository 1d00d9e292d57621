"""Lines of invoices and templates: built from the sent values, the item and the tax."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mockvoice.kernel.shared_values import shared_text
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import NotFound
from mockvoice.vendors.halo.models import ONE, ZERO, AppliedTax, Client, Extra, Invoice, Line
from mockvoice.vendors.halo.rules import pro_rata, taxes
from mockvoice.vendors.halo.rules.fields import LINE, merge_extra, to_decimal, value_or_default
from mockvoice.vendors.halo.rules.records import Body, find

_LINE_IDS = "line"


def replace_lines(backend: HaloBackend, invoice: Invoice, bodies: Iterable[Body]) -> Invoice:
    """Return the invoice with these lines in place of all its lines. Raises ``NotFound``.

    Assumed: a line with an id is updated, a line without one is added, and a stored line that is
    not sent is removed.
    """
    stored = {line.id: line for line in invoice.lines}
    new_lines = []
    for body in bodies:
        before = None
        if body.get("id"):
            before = stored.pop(body["id"], None)
            if before is None:
                raise NotFound
        new_lines.append(build_line(backend, invoice, body, before))
    for line in stored.values():
        pro_rata.delete_unbilled_entries(backend, line.id)
    return with_lines(invoice, new_lines)


def append_lines(backend: HaloBackend, invoice: Invoice, bodies: Iterable[Body]) -> Invoice:
    """Return the invoice with additional lines; ids in the bodies are ignored."""
    return with_lines(
        invoice, [*invoice.lines, *(build_line(backend, invoice, body, None) for body in bodies)]
    )


def update_line(backend: HaloBackend, invoice: Invoice, line: Line, body: Body) -> Invoice:
    """Return the invoice with one line updated."""
    return with_line(invoice, build_line(backend, invoice, body, line))


def with_line(invoice: Invoice, line: Line) -> Invoice:
    """Return the invoice with this line in place of its line with the same id."""
    return replace(
        invoice, lines=tuple(line if old.id == line.id else old for old in invoice.lines)
    )


def with_lines(invoice: Invoice, lines: Iterable[Line]) -> Invoice:
    """Return the invoice with these lines, ordered by id."""
    return replace(invoice, lines=tuple(sorted(lines, key=lambda line: line.id)))


def display_order(invoice: Invoice) -> list[Line]:
    """Return the lines in display order. Assumed: by sequence, then by id."""
    return sorted(invoice.lines, key=lambda line: (line.sequence, line.id))


def build_line(backend: HaloBackend, invoice: Invoice, body: Body, before: Line | None) -> Line:
    """Return a new or updated line with its tax.

    Assumed: a new line gets missing values from its item: price, cost, text and nominal code.
    Amounts in the body are ignored.
    """
    line = before or Line(backend.ids.next(_LINE_IDS))
    extra = merge_extra(line.extra, body, LINE)
    item_id = value_or_default(body, "_itemid", line.item_id if "_itemid" not in body else 0)
    fallback = (
        _item_defaults(backend, invoice, item_id) if _is_new_item(line, item_id, before) else {}
    )
    if fallback.get("nominal_code") and "nominal_code" not in extra:
        extra = {**extra, "nominal_code": fallback["nominal_code"]}
    tax, ruled_at = _resolve_tax(backend, invoice, line, item_id, extra, body, before)
    line = Line(
        id=line.id,
        text=shared_text(_value(body, "item_shortdescription", fallback.get("name"), line.text)),
        item_id=item_id,
        quantity=_amount(body, "qty_order", ONE, line.quantity),
        price=_amount(body, "unit_price", fallback.get("price", ZERO), line.price, fallback),
        cost=_amount(body, "unit_cost", fallback.get("cost", ZERO), line.cost, fallback),
        discount=_amount(body, "discount_perc", ZERO, line.discount),
        tax=tax,
        ruled_at=ruled_at,
        heading=bool(_value(body, "isgroupdesc", None, line.heading)),
        inactive=bool(_value(body, "isinactive", None, line.inactive)),
        sequence=value_or_default(
            body, "sequenceid", 10 if "sequenceid" in body else line.sequence
        ),
        extra=extra,
    )
    pro_rata.save_entries(backend, invoice, line, body)
    return line


def _is_new_item(line: Line, item_id: int, before: Line | None) -> bool:
    return item_id > 0 and (before is None or line.item_id != item_id)


def _item_defaults(backend: HaloBackend, invoice: Invoice, item_id: int) -> Mapping[str, Any]:
    item = backend.items.get(item_id)
    if item is None:
        return {}
    recurring = invoice.id < 0 and item.extra.get("isrecurringitem", False)
    price, cost = ("recurringprice", "recurringcost") if recurring else ("baseprice", "costprice")
    return {
        "name": item.name,
        "price": to_decimal(item.extra.get(price, 0)),
        "cost": to_decimal(item.extra.get(cost, 0)),
        "nominal_code": item.extra.get("nominalcode"),
    }


def _value(body: Body, name: str, fallback: Any, before: Any) -> Any:
    if body.get(name) is not None:
        return body[name]
    if name in body:
        return fallback
    return before if fallback is None else fallback


def _amount(
    body: Body, name: str, default: Any, before: Any, fallback: Mapping[str, Any] | None = None
) -> Any:
    if body.get(name) is not None:
        return to_decimal(body[name])
    return default if name in body or fallback else before


def _resolve_tax(
    backend: HaloBackend,
    invoice: Invoice,
    line: Line,
    item_id: int,
    extra: Extra,
    body: Body,
    before: Line | None,
) -> tuple[AppliedTax, datetime | None]:
    """Return the tax of a line: from a rule, or from its own settings.

    Documented: rules run when an invoice is saved, and the result is stored on the line. Assumed:
    the tax from a rule is dropped if no rule applies any more.
    """
    sale = _sale(backend, invoice, item_id, extra)
    decided = taxes.tax_and_time_by_rule(backend, extra, sale, backend.clock.now())
    if decided is not None:
        return decided
    is_kept = before is not None and before.ruled_at is None and before.item_id == item_id
    return taxes.line_tax(backend, body, line.tax if is_kept else None, extra, sale), None


def with_rule_tax(backend: HaloBackend, invoice: Invoice, line: Line) -> Line:
    """Return the line with the tax of a tax rule; without such a rule, with its own tax."""
    decided = taxes.tax_and_time_by_rule(
        backend, line.extra, _sale(backend, invoice, line.item_id, line.extra), backend.clock.now()
    )
    return (
        replace(line, ruled_at=None)
        if decided is None
        else replace(line, tax=decided[0], ruled_at=decided[1])
    )


def _sale(backend: HaloBackend, invoice: Invoice, item_id: int, extra: Extra) -> taxes.Sale:
    client: Client = find(backend.clients, invoice.client_id)
    site = extra.get("site", 0)
    return taxes.Sale(
        client=client,
        kind=invoice.kind,
        site_id=site if site > 0 else invoice.extra.get("sitenumber", 0),
        item_id=item_id,
        supplier_id=extra.get("supplier") or invoice.extra.get("supplier_id", 0),
        group_id=extra.get("group_id", 0),
        on_template=invoice.id < 0,
    )


def is_active_on(line: Line, at: datetime) -> bool:
    """Return whether a template's line is active on this day. Assumed: both ends are included."""
    day = at.date().isoformat()
    start, end = line.extra.get("startdate"), line.extra.get("enddate")
    return (start is None or start[:10] <= day) and (end is None or day <= end[:10])
