"""Generated requests for every operation, and walks along the contract's links.

Every request is signed as its last step, when its bytes are known; requests that a check makes
without credentials are not.
"""

from typing import Any

import pytest
import schemathesis
from requests.auth import AuthBase

from mockvoice_contracts.harness.hooks import Generated, documents_add_up
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.invariants import check_document, documents_of

# Rules of state and of what goes together answer 400 in this API, where valid data had to be
# expected to pass.
RULES = {
    "invoice_locked", "invoice_not_approved", "invoice_already_approved", "memo_not_approvable",
    "memo_cannot_recur", "product_missing_category_account", "credit_exceeds_balance",
    "credit_mismatch", "payment_exceeds_balance", "payment_mismatch", "no_recipient",
    "reconciled_period", "transaction_assigned", "split_mismatch", "tag_already_grouped",
    "account_not_deletable", "invalid_redirect_uri",
}  # fmt: skip


def by_rule(body: Any) -> bool:
    # Properties that do not go together, such as a due date before the date, have a code by field.
    together = {each["code"] for each in body.get("errors", ())} == {"inconsistent"}
    return together or body["code"] in RULES


GENERATED = Generated(
    "count",
    # Deliveries are really made, and nobody on this machine has asked for any.
    known={"body.callbackUrl": ["https://hooks.example.com/count"]},
    refusal=400,
    by_rule=by_rule,
    checks=[documents_add_up(documents_of, check_document)],
    elsewhere=lambda body: body["code"] == "reference_not_found",
    security_parameters=False,  # credentials are no generated data
)


@schemathesis.pytest.parametrize(**GENERATED.schemas)
def test_every_operation_keeps_the_contract_whatever_is_sent(
    case: Any, fuzz_target: Target, fuzz_auth: AuthBase
) -> None:
    GENERATED.call(case, fuzz_target, fuzz_auth)


@pytest.mark.parametrize("seed", GENERATED.schemas)
def test_new_records_can_be_used_as_the_links_of_the_contract_say(
    fuzz_target: Target, fuzz_auth: AuthBase, seed: str
) -> None:
    GENERATED.follow_links(fuzz_target, fuzz_auth, seed)
