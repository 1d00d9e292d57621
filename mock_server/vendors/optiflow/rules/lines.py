"""The lines of invoices and quotations: read, checked, reckoned, kept."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from mock_server.kernel.money import total
from mock_server.vendors.optiflow.backend import OptiBackend
from mock_server.vendors.optiflow.errors import invalid
from mock_server.vendors.optiflow.models import (
    NOTHING,
    UNTAXED,
    AppliedTax,
    Figures,
    Line,
    LineTaxes,
    Product,
    Tax,
)
from mock_server.vendors.optiflow.rules.records import (
    Body,
    amount,
    check_present,
    refuse,
    shown,
)
from mock_server.vendors.optiflow.rules.totals import (
    LineTotals,
    Totals,
    document_totals,
    line_totals,
)
from mock_server.web.laravel import Errors, integer, selected_is_invalid

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
    line = Line(
        id=before.id if before else 0,
        product_id=product.id,
        description=_description(item, product, before),
        quantity=_figure(item, "quantity", before),
        unit_price=_figure(item, "unit_price", before),
        taxes=taxes,
        takes_stock=bool(before and before.takes_stock),
        **_discount(item, before),
    )
    if line.discount_kind == "amount" and Decimal(line.discount_amount) > _subtotal(line):
        field = prefix + "discount_amount"
        errors[field] = [f"The {prefix}discount amount field must not exceed the line's subtotal."]
        return None
    return reckoned(line)


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


def _figure(item: Body, field: str, before: Line | None) -> str:
    value = item.get(field)
    kept: str = getattr(before, field, NOTHING)
    return kept if value is None else shown(amount(value))


def _discount(item: Body, before: Line | None) -> dict[str, Any]:
    """How the discount is given. Observed: the rate wins. Assumed: null counts as absent."""
    rate, value = item.get("discount_rate"), item.get("discount_amount")
    if rate is not None:
        return {"discount_kind": "rate", "discount_rate": shown(amount(rate))}
    if value is not None:
        return {"discount_kind": "amount", "discount_amount": shown(amount(value))}
    if before is None:
        return {}
    return {
        "discount_kind": before.discount_kind,
        "discount_rate": before.discount_rate,
        "discount_amount": before.discount_amount,
    }


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


def line_figures(line: Line) -> LineTotals:
    """What the line comes to."""
    return line_totals(
        Decimal(line.quantity),
        Decimal(line.unit_price),
        [tax.rate for tax in line.taxes.taxes],
        discount_rate=Decimal(line.discount_rate) if line.discount_kind == "rate" else None,
        discount_amount=Decimal(line.discount_amount) if line.discount_kind == "amount" else None,
    )


def reckoned(line: Line) -> Line:
    """The line with the figures that follow from it."""
    figures = line_figures(line)
    taxes = figures.tax_amounts
    return replace(
        line,
        subtotal=shown(figures.subtotal),
        discount_rate=shown(figures.discount_rate),
        discount_amount=shown(figures.discount_amount),
        tax_amounts=tuple(map(shown, taxes)) if len(taxes) > 1 else (),
        tax_amount=shown(figures.tax_amount),
        total=shown(figures.total),
    )


def _subtotal(line: Line) -> Decimal:
    return line_figures(replace(line, discount_kind=None)).subtotal


def figures_of(lines: Iterable[Line]) -> Figures:
    """The figures of a document. Raises ``Invalid`` if they exceed what it can hold."""
    totals = document_totals(
        LineTotals(
            Decimal(line.subtotal),
            Decimal(line.discount_rate),
            Decimal(line.discount_amount),
            (),
            Decimal(line.tax_amount),
            Decimal(line.total),
        )
        for line in lines
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
