"""How Grow CRM is called, and what may be changed in an account that is not ours."""

from requests.auth import AuthBase

from contract_tests.harness.client import Bearer
from contract_tests.harness.ownership import Ownership
from contract_tests.harness.targets import Target


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
