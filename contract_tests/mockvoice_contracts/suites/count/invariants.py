"""Invariants of every document in COUNT's responses."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mockvoice_contracts.harness.invariant_checks import check_sum

Record = dict[str, Any]


def documents_of(body: Any) -> Iterator[Record]:
    """Yield every document in a response body."""
    data = body.get("data") if isinstance(body, dict) else None
    rows = data.get("invoices", [data]) if isinstance(data, dict) else []
    for record in rows if isinstance(rows, list) else []:
        if isinstance(record, dict) and {"amountDue", "products", "taxSetting"} <= record.keys():
            yield record


def check_document(document: Record) -> None:
    """Raise ``AssertionError`` unless the amounts of a document are consistent."""
    name, lines = f"document {document['id']}", document["products"]
    taxes = [line["taxAmount"] for line in lines]
    inclusive = document["taxSetting"] == "inclusive"
    net = [f"-{tax}" for tax in taxes] if inclusive else []
    check_sum(f"taxTotal of {name}", document["taxTotal"], *taxes)
    check_sum(
        f"subtotal of {name}", document["subtotal"], *(line["amount"] for line in lines), *net
    )
    discount = -Decimal(str(document["discount"]))
    check_sum(
        f"total of {name}", document["total"], document["subtotal"], document["taxTotal"], discount
    )
    settled = document["paidAmount"], document["creditedAmount"]
    check_sum(f"total of {name}", document["total"], document["amountDue"], *settled)
    assert Decimal(str(document["amountDue"])) >= 0, (
        f"payments and credits of {name} exceed its total"
    )
