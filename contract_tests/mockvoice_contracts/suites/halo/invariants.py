"""Invariants of every invoice that Halo returns."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.invariant_checks import check_sum

Record = dict[str, Any]


def documents_of(body: Any) -> Iterator[Record]:
    """Yield the invoices of a body: a single invoice, an array, or the rows of a list."""
    rows = body.get("invoices", [body]) if isinstance(body, dict) else body
    for record in rows if isinstance(rows, list) else []:
        if isinstance(record, dict) and {"amountdue", "tax_total", "revenue"} <= record.keys():
            yield record


def check_document(invoice: Record) -> None:
    """Raise ``AssertionError`` unless the amounts of an invoice add up.

    Payments may exceed the amount due, which is then negative.
    """
    name = f"invoice {invoice['id']}"
    check_sum(f"total of {name}", invoice["total"], invoice["revenue"], invoice["tax_total"])
    if "invoice_totals" in invoice:
        totals = invoice["invoice_totals"]
        for total_name, name_on_invoice in (
            ("subTotal", "revenue"),
            ("taxTotal", "tax_total"),
            ("total", "total"),
        ):
            check_sum(f"{total_name} of {name}", totals[total_name], invoice[name_on_invoice])
    if not invoice["voided"] and invoice["id"] > 0 and not invoice["invoicetype"]:
        check_sum(f"total of {name}", invoice["total"], invoice["amountpaid"], invoice["amountdue"])
    lines = [
        line for line in invoice.get("lines", ()) if not line["isgroupdesc"] and line["isActive"]
    ]
    if "lines" in invoice:
        check_sum(f"revenue of {name}", invoice["revenue"], *(line["net_amount"] for line in lines))
        check_sum(f"tax of {name}", invoice["tax_total"], *(line["tax_amount"] for line in lines))
    for line in lines:
        parts = line["total_price"], -Decimal(str(line["total_discount"]))
        check_sum(f"a line's net_amount in {name}", line["net_amount"], *parts)
