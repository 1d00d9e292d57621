"""Parts that pages of COUNT's documents and templates share."""

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.web.record_kinds import (
    BAD,
    GOOD,
    INFO,
    NEUTRAL,
    WARNING,
    PartTable,
)

LINES = PartTable(
    "Lines",
    "products",
    {
        "Description": "description",
        "Quantity": "quantity",
        "Unit price": "unitPrice",
        "Tax": "taxAmount",
        "Amount": "amount",
    },
    amounts=("Unit price", "Tax", "Amount"),
)
TOTALS = {
    "Subtotal": "subtotal",
    "Discount": "discount",
    "Tax": "taxTotal",
    "Total": "total",
}
CUSTOMER = ("customer/customer", "customer/email")
TONES = {
    "draft": INFO,
    "approved": INFO,
    "sent": INFO,
    "partial": WARNING,
    "overdue": BAD,
    "expired": BAD,
    "paid": GOOD,
    "active": GOOD,
    "paused": WARNING,
    "inactive": NEUTRAL,
}


def customer_name(backend: CountBackend, customer_id: str | None) -> str:
    """Return the name of a customer, or empty text."""
    customer = backend.customers.get(customer_id) if customer_id else None
    return customer.name if customer else ""
