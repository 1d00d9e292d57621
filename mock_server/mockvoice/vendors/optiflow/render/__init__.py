"""OptiFlow's records and errors as JSON, in its envelopes."""

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
    envelope,
    ncf_validation,
    page,
    pdf_response,
)
from mockvoice.vendors.optiflow.render.errors import error_response
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

__all__ = [
    "Json",
    "bank_account",
    "check_query",
    "contact",
    "currency",
    "currency_rate",
    "document_subtype",
    "envelope",
    "error_response",
    "invitation",
    "invoice",
    "invoice_row",
    "letterhead",
    "member",
    "movement",
    "ncf_validation",
    "page",
    "payment",
    "pdf_response",
    "product",
    "quotation",
    "quotation_row",
    "receipt",
    "salesman",
    "tax",
    "workspace",
]
