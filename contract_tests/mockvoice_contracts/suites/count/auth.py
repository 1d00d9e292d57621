"""Authentication of COUNT's suite, and its rules for mode ``own-data``."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness.curl import ShellHeaders
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count import shell_signature
from mockvoice_contracts.suites.count.request_signer import signed_auth


def create_auth(target: Target) -> AuthBase:
    """Return the authentication of an application that acts for a user."""
    return signed_auth(target, target.credentials.get("access_token"))


def shell_headers(
    target: Target, exchange: requests.Response, secrets: Mapping[str, str]
) -> ShellHeaders | None:
    """Return the headers that sign a request again when its curl command runs."""
    return shell_signature.headers(exchange, secrets, prefix=urlsplit(target.url).path)


_NOT_DELETABLE = "an approved document cannot be deleted"
_CREATES_INVOICES = "a template creates invoices automatically, and the run may leave them behind"
_SEVERAL_RECORDS = "the contract has no links to the records that it creates"

OWNERSHIP = Ownership(
    references={
        "invoiceId": "invoiceId", "invoiceIds": "invoiceId", "invoiceUuid": "invoiceId",
        "transactionId": "transactionId", "transactionIds": "transactionId",
        "transactionUuid": "transactionId", "creditMemoId": "invoiceId", "tagGroupId": "tagGroupId",
    },
    forbidden={
        "recurring_invoice_templates.create": _CREATES_INVOICES,
        "recurring_invoice_templates.resume": _CREATES_INVOICES,
        "invoices.approve": _NOT_DELETABLE,
        "invoices.send": _NOT_DELETABLE,
        "customers.bulk_create": _SEVERAL_RECORDS,
        "accounts.bulk_create": _SEVERAL_RECORDS,
        "transactions.bulk_create": _SEVERAL_RECORDS,
        "customers.bulk_update": "it changes several records, whose ids are in its rows",
        "tokens.grant": "it would replace the tokens in use",
        "tokens.refresh": "it would replace the tokens in use",
    },
    # Approved documents cannot be deleted; the clean-up does not find the templates of documents.
    forbidden_bodies={
        "invoices.create": {"isDraft": False, "recurrencePattern": ...},
        "invoices.update": {"isDraft": False, "recurrencePattern": ...},
    },
    traces={"invoices.public_link": "the document is then public, below an address of its own"},
)  # fmt: skip
