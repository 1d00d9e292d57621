"""Stock movements of an invoice's lines: sales and returns."""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Actor, Invoice, Line
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.records import get_existing


def sell(backend: OptiBackend, actor: Actor, invoice: Invoice) -> Invoice:
    """Take the stock of all lines of an invoice. Raises ``Invalid``."""
    lines = [
        _sell_line(backend, actor, invoice, line, position)
        for position, line in enumerate(invoice.lines)
    ]
    return replace(invoice, lines=tuple(lines))


def apply_line_changes(
    backend: OptiBackend, actor: Actor, invoice: Invoice, old_lines: dict[int, Line]
) -> Invoice:
    """Move the stock by which the invoice's new lines differ from the old ones. Raises ``Invalid``.

    A higher quantity is a sale, a lower one a return, another product both, a removed line a return.
    Observed: these movements. Assumed: the stock of removed lines returns first.
    """
    line_ids = {line.id for line in invoice.lines}
    for line in old_lines.values():
        if line.id not in line_ids:
            _return_line(backend, actor, invoice, line, Decimal(line.quantity))
    lines = [
        _apply_line_change(backend, actor, invoice, line, old_lines.get(line.id), position)
        for position, line in enumerate(invoice.lines)
    ]
    return replace(invoice, lines=tuple(lines))


def return_stock(backend: OptiBackend, actor: Actor, invoice: Invoice) -> Invoice:
    """Return the stock of all lines, and mark them so that it does not return twice."""
    for line in invoice.lines:
        _return_line(backend, actor, invoice, line, Decimal(line.quantity))
    return replace(
        invoice, lines=tuple([replace(line, takes_stock=False) for line in invoice.lines])
    )


def _sell_line(
    backend: OptiBackend, actor: Actor, invoice: Invoice, line: Line, position: int
) -> Line:
    """Take the stock of a line if its product is tracked. Raises ``Invalid``."""
    if not get_existing(backend.products, line.product_id).track_stock:
        return line
    quantity, field = Decimal(line.quantity), f"items.{position}.quantity"
    details = _movement_details(invoice)
    stock.sell_quantity(backend, actor, line.product_id, quantity, field=field, details=details)
    return replace(line, takes_stock=True)


def _apply_line_change(
    backend: OptiBackend,
    actor: Actor,
    invoice: Invoice,
    line: Line,
    previous: Line | None,
    position: int,
) -> Line:
    if previous is None:
        return _sell_line(backend, actor, invoice, line, position)
    if previous.product_id != line.product_id:
        _return_line(backend, actor, invoice, previous, Decimal(previous.quantity))
        return _sell_line(backend, actor, invoice, replace(line, takes_stock=False), position)
    if not line.takes_stock:
        return line
    increase = Decimal(line.quantity) - Decimal(previous.quantity)
    if increase > 0:
        field = f"items.{position}.quantity"
        details = _movement_details(invoice)
        stock.sell_quantity(backend, actor, line.product_id, increase, field=field, details=details)
    else:
        _return_line(backend, actor, invoice, previous, -increase)
    return line


def _return_line(
    backend: OptiBackend, actor: Actor, invoice: Invoice, line: Line, quantity: Decimal
) -> None:
    """Return stock that a line took. Assumed: even if its product is no longer tracked."""
    if line.takes_stock:
        details = _movement_details(invoice)
        stock.return_quantity(backend, actor, line.product_id, quantity, details=details)


def _movement_details(invoice: Invoice) -> dict[str, Any]:
    return {
        "at": invoice.updated_at,
        "reference": invoice.document_number,
        "invoice_id": invoice.id,
    }
