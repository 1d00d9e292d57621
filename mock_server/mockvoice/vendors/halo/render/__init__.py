"""Halo's records and errors as JSON."""

from mockvoice.vendors.halo.render.errors import error_response
from mockvoice.vendors.halo.render.invoices import PERIOD_DATES, header, line, list_row
from mockvoice.vendors.halo.render.records import (
    budget_type,
    change,
    charge_rate,
    client,
    cost_centre,
    currency,
    expense,
    item,
    lookup,
    payment,
    pro_rata,
    status,
    tax,
    tax_rule,
    timer,
    viewers,
)
from mockvoice.vendors.halo.render.responses import envelope, one_or_many, page, saved_response

__all__ = [
    "PERIOD_DATES",
    "budget_type",
    "change",
    "charge_rate",
    "client",
    "cost_centre",
    "currency",
    "envelope",
    "error_response",
    "expense",
    "header",
    "item",
    "line",
    "list_row",
    "lookup",
    "one_or_many",
    "page",
    "payment",
    "pro_rata",
    "saved_response",
    "status",
    "tax",
    "tax_rule",
    "timer",
    "viewers",
]
