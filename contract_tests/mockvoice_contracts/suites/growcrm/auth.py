"""How Grow CRM is called, and what may be changed in an account that is not ours."""

from requests.auth import AuthBase

from mockvoice_contracts.harness.client import Bearer
from mockvoice_contracts.harness.ownership import Ownership
from mockvoice_contracts.harness.targets import Target


def caller(target: Target) -> AuthBase:
    """A caller with all rights."""
    return Bearer(target.credentials.get("api_key", ""))


OWNERSHIP = Ownership(
    references={
        "payment_invoiceid": "invoiceId",
        "refund_paymentid": "paymentId",
        "clientid": "clientId",
        "target_id": "categoryId",
    },
)
