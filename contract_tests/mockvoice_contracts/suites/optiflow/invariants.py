"""Invariants of every invoice and quotation that OptiFlow returns."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.invariant_checks import check_sum

Record = dict[str, Any]


def documents_in(body: Any) -> Iterator[Record]:
    """Yield the invoices and quotations in a response body."""
    data = body.get("data") if isinstance(body, dict) else None
    for record in data if isinstance(data, list) else [data]:
        if isinstance(record, dict) and {"subtotal_amount", "total_amount"} <= record.keys():
            yield record


def check_document(document: Record) -> None:
    """Raise ``AssertionError`` if amounts do not add up or payments exceed the total."""
    name = f"document {document['document_number']}"
    discount = -Decimal(document["discount_amount"])
    parts = document["subtotal_amount"], discount, document["tax_amount"]
    check_sum(f"total_amount of {name}", document["total_amount"], *parts)
    for item in document.get("items", ()):
        line = item["subtotal"], -Decimal(item["discount_amount"]), item["tax_amount"]
        check_sum(f"a line's total in {name}", item["total"], *line)
        taxes = [tax["amount"] for tax in item["taxes"]]
        check_sum(f"a line's tax_amount in {name}", item["tax_amount"], *taxes)
    for whole, part in (
        ("subtotal_amount", "subtotal"), ("discount_amount", "discount_amount"),
        ("tax_amount", "tax_amount"), ("total_amount", "total"),
    ):  # fmt: skip
        if "items" in document:
            lines = [item[part] for item in document["items"]]
            check_sum(f"{whole} of {name}", document[whole], *lines)
    if "amount_due" in document:
        settled = document["amount_paid"], document["amount_due"]
        check_sum(f"total_amount of {name}", document["total_amount"], *settled)
        amount_due = document["amount_due"]
        assert Decimal(amount_due) >= 0, f"{name} has payments above its total: {amount_due=}"
