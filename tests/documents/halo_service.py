"""Halo's API, and the records that its statements need."""

import itertools
from collections.abc import Callable
from typing import Any

import requests

from tests.documents.service import Service, Trial

DAY = "2026-01-31"
_numbers = itertools.count(50_000)


class HaloService(Service):
    """Bodies are arrays, lists have a key of their own or none, and errors name a JSON path."""

    def save(self, method: str, path: str, body: Any) -> Any:
        return super().save(method, path, body if isinstance(body, list) else [body])

    def record(self, response: requests.Response) -> Any:
        return response.json()

    def rows(self, response: requests.Response, key: str) -> list[Any]:
        body = response.json()
        return list(body[key] if key else body)


def _saved(trial: Trial, path: str, **body: Any) -> Any:
    return trial.service.save("POST", f"/{path}", body)


def _named(path: str, **fields: Any) -> Any:
    def create(trial: Trial) -> Any:
        return _saved(trial, path, name=f"Record {next(_numbers)}", **fields)["id"]

    return create


def _invoice(trial: Trial, **fields: Any) -> Any:
    line = {"item_shortdescription": "Work", "unit_price": 40}
    return _saved(trial, "Invoice", client_id=trial["new_client"], **{"lines": [line], **fields})


def _template(trial: Trial, **fields: Any) -> Any:
    line = {"item_shortdescription": "Rent", "unit_price": 25}
    body = {"lines": [line], "nextcreationdate": DAY, "period": 2, **fields}
    return _saved(trial, "RecurringInvoice", client_id=trial["new_client"], **body)


def _payment(trial: Trial) -> Any:
    return _saved(trial, "InvoicePayment", invoice_id=trial["new_invoice"], amount=1)["id"]


def _made_invoice(trial: Trial) -> Any:
    path, body = "/RecurringInvoice/process", [trial["new_template"]]
    return trial.service.save("POST", path, body)[0]["id"]


def _tax_rule(trial: Trial) -> Any:
    condition = {"value_type": 4, "value": "2147483647"}
    body = {"taxid": trial["new_tax"], "tax_conditions": [condition]}
    return _saved(trial, "TaxRule", name=f"Rule {next(_numbers)}", **body)["id"]


def _composite(trial: Trial) -> Any:
    rates = [{"id": trial["new_tax"]}]
    return _saved(trial, "Tax", name="Both", is_composite=True, linked_rates=rates)["id"]


def _rows(trial: Trial) -> Any:
    """Create three invoices with totals 4, 1 and 2, in the order of their dates."""
    for day, price in enumerate((4, 1, 2), start=1):
        lines = [{"unit_price": price}]
        _invoice(trial, lines=lines, invoice_date=f"2026-01-0{day}")
    return trial["new_client"]


def _template_rows(trial: Trial) -> Any:
    for day, price in enumerate((4, 1, 2), start=1):
        _template(trial, lines=[{"unit_price": price}], invoice_date=f"2026-01-0{day}")
    return trial["new_client"]


def _payment_rows(trial: Trial) -> Any:
    for amount in (4, 1, 2):
        _saved(trial, "InvoicePayment", invoice_id=trial["new_invoice"], amount=amount)
    return trial["new_invoice"]


def _change_rows(trial: Trial) -> Any:
    for name in ("a", "c", "b"):
        _saved(trial, "InvoiceChange", invoice_id=trial["new_invoice"], field_name=name)
    return trial["new_invoice"]


def _rate(choose: Callable[[Any], Any], field: str = "id") -> Callable[[Trial], Any]:
    """Select a charge rate of the demo data, since the API cannot create any."""

    def find(trial: Trial) -> Any:
        rows = trial.service.send("GET", "/ChargeRate").json()
        # Only a single record says whether it is current.
        rates = (trial.service.send("GET", f"/ChargeRate/{row['id']}").json() for row in rows)
        return next(rate[field] for rate in rates if choose(rate))

    return find


def _is_global(rate: Any) -> bool:
    return not rate["area"] and not rate["contract_id"] and bool(rate["current"])


def _other_client_invoice(trial: Trial) -> Any:
    return _saved(trial, "Invoice", client_id=trial["new_other_client"])["id"]


RECORDS = {
    "new_client": _named("Client"),
    "new_other_client": _named("Client"),
    "new_number": lambda trial: next(_numbers),
    "new_toplevel_client": lambda trial: _named("Client", toplevel_id=trial["new_number"])(trial),
    "new_item": _named("Item", baseprice=3),
    "new_tax": _named("Tax", value=20),
    "new_composite": _composite,
    "new_tax_rule": _tax_rule,
    "new_currency": _named("Currency", conversion_rate=3),
    "new_cost_centre": _named("CostCentres"),
    "new_budget_type": _named("BudgetType"),
    "new_invoice": lambda trial: _invoice(trial)["id"],
    "new_item_invoice": lambda trial: _invoice(trial, lines=[{"_itemid": trial["new_item"]}])["id"],
    "new_item_template": lambda trial: _template(trial, lines=[{"_itemid": trial["new_item"]}])["id"],
    "new_posted_invoice": lambda trial: _invoice(trial, posted=True)["id"],
    "new_template": lambda trial: _template(trial)["id"],
    "new_other_template": lambda trial: _template(trial)["id"],
    "new_posted_template": lambda trial: _template(trial, posted=True)["id"],
    "new_line": lambda trial: _line(trial, "Invoice", "new_invoice"),
    "new_template_line": lambda trial: _line(trial, "RecurringInvoice", "new_template"),
    "new_made_invoice": _made_invoice,
    "new_payment": _payment,
    "rows": _rows,
    "template_rows": _template_rows,
    "payment_rows": _payment_rows,
    "change_rows": _change_rows,
    "charge_rate": _rate(_is_global),
    "client_rate": _rate(lambda rate: rate["area"]),
    "client_rate_client": _rate(lambda rate: rate["area"], "area"),
    "contract_rate": _rate(lambda rate: rate["contract_id"]),
    "contract_rate_contract": _rate(lambda rate: rate["contract_id"], "contract_id"),
    "expired_rate": _rate(lambda rate: not rate["current"]),
    "new_other_invoice": _other_client_invoice,
    "other_invoice": _other_client_invoice,
    "none": lambda trial: None,
}  # fmt: skip


def _line(trial: Trial, path: str, owner: str) -> Any:
    return trial.service.send("GET", f"/{path}/{trial[owner]}").json()["lines"][0]["id"]
