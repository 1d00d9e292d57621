"""Authentication for Halo, and the ownership rules of mode own-data."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def create_auth(target: Target) -> AuthBase:
    """Return the credentials of an agent with all rights."""
    return Bearer(target.credentials.get("access_token", ""))


# The path parameter with the id of a record, by the resource whose save can update the record.
_SAVES = {
    "invoice": "invoiceId", "recurring_invoice": "recurringInvoiceId", "invoice_payment": "paymentId",
    "tax": "taxId", "tax_rule": "taxRuleId", "currency": "currencyId", "cost_centres": "costCentreId",
    "budget_type": "budgetTypeId", "client": "clientId", "item": "itemId",
}  # fmt: skip

OWNERSHIP = Ownership(
    references={"ihid": "invoiceId"},
    by_operation={
        **{f"{resource}.save": {".id": name} for resource, name in _SAVES.items()},
        "invoice_payment.save": {".id": "paymentId", "invoice_id": "invoiceId"},
        "invoice_change.save": {"invoice_id": "invoiceId"},
        "invoice.view": {".id": "invoiceId"},  # stores who views the invoice
        "recurring_invoice.add_lines": {"ihid": "recurringInvoiceId"},
        "recurring_invoice.update_lines": {"ihid": "recurringInvoiceId"},
    },
    forbidden={
        "recurring_invoice.process": "it creates all invoices that are due",
        "expense.save": "expenses cannot be deleted",
        "template.save": "templates' timers cannot be deleted",
    },
    # These create payments whose ids no response contains; a posted invoice also exists in the
    # accounting package.
    forbidden_bodies={
        "invoice.save": {
            "markaspaid": ...,
            "apply_credit": ...,
            "mark_credit_as_used": ...,
            "posted": True,
        }
    },
    read_only=frozenset(("token.grant",)),
)
