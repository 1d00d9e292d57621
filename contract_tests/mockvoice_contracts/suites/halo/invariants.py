"""What holds of every invoice that Halo shows, whoever made it and however."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.checks import adds_up

Record = dict[str, Any]


def documents_of(body: Any) -> Iterator[Record]:
    """Every invoice in an answer: one by itself, an array, or a list's rows."""
    rows = body.get("invoices", [body]) if isinstance(body, dict) else body
    for record in rows if isinstance(rows, list) else []:
        if isinstance(record, dict) and {"amountdue", "tax_total", "revenue"} <= record.keys():
            yield record


def check_document(invoice: Record) -> None:
    """Raise ``AssertionError`` unless the amounts of an invoice belong together.

    A payment may be more than what is due; what is due is below zero then.
    """
    name = f"invoice {invoice['id']}"
    adds_up(f"total of {name}", invoice["total"], invoice["revenue"], invoice["tax_total"])
    if "invoice_totals" in invoice:
        totals = invoice["invoice_totals"]
        for inner, outer in (
            ("subTotal", "revenue"),
            ("taxTotal", "tax_total"),
            ("total", "total"),
        ):
            adds_up(f"{inner} of {name}", totals[inner], invoice[outer])
    if not invoice["voided"] and invoice["id"] > 0 and not invoice["invoicetype"]:
        adds_up(f"total of {name}", invoice["total"], invoice["amountpaid"], invoice["amountdue"])
    lines = [
        each for each in invoice.get("lines", ()) if not each["isgroupdesc"] and each["isActive"]
    ]
    if "lines" in invoice:
        adds_up(f"revenue of {name}", invoice["revenue"], *(each["net_amount"] for each in lines))
        adds_up(f"tax of {name}", invoice["tax_total"], *(each["tax_amount"] for each in lines))
    for each in lines:
        net = each["total_price"], -Decimal(str(each["total_discount"]))
        adds_up(f"a line's net_amount in {name}", each["net_amount"], *net)
