"""Halo's records in the console: invoices of all kinds, payments, clients, and what lines refer to."""

from mockvoice.vendors.halo.record_kinds.catalogue import CURRENCIES, EXPENSES, ITEMS, TAXES
from mockvoice.vendors.halo.record_kinds.clients import CLIENTS, PAYMENTS
from mockvoice.vendors.halo.record_kinds.invoices import CREDITS, INVOICES, PO_INVOICES
from mockvoice.vendors.halo.record_kinds.recurring_invoices import RECURRING_INVOICES

RECORD_KINDS = (
    INVOICES,
    CREDITS,
    PO_INVOICES,
    RECURRING_INVOICES,
    PAYMENTS,
    CLIENTS,
    ITEMS,
    EXPENSES,
    TAXES,
    CURRENCIES,
)

__all__ = ["RECORD_KINDS"]
