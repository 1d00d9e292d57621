"""Generated requests for every operation, and sequences along the contract's links.

Every request is signed right before it is sent, when its bytes are final, except for those that a
check sends without credentials.
"""

from typing import Any

import pytest
import schemathesis
from requests.auth import AuthBase

from mockvoice_contracts.harness.hooks import GeneratedTests, amounts_check
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.invariants import check_document, documents_of

# Codes of rules on state and on consistency. They respond with 400 in this API, also to requests
# that are valid by the schema.
RULES = {
    "invoice_locked", "invoice_not_approved", "invoice_already_approved", "memo_not_approvable",
    "memo_cannot_recur", "product_missing_category_account", "credit_exceeds_balance",
    "credit_mismatch", "payment_exceeds_balance", "payment_mismatch", "no_recipient",
    "reconciled_period", "transaction_assigned", "split_mismatch", "tag_already_grouped",
    "account_not_deletable", "invalid_redirect_uri",
}  # fmt: skip


def by_rule(body: Any) -> bool:
    # Inconsistent properties, such as a due date before the date, have a code per field.
    together = {row["code"] for row in body.get("errors", ())} == {"inconsistent"}
    return together or body["code"] in RULES


GENERATED = GeneratedTests(
    "count",
    # A loopback URL would really be called; this one never is.
    known={"body.callbackUrl": ["https://hooks.example.com/count"]},
    rejection_status=400,
    is_state_error=by_rule,
    checks=[amounts_check(documents_of, check_document)],
    is_body_reference_error=lambda body: body["code"] == "reference_not_found",
    security_parameters=False,  # credentials are not generated
)


@schemathesis.pytest.parametrize(**GENERATED.schemas)
def test_every_operation_follows_the_contract_for_any_request(
    case: Any, fuzz_target: Target, fuzz_auth: AuthBase
) -> None:
    GENERATED.call(case, fuzz_target, fuzz_auth)


@pytest.mark.parametrize("seed", GENERATED.schemas)
def test_the_links_of_the_contract_work_for_new_records(
    fuzz_target: Target, fuzz_auth: AuthBase, seed: str
) -> None:
    GENERATED.follow_links(fuzz_target, fuzz_auth, seed)
