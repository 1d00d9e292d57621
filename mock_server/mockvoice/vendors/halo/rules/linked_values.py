"""Values of an invoice that come from other records: its client, its agent, and a credited invoice.

They change when the other record changes, so no sort order is kept for them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Invoice
from mockvoice.vendors.halo.rules import invoices, payments


def site_name(backend: HaloBackend, invoice: Invoice) -> str | None:
    """Return the name of the site. Assumed: only the main site of a client has one."""
    client = backend.clients.get(invoice.client_id)
    if client is None or invoice.extra.get("sitenumber") != client.main_site_id:
        return None
    name: str = client.extra.get("main_site_name", "Main")
    return name


def accounts_id(backend: HaloBackend, invoice: Invoice) -> str:
    """Return the client's id in the accounts package: as sent, or else the client's own; empty if none."""
    client = backend.clients.get(invoice.client_id)
    default = client.extra.get("accountsid", "") if client else ""
    return str(invoice.extra.get("accountsid", default))


def assigned_agent_name(backend: HaloBackend, invoice: Invoice) -> str:
    """Return the name of the responsible agent; empty if there is none."""
    agent = backend.agents.get(invoice.extra.get("assigned_agent") or 0)
    return agent.name if agent else ""


def credited_invoice(backend: HaloBackend, invoice: Invoice) -> Invoice | None:
    """Return the invoice that a credit is of, or ``None``."""
    return backend.invoices.get(invoice.extra.get("creditlinkedtoinvoiceid", 0))


def credited_number(backend: HaloBackend, invoice: Invoice) -> str:
    """Return the number of the credited invoice in the accounts package; empty if none."""
    credited = credited_invoice(backend, invoice)
    return str(credited.extra.get("thirdpartyinvoicenumber", "")) if credited else ""


def credited_kind(backend: HaloBackend, invoice: Invoice) -> int | None:
    """Return the kind of the credited invoice."""
    credited = credited_invoice(backend, invoice)
    return credited.kind if credited else None


# The properties of a row with such a value.
LINKED_VALUES: Mapping[str, Callable[[HaloBackend, Invoice], Any]] = {
    "accountsid": accounts_id,
    "assigned_agent_name": assigned_agent_name,
    "credit_outstanding": payments.credit_outstanding,
    "credit_used": payments.credit_used,
    "creditlinkedtoinvoiceid_thirdpartynumber": credited_number,
    "creditlinkedtoinvoiceid_typeid": credited_kind,
    "site_name": site_name,
    "_cantedit": invoices.is_locked,
}
