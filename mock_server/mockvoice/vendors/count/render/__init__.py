"""COUNT's records as JSON, in its envelopes; and its refusals."""

from mockvoice.vendors.count.render.documents import history, invoice, template
from mockvoice.vendors.count.render.envelopes import (
    answer,
    bulk,
    deleted,
    one,
    page,
    team,
    tokens,
)
from mockvoice.vendors.count.render.events import event_data
from mockvoice.vendors.count.render.parts import Json
from mockvoice.vendors.count.render.records import (
    account,
    account_with,
    customer,
    product,
    sub_type,
    tag,
    tag_group,
    tax,
    transaction,
    webhook,
)
from mockvoice.vendors.count.render.refusals import refuse

__all__ = [
    "Json",
    "account",
    "account_with",
    "answer",
    "bulk",
    "customer",
    "deleted",
    "event_data",
    "history",
    "invoice",
    "one",
    "page",
    "product",
    "refuse",
    "sub_type",
    "tag",
    "tag_group",
    "tax",
    "team",
    "template",
    "tokens",
    "transaction",
    "webhook",
]
