"""COUNT's records as JSON, its envelopes and its error responses."""

from mockvoice.vendors.count.render.documents import audit_log, invoice, template
from mockvoice.vendors.count.render.envelopes import (
    bulk,
    deleted,
    page,
    success,
    team,
    tokens,
    with_warnings,
)
from mockvoice.vendors.count.render.errors import error_response
from mockvoice.vendors.count.render.events import event_data
from mockvoice.vendors.count.render.parts import Json
from mockvoice.vendors.count.render.records import (
    account,
    account_renderer,
    customer,
    product,
    sub_type,
    tag,
    tag_group,
    tax,
    transaction,
    webhook,
)

__all__ = [
    "Json",
    "account",
    "account_renderer",
    "audit_log",
    "bulk",
    "customer",
    "deleted",
    "error_response",
    "event_data",
    "invoice",
    "page",
    "product",
    "sub_type",
    "success",
    "tag",
    "tag_group",
    "tax",
    "team",
    "template",
    "tokens",
    "transaction",
    "webhook",
    "with_warnings",
]
