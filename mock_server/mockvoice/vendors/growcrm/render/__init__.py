"""Grow CRM's records as JSON, in its envelopes; and its refusals."""

from mockvoice.vendors.growcrm.render.bills import estimate, invoice
from mockvoice.vendors.growcrm.render.envelopes import answer, only_id, page, refuse
from mockvoice.vendors.growcrm.render.parts import Json
from mockvoice.vendors.growcrm.render.records import (
    category,
    client,
    contact,
    item,
    payment,
    project,
    refund,
)

__all__ = [
    "Json",
    "answer",
    "category",
    "client",
    "contact",
    "estimate",
    "invoice",
    "item",
    "only_id",
    "page",
    "payment",
    "project",
    "refund",
    "refuse",
]
