"""OptiFlow's records as JSON, in its envelopes; and its refusals."""

from mockvoice.vendors.optiflow.render.documents import (
    invoice,
    invoice_row,
    letterhead,
    payment,
    quotation,
    quotation_row,
    receipt,
)
from mockvoice.vendors.optiflow.render.envelopes import (
    check_query,
    one,
    page,
    pdf_answer,
    verdict,
)
from mockvoice.vendors.optiflow.render.parts import Json
from mockvoice.vendors.optiflow.render.records import (
    bank_account,
    contact,
    currency,
    currency_rate,
    document_subtype,
    invitation,
    member,
    movement,
    product,
    salesman,
    tax,
    workspace,
)
from mockvoice.vendors.optiflow.render.refusals import refuse

__all__ = [
    "Json",
    "bank_account",
    "check_query",
    "contact",
    "currency",
    "currency_rate",
    "document_subtype",
    "invitation",
    "invoice",
    "invoice_row",
    "letterhead",
    "member",
    "movement",
    "one",
    "page",
    "payment",
    "pdf_answer",
    "product",
    "quotation",
    "quotation_row",
    "receipt",
    "refuse",
    "salesman",
    "tax",
    "verdict",
    "workspace",
]
