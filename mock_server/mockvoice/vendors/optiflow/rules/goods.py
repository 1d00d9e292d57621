"""The goods that an invoice's lines take from the stock, and bring back."""

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Invoice, Line, Visit
from mockvoice.vendors.optiflow.rules import stock
from mockvoice.vendors.optiflow.rules.records import known


def sell(backend: OptiBackend, visit: Visit, invoice: Invoice) -> Invoice:
    """The invoice once the goods of all its lines have left. Raises ``Invalid``."""
    lines = [
        _sold(backend, visit, invoice, line, position)
        for position, line in enumerate(invoice.lines)
    ]
    return replace(invoice, lines=tuple(lines))


def exchange(backend: OptiBackend, visit: Visit, invoice: Invoice, old: dict[int, Line]) -> Invoice:
    """The invoice with its new lines, once what they differ from the old ones has moved.

    More goods are a sale, fewer a return, another product both, a line that is gone a return.
    Observed: all of it. Assumed: what comes back, comes back before anything leaves.
    """
    kept = {line.id for line in invoice.lines}
    for line in old.values():
        if line.id not in kept:
            _return(backend, visit, invoice, line, Decimal(line.quantity))
    lines = [
        _moved(backend, visit, invoice, line, old.get(line.id), position)
        for position, line in enumerate(invoice.lines)
    ]
    return replace(invoice, lines=tuple(lines))


def take_back(backend: OptiBackend, visit: Visit, invoice: Invoice) -> Invoice:
    """The invoice without any stock taken; what has come back does not come back again."""
    for line in invoice.lines:
        _return(backend, visit, invoice, line, Decimal(line.quantity))
    return replace(
        invoice, lines=tuple([replace(line, takes_stock=False) for line in invoice.lines])
    )


def _sold(backend: OptiBackend, visit: Visit, invoice: Invoice, line: Line, position: int) -> Line:
    """The line of which the stock has left, if its product is tracked. Raises ``Invalid``."""
    if not known(backend.products, line.product_id).track_stock:
        return line
    quantity, field = Decimal(line.quantity), f"items.{position}.quantity"
    about = _about(invoice)
    stock.sell(backend, visit, line.product_id, quantity, field=field, about=about)
    return replace(line, takes_stock=True)


def _moved(
    backend: OptiBackend,
    visit: Visit,
    invoice: Invoice,
    line: Line,
    before: Line | None,
    position: int,
) -> Line:
    if before is None:
        return _sold(backend, visit, invoice, line, position)
    if before.product_id != line.product_id:
        _return(backend, visit, invoice, before, Decimal(before.quantity))
        return _sold(backend, visit, invoice, replace(line, takes_stock=False), position)
    if not line.takes_stock:
        return line
    more = Decimal(line.quantity) - Decimal(before.quantity)
    if more > 0:
        field = f"items.{position}.quantity"
        stock.sell(backend, visit, line.product_id, more, field=field, about=_about(invoice))
    else:
        _return(backend, visit, invoice, before, -more)
    return line


def _return(
    backend: OptiBackend, visit: Visit, invoice: Invoice, line: Line, quantity: Decimal
) -> None:
    """Goods of a line come back. Assumed: those that were taken, whatever the product says by now."""
    if line.takes_stock:
        stock.take_back(backend, visit, line.product_id, quantity, about=_about(invoice))


def _about(invoice: Invoice) -> dict[str, Any]:
    return {
        "at": invoice.updated_at,
        "reference": invoice.document_number,
        "invoice_id": invoice.id,
    }
