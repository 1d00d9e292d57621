"""Grow CRM's API, and the records that its statements need."""

import itertools
from typing import Any

from tests.documents.service import Service, Trial

DAY = "2026-03-02"
_numbers = itertools.count(1)


class GrowService(Service):
    """Errors of a body have an entry for each field, with status 422."""

    rejection = 422


def _client(trial: Trial) -> Any:
    email = f"owner-{next(_numbers)}@documents.example"
    body = {"first_name": "Ada", "last_name": "Example", "email": email}
    return trial.service.save("POST", "/clients", body)["id"]


def _project(trial: Trial) -> Any:
    body = {
        "project_clientid": trial["new_client"],
        "project_title": "P",
        "project_date_start": DAY,
    }
    return trial.service.save("POST", "/projects", {**body, "project_categoryid": 1})["id"]


def _category(trial: Trial) -> Any:
    body = {"category_name": f"Category {next(_numbers)}", "category_type": "invoice"}
    return trial.service.save("POST", "/categories", body)["id"]


def _invoice(trial: Trial, **fields: Any) -> Any:
    client = fields.pop("bill_clientid", None) or trial["new_client"]
    body = {"bill_clientid": client, "bill_categoryid": 4, "bill_date": DAY}
    return trial.service.save("POST", "/invoices", {**body, **fields})["id"]


def _with_items(trial: Trial, rate: Any = 100, **fields: Any) -> Any:
    invoice = _invoice(trial, **fields)
    items = [{"description": "Work", "quantity": 1, "rate": rate}]
    return trial.service.save("PUT", f"/invoices/{invoice}/items", {"items": items})["id"]


def _published(trial: Trial) -> Any:
    return trial.service.save("PUT", f"/invoices/{_with_items(trial)}/publish", None)["id"]


def _cancelled(trial: Trial) -> Any:
    path = f"/invoices/{_with_items(trial)}/status"
    return trial.service.save("PUT", path, {"status": 20})["id"]


def _rows(trial: Trial) -> Any:
    """Create three invoices whose dates and amounts are in different orders."""
    for day, due, rate in (("02", "09", 1), ("03", "08", 4), ("01", "10", 2)):
        dates = {"bill_date": f"2026-03-{day}", "bill_due_date": f"2026-04-{due}"}
        _with_items(trial, rate, **dates)
    return trial["new_client"]


def _zebra(trial: Trial) -> Any:
    invoice = _invoice(trial)
    items = [{"description": "A Zebra", "quantity": 1, "rate": 1}]
    return trial.service.save("PUT", f"/invoices/{invoice}/items", {"items": items})["id"]


def _discounted(trial: Trial) -> Any:
    header = {"bill_categoryid": 4, "bill_date": DAY}
    discount = {"bill_discount_type": "fixed", "bill_discount_amount": 30}
    path = f"/invoices/{_with_items(trial)}"
    return trial.service.save("PATCH", path, {**header, **discount})["id"]


RECORDS = {
    "new_client": _client,
    "new_project": _project,
    "new_category": _category,
    "new_invoice": _invoice,
    "new_other_invoice": _invoice,
    "new_project_invoice": lambda trial: _invoice(trial, bill_projectid=trial["new_project"]),
    "new_category_invoice": lambda trial: _invoice(trial, bill_categoryid=trial["new_category"]),
    "new_filled": _with_items,
    "new_inline": lambda trial: _invoice(trial, bill_tax_type="inline"),
    "new_published": _published,
    "new_cancelled": _cancelled,
    "new_discounted": _discounted,
    "new_zebra": _zebra,
    "new_rows": _rows,
    "new_other_client": _client,
    "other_client_invoice": lambda trial: _invoice(trial, bill_clientid=trial["new_other_client"]),
}
