"""Grow CRM's API, and the records that its statements need."""

import itertools
from typing import Any

from tests.documents.service import CheckContext, Service

DAY = "2026-03-02"
_numbers = itertools.count(1)


class GrowService(Service):
    """Errors of a body have an entry for each field, with status 422."""

    rejection = 422


def _client(context: CheckContext) -> Any:
    email = f"owner-{next(_numbers)}@documents.example"
    body = {"first_name": "Ada", "last_name": "Example", "email": email}
    return context.service.save("POST", "/clients", body)["id"]


def _project(context: CheckContext) -> Any:
    body = {
        "project_clientid": context["new_client"],
        "project_title": "P",
        "project_date_start": DAY,
    }
    return context.service.save("POST", "/projects", {**body, "project_categoryid": 1})["id"]


def _category(context: CheckContext) -> Any:
    body = {"category_name": f"Category {next(_numbers)}", "category_type": "invoice"}
    return context.service.save("POST", "/categories", body)["id"]


def _invoice(context: CheckContext, **fields: Any) -> Any:
    client = fields.pop("bill_clientid", None) or context["new_client"]
    body = {"bill_clientid": client, "bill_categoryid": 4, "bill_date": DAY}
    return context.service.save("POST", "/invoices", {**body, **fields})["id"]


def _with_items(context: CheckContext, rate: Any = 100, **fields: Any) -> Any:
    invoice = _invoice(context, **fields)
    items = [{"description": "Work", "quantity": 1, "rate": rate}]
    return context.service.save("PUT", f"/invoices/{invoice}/items", {"items": items})["id"]


def _published(context: CheckContext) -> Any:
    return context.service.save("PUT", f"/invoices/{_with_items(context)}/publish", None)["id"]


def _cancelled(context: CheckContext) -> Any:
    path = f"/invoices/{_with_items(context)}/status"
    return context.service.save("PUT", path, {"status": 20})["id"]


def _rows(context: CheckContext) -> Any:
    """Create three invoices whose dates and amounts are in different orders."""
    for day, due, rate in (("02", "09", 1), ("03", "08", 4), ("01", "10", 2)):
        dates = {"bill_date": f"2026-03-{day}", "bill_due_date": f"2026-04-{due}"}
        _with_items(context, rate, **dates)
    return context["new_client"]


def _zebra(context: CheckContext) -> Any:
    invoice = _invoice(context)
    items = [{"description": "A Zebra", "quantity": 1, "rate": 1}]
    return context.service.save("PUT", f"/invoices/{invoice}/items", {"items": items})["id"]


def _discounted(context: CheckContext) -> Any:
    header = {"bill_categoryid": 4, "bill_date": DAY}
    discount = {"bill_discount_type": "fixed", "bill_discount_amount": 30}
    path = f"/invoices/{_with_items(context)}"
    return context.service.save("PATCH", path, {**header, **discount})["id"]


RECORDS = {
    "new_client": _client,
    "new_project": _project,
    "new_category": _category,
    "new_invoice": _invoice,
    "new_other_invoice": _invoice,
    "new_project_invoice": lambda context: _invoice(context, bill_projectid=context["new_project"]),
    "new_category_invoice": lambda context: _invoice(
        context, bill_categoryid=context["new_category"]
    ),
    "new_filled": _with_items,
    "new_inline": lambda context: _invoice(context, bill_tax_type="inline"),
    "new_published": _published,
    "new_cancelled": _cancelled,
    "new_discounted": _discounted,
    "new_zebra": _zebra,
    "rows": _rows,
    "new_other_client": _client,
    "other_client_invoice": lambda context: _invoice(
        context, bill_clientid=context["new_other_client"]
    ),
}
