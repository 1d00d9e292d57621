"""The common part of invoices and estimates: header, discount, tax mode, lines and search."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO
from mockvoice.kernel.shared_values import shared_day, shared_text
from mockvoice.kernel.store import Key, Table
from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.models import (
    AppliedTax,
    Bill,
    DiscountType,
    Line,
    TaxRate,
    TaxStatus,
)
from mockvoice.vendors.growcrm.rules.lists import day_or_none
from mockvoice.vendors.growcrm.rules.records import (
    Body,
    References,
    check_date_order,
    check_references,
    text_changes,
)
from mockvoice.vendors.growcrm.rules.totals import format_amount, with_totals
from mockvoice.web.laravel import (
    Errors,
    check_ids,
    day,
    integer,
    number,
    raise_if_errors,
    required,
    selected_is_invalid,
    unique_ids,
)

_NUMBER = re.compile(r"[0-9]{1,15}")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")

_TEXTS = {
    "bill_notes": "notes",
    "bill_terms": "terms",
    "bill_adjustment_description": "adjustment_description",
}


def check_header(backend: GrowBackend, body: Body, end_date_field: str) -> None:
    """Check a header's references, and that its end date is not before its date.

    Raises ``Invalid``. Assumed: create and update accept a project of any client.
    """
    errors: Errors = {}
    references: References = {
        "bill_clientid": backend.clients,
        "bill_categoryid": backend.categories,
        "bill_projectid": backend.projects,
    }
    check_references(body, references, errors)
    check_date_order(body, "bill_date", end_date_field, errors)
    raise_if_errors(errors)


def new(backend: GrowBackend, body: Body) -> Bill:
    """Return a new bill without lines, with all amounts at zero."""
    return Bill(
        client_id=integer(body["bill_clientid"]),
        project_id=_optional_id(body.get("bill_projectid")),
        category_id=integer(body["bill_categoryid"]),
        date=shared_day(day(body["bill_date"])),
        created=format_instant(backend.clock.now()),
        notes=body.get("bill_notes"),
        terms=body.get("bill_terms"),
        tax_type=shared_text(body.get("bill_tax_type") or "summary"),
    )


def with_header(bill: Bill, body: Body) -> Bill:
    """Return the bill with the header fields of a body and new totals. Raises ``Invalid``.

    Assumed: omitted fields keep their value. Null clears texts and the project; for other fields
    it is treated as omitted.
    """
    changes = text_changes(body, _TEXTS)
    if "bill_projectid" in body:
        changes["project_id"] = _optional_id(body["bill_projectid"])
    if body.get("bill_adjustment_amount") is not None:
        changes["adjustment_amount"] = number(body["bill_adjustment_amount"])
    bill = replace(
        bill,
        category_id=integer(body["bill_categoryid"]),
        date=shared_day(day(body["bill_date"])),
        **changes,
    )
    tax_type = body.get("bill_tax_type") or bill.tax_type
    return with_totals(_with_tax_type(_with_discount(bill, body), tax_type))


def _with_discount(bill: Bill, body: Body) -> Bill:
    """Return the bill with the header discount of a body. Raises ``Invalid``.

    Observed: ``none`` clears both values, and each type clears the value of the other. Assumed: a
    new type needs its value, and a value without a type applies to the stored type.
    """
    discount_type = body.get("bill_discount_type") or bill.discount_type
    percentage, amount = body.get("bill_discount_percentage"), body.get("bill_discount_amount")
    value, field = {
        "none": (ZERO, ""),
        "fixed": (amount, "bill_discount_amount"),
        "percentage": (percentage, "bill_discount_percentage"),
    }[discount_type]
    if value is None:
        if discount_type != bill.discount_type:
            raise_if_errors({field: [required(field)]})
        return bill
    return replace(
        bill,
        discount_type=discount_type,
        discount_percentage=number(value) if discount_type == "percentage" else ZERO,
        discount_amount=number(value) if discount_type == "fixed" else ZERO,
    )


def _with_tax_type(bill: Bill, tax_type: str) -> Bill:
    """Return the bill in a tax mode. Observed: a new mode drops all taxes and line discounts.

    Assumed: the header discount is kept, but has no effect in inline mode.
    """
    if tax_type == bill.tax_type:
        return bill
    lines = tuple(
        replace(line, tax=None, discount_type="none", discount_value=ZERO) for line in bill.lines
    )
    return replace(bill, tax_type=tax_type, taxes=(), lines=lines)


def check_items(backend: GrowBackend, bill: Bill, body: Body) -> None:
    """Check the tax rates of lines, or those of the whole bill. Raises ``Invalid``."""
    errors: Errors = {}
    if bill.tax_type == "inline":
        _check_line_rates(backend, body.get("items") or [], errors)
    else:
        check_ids("tax_rate_ids", body.get("tax_rate_ids") or (), backend.tax_rates, errors)
    raise_if_errors(errors)


def with_items(backend: GrowBackend, bill: Bill, body: Body) -> Bill:
    """Return the bill with its lines and taxes replaced, and new totals. Raises ``Invalid``.

    Documented: the tax mode decides which fields count. Assumed: fields of the other mode are
    ignored without a check, and without ``tax_rate_ids`` a bill in summary mode has no tax.
    """
    check_items(backend, bill, body)
    items, inline = body["items"], bill.tax_type == "inline"
    rate_ids = () if inline else body.get("tax_rate_ids") or ()
    lines = tuple(_line(backend, backend.ids.next("line"), item, inline=inline) for item in items)
    taxes = tuple(applied_tax(backend, rate_id) for rate_id in unique_ids(rate_ids))
    return with_totals(replace(bill, lines=lines, taxes=taxes))


def _check_line_rates(backend: GrowBackend, items: list[Body], errors: Errors) -> None:
    for position, item in enumerate(items):
        rate_id = item.get("tax_rate_id")
        if rate_id is not None and integer(rate_id) not in backend.tax_rates:
            field = f"items.{position}.tax_rate_id"
            errors[field] = [selected_is_invalid(field)]


def _line(backend: GrowBackend, line_id: int, item: Body, *, inline: bool) -> Line:
    """Return a line without figures. Summary mode ignores its discount and tax."""
    discount_type: DiscountType = (item.get("discount_type") or "none") if inline else "none"
    value = item.get("discount_value")
    rate_id = item.get("tax_rate_id") if inline else None
    return Line(
        id=line_id,
        description=shared_text(item["description"]),
        long_description=shared_text(item.get("long_description")),
        unit=shared_text(item.get("unit")),
        quantity=_exact_decimal(item["quantity"]),
        rate=_exact_decimal(item["rate"]),
        discount_type=shared_text(discount_type),
        discount_value=ZERO if discount_type == "none" or value is None else _exact_decimal(value),
        tax=None if rate_id is None else applied_tax(backend, integer(rate_id)),
    )


def applied_tax(backend: GrowBackend, rate_id: int) -> AppliedTax:
    """Return a copy of a tax rate for a bill. The rate must exist.

    Observed: name and rate are copied, so later changes do not affect old bills.
    Assumed: a disabled rate may be used.
    """
    rate = backend.tax_rates.get(rate_id)
    if rate is None:
        raise KeyError(rate_id)
    return _shared_copy(rate)


@lru_cache(maxsize=1024)
def _shared_copy(rate: TaxRate) -> AppliedTax:
    """Return one object for all bills with the same rate."""
    status: TaxStatus = "yes" if rate.rate > 0 else "no"
    return AppliedTax(rate.name, rate.rate, format_amount(rate.rate), status)


@lru_cache(maxsize=4096)
def _cached_decimal(value: str) -> Decimal:
    return Decimal(value)


def _exact_decimal(value: Any) -> Decimal:
    """Return the exact submitted number; equal numbers share one object."""
    return _cached_decimal(str(value))


def clone(backend: GrowBackend, bill: Bill, header: Mapping[str, Any]) -> Bill:
    """Return a copy with another header and new line ids, without notes and tags.

    Observed: which fields are copied. Assumed: the notes of the copy are null.
    """
    lines = tuple(replace(line, id=backend.ids.next("line")) for line in bill.lines)
    created = format_instant(backend.clock.now())
    return replace(bill, **header, lines=lines, notes=None, tags=(), created=created)


def search_keys(
    backend: GrowBackend,
    table: Table[Any],
    term: str | None,
    end_date_field: str,
    number_prefix: str,
) -> set[Key] | None:
    """Return the ids of the bills that match a search term; ``None`` without a term.

    Assumed, after the search of the CRM's own pages: a term matches the number with or without
    its prefix and leading zeros, the final amount, one of the dates, or a part of a tag, a name or
    a line's description.
    """
    needle = (term or "").strip().lower()
    if not needle:
        return None
    keys: set[Key] = set(table.keys_containing("search_text", needle))
    ids_by_index = {
        "client_id": [c.id for c in backend.clients if needle in c.company_name.lower()],
        "project_id": [p.id for p in backend.projects if needle in p.title.lower()],
        "category_id": [c.id for c in backend.categories if needle in c.name.lower()],
    }
    for index, ids in ids_by_index.items():
        keys.update(*(table.keys_by(index, record_id) for record_id in ids))
    bill_number = needle.removeprefix(number_prefix.lower()).lstrip("0")
    if _NUMBER.fullmatch(bill_number):
        keys.add(int(bill_number))
    amount = _AMOUNT.fullmatch(needle) and Decimal(needle)
    searched_day = day_or_none(needle)
    for order, value in (
        ("bill_final_amount", amount and amount * 100),
        ("bill_date", searched_day),
        (end_date_field, searched_day),
    ):
        if value is not None:
            keys.update(table.keys_between(order, value, value))
    return keys


def format_instant(at: datetime) -> str:
    """Format an instant in UTC. Assumed: bills and payments have the format of clients."""
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


def _optional_id(value: Any) -> int | None:
    return None if value is None else integer(value)
