"""Grow CRM's records in the console: bills, money, clients and their people, projects, and settings."""

from mockvoice.vendors.growcrm.record_kinds.bills import ESTIMATES, INVOICES
from mockvoice.vendors.growcrm.record_kinds.clients import CLIENTS, CONTACTS, PROJECTS
from mockvoice.vendors.growcrm.record_kinds.payments import PAYMENTS, REFUNDS
from mockvoice.vendors.growcrm.record_kinds.settings import CATEGORIES, ITEMS, TEAM

RECORD_KINDS = (
    INVOICES,
    ESTIMATES,
    PAYMENTS,
    REFUNDS,
    CLIENTS,
    CONTACTS,
    PROJECTS,
    ITEMS,
    CATEGORIES,
    TEAM,
)

__all__ = ["RECORD_KINDS"]
