"""Grow CRM's JSON: records, response envelopes and error responses."""

from mockvoice.vendors.growcrm.render.bills import estimate, invoice
from mockvoice.vendors.growcrm.render.envelopes import envelope, error_response, id_envelope, page
from mockvoice.vendors.growcrm.render.parts import Json
from mockvoice.vendors.growcrm.render.records import (
    category,
    client,
    contact,
    item,
    payment,
    project,
    refund,
    team_member,
)

__all__ = [
    "Json",
    "category",
    "client",
    "contact",
    "envelope",
    "error_response",
    "estimate",
    "id_envelope",
    "invoice",
    "item",
    "page",
    "payment",
    "project",
    "refund",
    "team_member",
]
