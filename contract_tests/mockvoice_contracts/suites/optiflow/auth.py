"""OptiFlow's authentication, and the operations that mode ``own-data`` must not call."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def create_auth(target: Target) -> AuthBase:
    """Return the authentication of the workspace's owner."""
    return Bearer(target.credentials.get("owner", ""))


_STOCK = "stock movements cannot be deleted"
_CHANGES_WORKSPACE = "it changes the workspace that a user works in"

OWNERSHIP = Ownership(
    references={"invoice_id": "invoiceId"},
    forbidden={
        "stock_transfers.create": _STOCK,
        "inventory_adjustments.create": _STOCK,
        "initial_stock.create": _STOCK,
        "workspaces.create": "a workspace cannot be deleted",
        "workspaces.select": _CHANGES_WORKSPACE,
        "workspaces.deselect": _CHANGES_WORKSPACE,
        "members.invite": "it sends an e-mail to a person",
        "currencies.add_rate": "an exchange rate cannot be deleted",
        "document_subtypes.create": "a document subtype cannot be deleted",
    },
    # A payment of type ``other_income`` can only be voided, so its bank account cannot be deleted
    # afterwards. A new default tax replaces the account's default.
    forbidden_bodies={
        "payments.create": {"payment_type": "other_income"},
        "taxes.create": {"is_default": ...},
        "taxes.replace": {"is_default": ...},
        "taxes.update": {"is_default": ...},
    },
    read_only=frozenset(("invoices.validate_ncf", "invoices.validate_ncf_unversioned")),
)
