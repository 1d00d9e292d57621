"""Lines of invoices and quotations: parsing, validation and calculation."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO, total
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import field_error
from mockvoice.vendors.optiflow.models import (
    UNTAXED,
    ZERO_AMOUNT,
    AppliedTax,
    Figures,
    Line,
    LineTaxes,
    Product,
    Tax,
)
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    check_required,
    format_amount,
    parse_amount,
)
from mockvoice.vendors.optiflow.rules.totals import Totals, line_totals, sum_totals
from mockvoice.web.laravel import Errors, integer, raise_if_errors, selected_is_invalid

# Observed: the limit of the source's columns.
MAX_TOTAL = Decimal("9999999999.99")

# Types of tax that exclude each other on a line. Observed: only the source's form checks it.
EXCLUSIVE_TAX_TYPES = {"itbis", "isc", "exento", "no_facturable"}

_REQUIRED_FIELDS = ("product_id", "quantity", "unit_price")

LinesById = Mapping[int, Line]


def parse_lines(
    backend: OptiBackend, items: Sequence[Body], sequence: str, existing: LinesById | None = None
) -> tuple[Line, ...]:
    """Return the lines of a body with their amounts. Raises ``Invalid`` with every violation.

    ``existing`` maps ids to the document's lines: an item with such an id changes that line, any other
    item is a new line, with an id of the sequence.
    """
    errors: Errors = {}
    lines = check_lines(backend, items, existing or {}, errors)
    raise_if_errors(errors)
    return with_line_ids(backend, lines, sequence)


def with_line_ids(backend: OptiBackend, lines: Sequence[Line], sequence: str) -> tuple[Line, ...]:
    """Return lines of which the new ones have an id of the sequence."""
    return tuple(
        [line if line.id else replace(line, id=backend.ids.next(sequence)) for line in lines]
    )


def check_lines(
    backend: OptiBackend, items: Sequence[Body], existing: LinesById, errors: Errors
) -> list[Line]:
    """Return the lines of a body, of which new ones have no id yet, and collect all errors.

    Only the contracts of updates have ids of lines, so those of a new record may be anything.
    """
    backend.budget.spend_nested(len(items))
    seen: set[int] = set()
    lines: list[Line] = []
    for position, item in enumerate(items):
        prefix = f"items.{position}."
        line_id = item.get("id") if existing else None
        previous = None if line_id is None else existing.get(integer(line_id))
        if previous is not None and previous.id in seen:
            errors[prefix + "id"] = [f"The {prefix}id field has a duplicate value."]
        elif previous is not None:
            seen.add(previous.id)
        line = _parse_line(backend, item, prefix, previous, errors)
        if line is not None:
            lines.append(line)
    return lines


def _parse_line(
    backend: OptiBackend, item: Body, prefix: str, previous: Line | None, errors: Errors
) -> Line | None:
    if previous is None and any(item.get(field) is None for field in _REQUIRED_FIELDS):
        check_required(item, _REQUIRED_FIELDS, errors, prefix)
        _check_line_references(backend, item, prefix, errors)
        return None
    product = _resolve_product(backend, item, prefix, previous, errors)
    taxes = _resolve_taxes(backend, item, prefix, previous, product, errors)
    if product is None:
        return None
    quantity, unit_price = (
        _parse_number(item, "quantity", previous),
        _parse_number(item, "unit_price", previous),
    )
    discount = _parse_discount(item, previous)
    figures = line_totals(
        quantity,
        unit_price,
        [tax.rate for tax in taxes.taxes],
        discount_rate=discount.value if discount.kind == "rate" else None,
        discount_amount=discount.value if discount.kind == "amount" else None,
    )
    if figures.discount_amount > figures.subtotal:
        name = prefix + discount.field
        words = name.replace("_", " ")
        errors[name] = [f"The {words} field must not exceed the line's subtotal."]
        return None
    amounts = figures.tax_amounts
    return Line(
        id=previous.id if previous else 0,
        product_id=product.id,
        description=_resolve_description(item, product, previous),
        quantity=format_amount(quantity),
        unit_price=format_amount(unit_price),
        taxes=taxes,
        discount_kind=discount.kind,
        discount_rate=format_amount(figures.discount_rate),
        discount_amount=format_amount(figures.discount_amount),
        subtotal=format_amount(figures.subtotal),
        tax_amounts=tuple(map(format_amount, amounts)) if len(amounts) > 1 else (),
        tax_amount=format_amount(figures.tax_amount),
        total=format_amount(figures.total),
        takes_stock=bool(previous and previous.takes_stock),
    )


def _check_line_references(backend: OptiBackend, item: Body, prefix: str, errors: Errors) -> None:
    """Collect the errors of references in a new line that lacks a required field."""
    product = None
    if item.get("product_id") is not None:
        product = _resolve_product(backend, item, prefix, None, errors)
    _resolve_taxes(backend, item, prefix, None, product, errors)


def _resolve_product(
    backend: OptiBackend, item: Body, prefix: str, previous: Line | None, errors: Errors
) -> Product | None:
    """Return the product of a line.

    Documented: it must exist. Observed: it must be active. Assumed: a line can keep an inactive one.
    """
    value = item.get("product_id")
    product_id = previous.product_id if previous and value is None else integer(value or 0)
    product = backend.products.get(product_id)
    is_unchanged = previous is not None and previous.product_id == product_id
    if product is None or not (is_unchanged or product.is_active):
        field = prefix + "product_id"
        errors[field] = [selected_is_invalid(field)]
        return None
    return product


def _resolve_description(item: Body, product: Product, previous: Line | None) -> str:
    if previous is not None and "description" not in item:
        return previous.description
    return item.get("description") or product.name


def _parse_number(item: Body, field: str, previous: Line | None) -> Decimal:
    value = item.get(field)
    return Decimal(getattr(previous, field, ZERO_AMOUNT)) if value is None else parse_amount(value)


class _Discount(NamedTuple):
    """The discount of a line: its kind, and the percentage or the amount."""

    kind: str | None
    value: Decimal = ZERO
    field: str = "discount_amount"


def _parse_discount(item: Body, previous: Line | None) -> _Discount:
    """Return the discount that applies.

    Documented: "amount or percentage", without a name. Observed: the rate takes precedence over the
    amount. Assumed: ``discount`` is an alias of both, after them, and null is treated as absent.
    """
    rate, value = item.get("discount_rate"), item.get("discount_amount")
    if rate is not None:
        return _Discount("rate", parse_amount(rate))
    if value is not None:
        return _Discount("amount", parse_amount(value))
    if item.get("discount") is not None:
        return _parse_either_form(item["discount"])
    if previous is None or previous.discount_kind is None:
        return _Discount(None)
    return _Discount(
        previous.discount_kind, Decimal(getattr(previous, f"discount_{previous.discount_kind}"))
    )


def _parse_either_form(value: Any) -> _Discount:
    """Parse a discount in either form. Assumed: text that ends in ``%`` is a percentage."""
    if isinstance(value, str) and value.endswith("%"):
        return _Discount("rate", parse_amount(value.removesuffix("%").rstrip()), "discount")
    return _Discount("amount", parse_amount(value), "discount")


def _resolve_taxes(
    backend: OptiBackend,
    item: Body,
    prefix: str,
    previous: Line | None,
    product: Product | None,
    errors: Errors,
) -> LineTaxes:
    """Return the taxes of a line at their current rates; without any, an existing line keeps its taxes.

    Observed: a new line without taxes gets the product's default tax (in the source's form).
    """
    field = "taxes" if item.get("taxes") is not None else "tax_ids"
    submitted = item.get(field)
    if submitted is None:
        if previous is not None:
            return previous.taxes
        tax_id = product.default_tax_id if product else None
        tax = None if tax_id is None else backend.taxes.get(tax_id)
        return UNTAXED if tax is None else snapshot_taxes((tax,))
    taxes: dict[int, Tax] = {}
    for position, value in enumerate(submitted):
        reference = value.get("id") if isinstance(value, Mapping) else value
        if reference is None:
            continue  # the contract requires it
        tax = backend.taxes.get(integer(reference))
        if tax is None:
            name = f"{prefix}{field}.{position}"
            errors[name] = [selected_is_invalid(name)]
        else:
            taxes[tax.id] = tax
    if sum(tax.type in EXCLUSIVE_TAX_TYPES for tax in taxes.values()) > 1:
        errors[prefix + field] = ["Solo se permite un impuesto exclusivo por línea."]
    return snapshot_taxes(tuple([taxes[tax_id] for tax_id in sorted(taxes)]))


@lru_cache(maxsize=4096)
def snapshot_taxes(taxes: tuple[Tax, ...]) -> LineTaxes:
    """Return a snapshot of taxes; equal taxes share one object."""
    if not taxes:
        return UNTAXED
    snapshots = [AppliedTax(t.id, t.name, t.type, t.rate, format_amount(t.rate)) for t in taxes]
    return LineTaxes(tuple(snapshots), format_amount(total(tax.rate for tax in taxes)))


def document_figures(lines: Sequence[Line]) -> Figures:
    """Return the totals of a document. Raises ``Invalid`` if they exceed the columns' limit."""
    totals = sum_totals(
        total([Decimal(line.subtotal) for line in lines]),
        total([Decimal(line.discount_amount) for line in lines]),
        total([Decimal(line.tax_amount) for line in lines]),
    )
    _check_size(totals)
    return Figures(
        format_amount(totals.subtotal_amount),
        format_amount(totals.discount_amount),
        format_amount(totals.tax_amount),
        format_amount(totals.total_amount),
    )


def _check_size(totals: Totals) -> None:
    if max(totals.subtotal_amount, totals.tax_amount, totals.total_amount) > MAX_TOTAL:
        raise field_error("items", "The total must not be greater than 9999999999.99.")
