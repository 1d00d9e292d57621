"""OptiFlow's records in the console: documents, payments, contacts, products, and settings."""

from mockvoice.vendors.optiflow.record_kinds.contacts import CONTACTS
from mockvoice.vendors.optiflow.record_kinds.documents import INVOICES, QUOTATIONS
from mockvoice.vendors.optiflow.record_kinds.payments import BANK_ACCOUNTS, PAYMENTS
from mockvoice.vendors.optiflow.record_kinds.products import PRODUCTS, STOCK_MOVEMENTS
from mockvoice.vendors.optiflow.record_kinds.settings import DOCUMENT_SUBTYPES, WORKSPACES

RECORD_KINDS = (
    INVOICES,
    QUOTATIONS,
    PAYMENTS,
    CONTACTS,
    PRODUCTS,
    STOCK_MOVEMENTS,
    BANK_ACCOUNTS,
    DOCUMENT_SUBTYPES,
    WORKSPACES,
)

__all__ = ["RECORD_KINDS"]
