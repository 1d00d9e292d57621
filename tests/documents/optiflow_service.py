"""OptiFlow's API, and the records that its statements need."""

import itertools
from typing import Any

from tests.documents.service import CheckContext, Service

DAY = "2026-03-02"
SERVICE_PRODUCT = 3
_numbers = itertools.count(1)


class OptiService(Service):
    """Errors of a body have an entry for each field, with status 422."""

    rejection = 422


def _contact(context: CheckContext) -> Any:
    body = {"name": f"Cliente {next(_numbers)}", "contact_type": "customer"}
    return context.service.save("POST", "/contacts", body)["id"]


def _tracked(context: CheckContext) -> Any:
    number = next(_numbers)
    body = {"name": f"Lente {number}", "sku": f"DOC-{number}", "product_type": "physical"}
    return context.service.save("POST", "/products", {**body, "price": 50, "initial_quantity": 10})[
        "id"
    ]


def _invoice(context: CheckContext, item: dict[str, Any] | None = None, **fields: Any) -> Any:
    line = {"product_id": SERVICE_PRODUCT, "quantity": 1, "unit_price": 100, "taxes": []}
    body = {
        "contact_id": fields.pop("contact_id", None) or context["new_contact"],
        "document_subtype_id": 1,
        "issue_date": DAY,
        "items": [{**line, **(item or {})}],
    }
    return context.service.save("POST", "/invoices", {**body, **fields})["id"]


def _paid(amount: int) -> Any:
    def create(context: CheckContext) -> Any:
        invoice = _invoice(context)
        body = {"bank_account_id": 1, "payment_date": DAY, "payment_method": "cash"}
        context.service.save("POST", f"/invoices/{invoice}/payments", {**body, "amount": amount})
        return invoice

    return create


def _cancelled(context: CheckContext) -> Any:
    body = {"status": "cancelled"}
    return context.service.save("PATCH", f"/invoices/{_invoice(context)}", body)["id"]


def _draft(context: CheckContext) -> Any:
    """Create an invoice on an electronic series, which is switched on for it."""
    series = "/document-subtypes/12"
    if not context.service.send("GET", series).json()["data"]["is_active"]:
        context.service.save("PATCH", f"{series}/toggle-active", {})
    return _invoice(context, document_subtype_id=12)


def _number(context: CheckContext) -> Any:
    path = f"/invoices/{context['new_invoice']}"
    return context.service.send("GET", path).json()["data"]["document_number"]


def _quotation(context: CheckContext) -> Any:
    item = {"product_id": SERVICE_PRODUCT, "quantity": 1, "unit_price": 100}
    body = {"contact_id": context["new_contact"], "document_subtype_id": 10, "issue_date": DAY}
    return context.service.save("POST", "/quotations", {**body, "items": [item]})["id"]


def _rows(context: CheckContext) -> Any:
    """Create three invoices whose dates, numbers and amounts are in different orders."""
    for day, price in (("02", 1), ("03", 4), ("01", 2)):
        _invoice(context, {"unit_price": price}, issue_date=f"2026-03-{day}")
    return context["new_contact"]


RECORDS = {
    "new_contact": _contact,
    "new_other_contact": _contact,
    "new_tracked": _tracked,
    "new_invoice": _invoice,
    "new_other_day": lambda context: _invoice(context, issue_date="2026-03-05"),
    "new_due": lambda context: _invoice(context, due_date="2026-04-01", payment_terms="Net 30", notes="N"),
    "new_taxed": lambda context: _invoice(context, {"quantity": 2, "unit_price": 50, "discount_rate": 10, "taxes": [1]}),
    "new_sold": lambda context: _invoice(context, salesmen_ids=[1]),
    "new_dollars": lambda context: _invoice(context, currency_id=2),
    "new_partial": _paid(40),
    "new_paid": _paid(100),
    "new_cancelled": _cancelled,
    "new_draft": _draft,
    "new_number": _number,
    "new_quotation": _quotation,
    "new_other_invoice": lambda context: _invoice(context, contact_id=context["new_other_contact"]),
    "new_tracked_invoice": lambda context: _invoice(context, {"product_id": context["new_tracked"], "quantity": 4}),
    "rows": _rows,
}  # fmt: skip
