"""How OptiFlow is called, and what may be changed in a workspace that is not ours."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def caller(target: Target) -> AuthBase:
    """The workspace's owner."""
    return Bearer(target.credentials.get("owner", ""))


_STOCK = "movements of stock stay in the books"
_CONTEXT = "it changes which workspace a person works in"

OWNERSHIP = Ownership(
    references={"invoice_id": "invoiceId"},
    never={
        "stock_transfers.create": _STOCK,
        "inventory_adjustments.create": _STOCK,
        "initial_stock.create": _STOCK,
        "workspaces.create": "nothing deletes a workspace",
        "workspaces.select": _CONTEXT,
        "workspaces.deselect": _CONTEXT,
        "members.invite": "it writes to a person",
        "currencies.add_rate": "nothing deletes a rate",
        "document_subtypes.create": "nothing deletes a subtype",
    },
    # Such a payment is voided, and stays in the books with its bank account; and where one tax becomes
    # the default, another is it no more.
    never_with={
        "payments.create": {"payment_type": "other_income"},
        "taxes.create": {"is_default": ...},
        "taxes.replace": {"is_default": ...},
        "taxes.update": {"is_default": ...},
    },
    harmless=frozenset(("invoices.validate_ncf", "invoices.validate_ncf_unversioned")),
)
