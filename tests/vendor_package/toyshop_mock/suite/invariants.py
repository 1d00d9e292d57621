"""What is true of every order."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mockvoice_contracts.suite_api import check_sum


def orders_in(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the orders of a response body."""
    for record in body if isinstance(body, list) else [body]:
        if isinstance(record, dict) and "lines" in record:
            yield record


def check_order(order: dict[str, Any]) -> None:
    """Raise ``AssertionError`` if the total is not the lines plus tax, rounded half up."""
    subtotal = sum(
        (line["quantity"] * Decimal(line["price"]) for line in order["lines"]), Decimal(0)
    )
    tax = subtotal * Decimal(str(order["tax_rate"])) / 100
    check_sum("the total", order["total"], subtotal, tax.quantize(Decimal("0.01"), ROUND_HALF_UP))
