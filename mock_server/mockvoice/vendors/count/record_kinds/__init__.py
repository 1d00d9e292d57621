"""COUNT's records in the console: documents, templates, customers, products, transactions, accounts."""

from mockvoice.vendors.count.record_kinds.customers import CUSTOMERS, PRODUCTS
from mockvoice.vendors.count.record_kinds.documents import (
    CREDIT_MEMOS,
    ESTIMATES,
    INVOICES,
    QUOTES,
)
from mockvoice.vendors.count.record_kinds.ledger import ACCOUNTS, TRANSACTIONS
from mockvoice.vendors.count.record_kinds.templates import TEMPLATES

RECORD_KINDS = (
    INVOICES,
    QUOTES,
    ESTIMATES,
    CREDIT_MEMOS,
    TEMPLATES,
    CUSTOMERS,
    PRODUCTS,
    TRANSACTIONS,
    ACCOUNTS,
)

__all__ = ["RECORD_KINDS"]
