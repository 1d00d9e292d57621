"""How COUNT is called, and what may be changed in a workspace that is not ours."""

from urllib.parse import urlsplit

from requests.auth import AuthBase

from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.signing import Signed


def caller(target: Target) -> AuthBase:
    """An application that acts for a user."""
    return Signed(
        target.credentials,
        target.now,
        bearer=target.credentials.get("access_token"),
        prefix=urlsplit(target.url).path,
    )


_FINAL = "a document that has been approved cannot be deleted"
_BY_ITSELF = "a template makes invoices by itself, which may stay"
_SEVERAL = "its answer's links do not name what it makes"

OWNERSHIP = Ownership(
    references={
        "invoiceId": "invoiceId", "invoiceIds": "invoiceId", "invoiceUuid": "invoiceId",
        "transactionId": "transactionId", "transactionIds": "transactionId",
        "transactionUuid": "transactionId", "creditMemoId": "invoiceId", "tagGroupId": "tagGroupId",
    },
    never={
        "recurring_invoice_templates.create": _BY_ITSELF,
        "recurring_invoice_templates.resume": _BY_ITSELF,
        "invoices.approve": _FINAL,
        "invoices.send": _FINAL,
        "customers.bulk_create": _SEVERAL,
        "accounts.bulk_create": _SEVERAL,
        "transactions.bulk_create": _SEVERAL,
        "customers.bulk_update": "it changes several records by an id in their midst",
        "tokens.grant": "it would replace the tokens that are in use",
        "tokens.refresh": "it would replace the tokens that are in use",
    },
    # Nothing deletes an approved document, and no answer names the template of one that recurs.
    never_with={
        "invoices.create": {"isDraft": False, "recurrencePattern": ...},
        "invoices.update": {"isDraft": False, "recurrencePattern": ...},
    },
)  # fmt: skip
