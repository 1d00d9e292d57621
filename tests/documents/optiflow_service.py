"""OptiFlow's API, and the records that its statements need."""

import itertools
from typing import Any

from tests.documents.service import Service, Trial

DAY = "2026-03-02"
SERVICE_PRODUCT = 3
_numbers = itertools.count(1)


class OptiService(Service):
    """Errors of a body have an entry for each field, with status 422."""

    rejection = 422


def _contact(trial: Trial) -> Any:
    body = {"name": f"Cliente {next(_numbers)}", "contact_type": "customer"}
    return trial.service.save("POST", "/contacts", body)["id"]


def _tracked(trial: Trial) -> Any:
    number = next(_numbers)
    body = {"name": f"Lente {number}", "sku": f"DOC-{number}", "product_type": "physical"}
    return trial.service.save("POST", "/products", {**body, "price": 50, "initial_quantity": 10})[
        "id"
    ]


def _invoice(trial: Trial, item: dict[str, Any] | None = None, **fields: Any) -> Any:
    line = {"product_id": SERVICE_PRODUCT, "quantity": 1, "unit_price": 100, "taxes": []}
    body = {
        "contact_id": fields.pop("contact_id", None) or trial["new_contact"],
        "document_subtype_id": 1,
        "issue_date": DAY,
        "items": [{**line, **(item or {})}],
    }
    return trial.service.save("POST", "/invoices", {**body, **fields})["id"]


def _paid(amount: int) -> Any:
    def create(trial: Trial) -> Any:
        invoice = _invoice(trial)
        body = {"bank_account_id": 1, "payment_date": DAY, "payment_method": "cash"}
        trial.service.save("POST", f"/invoices/{invoice}/payments", {**body, "amount": amount})
        return invoice

    return create


def _cancelled(trial: Trial) -> Any:
    body = {"status": "cancelled"}
    return trial.service.save("PATCH", f"/invoices/{_invoice(trial)}", body)["id"]


def _draft(trial: Trial) -> Any:
    """Create an invoice on an electronic series, which is switched on for it."""
    series = "/document-subtypes/12"
    if not trial.service.send("GET", series).json()["data"]["is_active"]:
        trial.service.save("PATCH", f"{series}/toggle-active", {})
    return _invoice(trial, document_subtype_id=12)


def _number(trial: Trial) -> Any:
    path = f"/invoices/{trial['new_invoice']}"
    return trial.service.send("GET", path).json()["data"]["document_number"]


def _quotation(trial: Trial) -> Any:
    item = {"product_id": SERVICE_PRODUCT, "quantity": 1, "unit_price": 100}
    body = {"contact_id": trial["new_contact"], "document_subtype_id": 10, "issue_date": DAY}
    return trial.service.save("POST", "/quotations", {**body, "items": [item]})["id"]


def _rows(trial: Trial) -> Any:
    """Create three invoices whose dates, numbers and amounts are in different orders."""
    for day, price in (("02", 1), ("03", 4), ("01", 2)):
        _invoice(trial, {"unit_price": price}, issue_date=f"2026-03-{day}")
    return trial["new_contact"]


RECORDS = {
    "new_contact": _contact,
    "new_other_contact": _contact,
    "new_tracked": _tracked,
    "new_invoice": _invoice,
    "new_other_day": lambda trial: _invoice(trial, issue_date="2026-03-05"),
    "new_due": lambda trial: _invoice(trial, due_date="2026-04-01", payment_terms="Net 30", notes="N"),
    "new_taxed": lambda trial: _invoice(trial, {"quantity": 2, "unit_price": 50, "discount_rate": 10, "taxes": [1]}),
    "new_sold": lambda trial: _invoice(trial, salesmen_ids=[1]),
    "new_dollars": lambda trial: _invoice(trial, currency_id=2),
    "new_partial": _paid(40),
    "new_paid": _paid(100),
    "new_cancelled": _cancelled,
    "new_draft": _draft,
    "new_number": _number,
    "new_quotation": _quotation,
    "new_other_invoice": lambda trial: _invoice(trial, contact_id=trial["new_other_contact"]),
    "new_tracked_invoice": lambda trial: _invoice(trial, {"product_id": trial["new_tracked"], "quantity": 4}),
    "new_rows": _rows,
}  # fmt: skip
