"""The lines of invoices and quotations: read, checked, reckoned, kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO, total
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.errors import invalid
from mockvoice.vendors.optiflow.models import (
    NOTHING,
    UNTAXED,
    AppliedTax,
    Figures,
    Line,
    LineTaxes,
    Product,
    Tax,
)
from mockvoice.vendors.optiflow.rules.records import (
    Body,
    amount,
    check_present,
    refuse,
    shown,
)
from mockvoice.vendors.optiflow.rules.totals import Totals, line_totals, summed
from mockvoice.web.laravel import Errors, integer, selected_is_invalid

# Observed: the size of the source's columns.
MOST_IN_TOTAL = Decimal("9999999999.99")

# Kinds of tax of which a line has one at most. Observed: in the source, whose form alone enforces it.
EXCLUSIVE = {"itbis", "isc", "exento", "no_facturable"}

_NEEDED = ("product_id", "quantity", "unit_price")

Document = Mapping[int, Line]


def read_lines(
    backend: OptiBackend, items: Sequence[Body], sequence: str, old: Document | None = None
) -> tuple[Line, ...]:
    """The lines that a body asks for, reckoned. Raises ``Invalid``, with every breach.

    ``old`` are the lines of the document by their ids: an item with the id of one changes it, any
    other is new and gets an id of the sequence.
    """
    errors: Errors = {}
    old = old or {}
    seen: set[int] = set()
    lines: list[Line] = []
    for position, item in enumerate(items):
        prefix = f"items.{position}."
        before = None if item.get("id") is None else old.get(integer(item["id"]))
        if before is not None and before.id in seen:
            errors[prefix + "id"] = [f"The {prefix}id field has a duplicate value."]
        elif before is not None:
            seen.add(before.id)
        line = _read(backend, item, prefix, before, errors)
        if line is not None:
            lines.append(line)
    refuse(errors)
    return tuple(
        [line if line.id else replace(line, id=backend.ids.next(sequence)) for line in lines]
    )


def _read(
    backend: OptiBackend, item: Body, prefix: str, before: Line | None, errors: Errors
) -> Line | None:
    if before is None and any(item.get(field) is None for field in _NEEDED):
        check_present(item, _NEEDED, errors, prefix)
        return None
    product = _product(backend, item, prefix, before, errors)
    taxes = _line_taxes(backend, item, prefix, before, product, errors)
    if product is None:
        return None
    quantity, unit_price = _figure(item, "quantity", before), _figure(item, "unit_price", before)
    discount = _discount(item, before)
    figures = line_totals(
        quantity,
        unit_price,
        [tax.rate for tax in taxes.taxes],
        discount_rate=discount.value if discount.kind == "rate" else None,
        discount_amount=discount.value if discount.kind == "amount" else None,
    )
    if figures.discount_amount > figures.subtotal:
        field = prefix + "discount_amount"
        errors[field] = [f"The {prefix}discount amount field must not exceed the line's subtotal."]
        return None
    amounts = figures.tax_amounts
    return Line(
        id=before.id if before else 0,
        product_id=product.id,
        description=_description(item, product, before),
        quantity=shown(quantity),
        unit_price=shown(unit_price),
        taxes=taxes,
        discount_kind=discount.kind,
        discount_rate=shown(figures.discount_rate),
        discount_amount=shown(figures.discount_amount),
        subtotal=shown(figures.subtotal),
        tax_amounts=tuple(map(shown, amounts)) if len(amounts) > 1 else (),
        tax_amount=shown(figures.tax_amount),
        total=shown(figures.total),
        takes_stock=bool(before and before.takes_stock),
    )


def _product(
    backend: OptiBackend, item: Body, prefix: str, before: Line | None, errors: Errors
) -> Product | None:
    """Documented: it must exist; Observed: and be active. Assumed: not anew for a line that has it."""
    value = item.get("product_id")
    product_id = before.product_id if before and value is None else integer(value or 0)
    product = backend.products.get(product_id)
    kept = before is not None and before.product_id == product_id
    if product is None or not (kept or product.is_active):
        field = prefix + "product_id"
        errors[field] = [selected_is_invalid(field)]
        return None
    return product


def _description(item: Body, product: Product, before: Line | None) -> str:
    if before is not None and "description" not in item:
        return before.description
    return item.get("description") or product.name


def _figure(item: Body, field: str, before: Line | None) -> Decimal:
    value = item.get(field)
    return Decimal(getattr(before, field, NOTHING)) if value is None else amount(value)


class _Discount(NamedTuple):
    """How a line's discount is given: its kind, and the percentage or the amount."""

    kind: str | None
    value: Decimal = ZERO


def _discount(item: Body, before: Line | None) -> _Discount:
    """The discount that counts. Observed: the rate wins. Assumed: null counts as absent."""
    rate, value = item.get("discount_rate"), item.get("discount_amount")
    if rate is not None:
        return _Discount("rate", amount(rate))
    if value is not None:
        return _Discount("amount", amount(value))
    if before is None or before.discount_kind is None:
        return _Discount(None)
    return _Discount(
        before.discount_kind, Decimal(getattr(before, f"discount_{before.discount_kind}"))
    )


def _line_taxes(
    backend: OptiBackend,
    item: Body,
    prefix: str,
    before: Line | None,
    product: Product | None,
    errors: Errors,
) -> LineTaxes:
    """The taxes of a line, at their present rates; a line that is kept without taxes keeps its own.

    Observed: without taxes the product's default one, in the source's form; rates are snapshots.
    """
    field = "taxes" if item.get("taxes") is not None else "tax_ids"
    sent = item.get(field)
    if sent is None:
        if before is not None:
            return before.taxes
        tax_id = product.default_tax_id if product else None
        tax = None if tax_id is None else backend.taxes.get(tax_id)
        return UNTAXED if tax is None else applied((tax,))
    taxes: dict[int, Tax] = {}
    for position, value in enumerate(sent):
        tax = backend.taxes.get(integer(value["id"] if isinstance(value, Mapping) else value))
        if tax is None:
            name = f"{prefix}{field}.{position}"
            errors[name] = [selected_is_invalid(name)]
        else:
            taxes[tax.id] = tax
    if sum(tax.type in EXCLUSIVE for tax in taxes.values()) > 1:
        errors[prefix + field] = ["Solo se permite un impuesto exclusivo por línea."]
    return applied(tuple([taxes[tax_id] for tax_id in sorted(taxes)]))


@lru_cache(maxsize=4096)
def applied(taxes: tuple[Tax, ...]) -> LineTaxes:
    """Taxes as they are now, to be put on a line; one object for all lines with the same ones."""
    if not taxes:
        return UNTAXED
    snapshots = [AppliedTax(t.id, t.name, t.type, t.rate, shown(t.rate)) for t in taxes]
    return LineTaxes(tuple(snapshots), shown(total(tax.rate for tax in taxes)))


def figures_of(lines: Sequence[Line]) -> Figures:
    """The figures of a document. Raises ``Invalid`` if they exceed what it can hold."""
    totals = summed(
        total([Decimal(line.subtotal) for line in lines]),
        total([Decimal(line.discount_amount) for line in lines]),
        total([Decimal(line.tax_amount) for line in lines]),
    )
    _check_size(totals)
    return Figures(
        shown(totals.subtotal_amount),
        shown(totals.discount_amount),
        shown(totals.tax_amount),
        shown(totals.total_amount),
    )


def _check_size(totals: Totals) -> None:
    if max(totals.subtotal_amount, totals.tax_amount, totals.total_amount) > MOST_IN_TOTAL:
        raise invalid("items", "The total must not be greater than 9999999999.99.")
