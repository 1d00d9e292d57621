"""Authentication of Grow CRM's suite, and its rules for mode ``own-data``."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def create_auth(target: Target) -> AuthBase:
    """Return the authentication with the target's API key, which has full rights."""
    return Bearer(target.credentials.get("api_key", ""))


OWNERSHIP = Ownership(
    references={
        "payment_invoiceid": "invoiceId",
        "refund_paymentid": "paymentId",
        "clientid": "clientId",
        "target_id": "categoryId",
    },
)
