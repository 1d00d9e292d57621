"""Halo's records as JSON, and its refusals."""

from mockvoice.vendors.halo.render.answers import found, one_or_many, page, saved
from mockvoice.vendors.halo.render.invoices import header, line, row
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
from mockvoice.vendors.halo.render.refusals import refuse

__all__ = [
    "budget_type",
    "change",
    "charge_rate",
    "client",
    "cost_centre",
    "currency",
    "expense",
    "found",
    "header",
    "item",
    "line",
    "lookup",
    "one_or_many",
    "page",
    "payment",
    "pro_rata",
    "refuse",
    "row",
    "saved",
    "status",
    "tax",
    "tax_rule",
    "timer",
    "viewers",
]
