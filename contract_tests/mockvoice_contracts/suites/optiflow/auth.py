"""OptiFlow's authentication, and the operations that are safe in a workspace with real data."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def create_auth(target: Target) -> AuthBase:
    """Return the authentication of the workspace's owner."""
    return Bearer(target.credentials.get("owner", ""))


_STOCK = "stock movements cannot be deleted"
_CONTEXT = "it changes the workspace that a user works in"

OWNERSHIP = Ownership(
    references={"invoice_id": "invoiceId"},
    never={
        "stock_transfers.create": _STOCK,
        "inventory_adjustments.create": _STOCK,
        "initial_stock.create": _STOCK,
        "workspaces.create": "a workspace cannot be deleted",
        "workspaces.select": _CONTEXT,
        "workspaces.deselect": _CONTEXT,
        "members.invite": "it sends an e-mail to a person",
        "currencies.add_rate": "an exchange rate cannot be deleted",
        "document_subtypes.create": "a document subtype cannot be deleted",
    },
    # Such a payment can only be voided, and its bank account can no longer be deleted. A new default
    # tax takes the place of the account's own.
    never_with={
        "payments.create": {"payment_type": "other_income"},
        "taxes.create": {"is_default": ...},
        "taxes.replace": {"is_default": ...},
        "taxes.update": {"is_default": ...},
    },
    harmless=frozenset(("invoices.validate_ncf", "invoices.validate_ncf_unversioned")),
)
