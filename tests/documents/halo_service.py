"""Halo's API, and the records that its statements need."""

import itertools
from collections.abc import Callable
from typing import Any

import requests

from tests.documents.service import CheckContext, Service

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


def _saved(context: CheckContext, path: str, **body: Any) -> Any:
    return context.service.save("POST", f"/{path}", body)


def _named(path: str, **fields: Any) -> Any:
    def create(context: CheckContext) -> Any:
        return _saved(context, path, name=f"Record {next(_numbers)}", **fields)["id"]

    return create


def _invoice(context: CheckContext, **fields: Any) -> Any:
    line = {"item_shortdescription": "Work", "unit_price": 40}
    return _saved(
        context, "Invoice", client_id=context["new_client"], **{"lines": [line], **fields}
    )


def _template(context: CheckContext, **fields: Any) -> Any:
    line = {"item_shortdescription": "Rent", "unit_price": 25}
    body = {"lines": [line], "nextcreationdate": DAY, "period": 2, **fields}
    return _saved(context, "RecurringInvoice", client_id=context["new_client"], **body)


def _payment(context: CheckContext) -> Any:
    return _saved(context, "InvoicePayment", invoice_id=context["new_invoice"], amount=1)["id"]


def _made_invoice(context: CheckContext) -> Any:
    path, body = "/RecurringInvoice/process", [context["new_template"]]
    return context.service.save("POST", path, body)[0]["id"]


def _tax_rule(context: CheckContext) -> Any:
    condition = {"value_type": 4, "value": "2147483647"}
    body = {"taxid": context["new_tax"], "tax_conditions": [condition]}
    return _saved(context, "TaxRule", name=f"Rule {next(_numbers)}", **body)["id"]


def _composite(context: CheckContext) -> Any:
    rates = [{"id": context["new_tax"]}]
    return _saved(context, "Tax", name="Both", is_composite=True, linked_rates=rates)["id"]


def _rows(context: CheckContext) -> Any:
    """Create three invoices with totals 4, 1 and 2, in the order of their dates."""
    for day, price in enumerate((4, 1, 2), start=1):
        lines = [{"unit_price": price}]
        _invoice(context, lines=lines, invoice_date=f"2026-01-0{day}")
    return context["new_client"]


def _template_rows(context: CheckContext) -> Any:
    for day, price in enumerate((4, 1, 2), start=1):
        _template(context, lines=[{"unit_price": price}], invoice_date=f"2026-01-0{day}")
    return context["new_client"]


def _payment_rows(context: CheckContext) -> Any:
    for amount in (4, 1, 2):
        _saved(context, "InvoicePayment", invoice_id=context["new_invoice"], amount=amount)
    return context["new_invoice"]


def _change_rows(context: CheckContext) -> Any:
    for name in ("a", "c", "b"):
        _saved(context, "InvoiceChange", invoice_id=context["new_invoice"], field_name=name)
    return context["new_invoice"]


def _rate(choose: Callable[[Any], Any], field: str = "id") -> Callable[[CheckContext], Any]:
    """Select a charge rate of the demo data, since the API cannot create any."""

    def find(context: CheckContext) -> Any:
        rows = context.service.send("GET", "/ChargeRate").json()
        # Only a single record says whether it is current.
        rates = (context.service.send("GET", f"/ChargeRate/{row['id']}").json() for row in rows)
        return next(rate[field] for rate in rates if choose(rate))

    return find


def _is_global(rate: Any) -> bool:
    return not rate["area"] and not rate["contract_id"] and bool(rate["current"])


def _other_client_invoice(context: CheckContext) -> Any:
    return _saved(context, "Invoice", client_id=context["new_other_client"])["id"]


RECORDS = {
    "new_client": _named("Client"),
    "new_other_client": _named("Client"),
    "new_number": lambda context: next(_numbers),
    "new_toplevel_client": lambda context: _named("Client", toplevel_id=context["new_number"])(context),
    "new_item": _named("Item", baseprice=3),
    "new_tax": _named("Tax", value=20),
    "new_composite": _composite,
    "new_tax_rule": _tax_rule,
    "new_currency": _named("Currency", conversion_rate=3),
    "new_cost_centre": _named("CostCentres"),
    "new_budget_type": _named("BudgetType"),
    "new_invoice": lambda context: _invoice(context)["id"],
    "new_item_invoice": lambda context: _invoice(context, lines=[{"_itemid": context["new_item"]}])["id"],
    "new_item_template": lambda context: _template(context, lines=[{"_itemid": context["new_item"]}])["id"],
    "new_posted_invoice": lambda context: _invoice(context, posted=True)["id"],
    "new_template": lambda context: _template(context)["id"],
    "new_other_template": lambda context: _template(context)["id"],
    "new_posted_template": lambda context: _template(context, posted=True)["id"],
    "new_line": lambda context: _line(context, "Invoice", "new_invoice"),
    "new_template_line": lambda context: _line(context, "RecurringInvoice", "new_template"),
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
    "none": lambda context: None,
}  # fmt: skip


def _line(context: CheckContext, path: str, owner: str) -> Any:
    return context.service.send("GET", f"/{path}/{context[owner]}").json()["lines"][0]["id"]
