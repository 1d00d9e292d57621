"""Generated requests for every operation, and sequences along the contract's links.

Requests are signed right before they are sent, when their bytes are final. Some checks send
requests without credentials.
"""

from typing import Any

from mockvoice_contracts.harness.generated_checks import amounts_check
from mockvoice_contracts.harness.generated_tests import GeneratedTests
from mockvoice_contracts.suites.count.invariants import check_document, documents_of

# Error codes of rules on state and consistency. This API responds with 400 to a request that breaks
# one, even if the request is valid by the schema.
RULES = {
    "invoice_locked", "invoice_not_approved", "invoice_already_approved", "memo_not_approvable",
    "memo_cannot_recur", "product_missing_category_account", "credit_exceeds_balance",
    "credit_mismatch", "payment_exceeds_balance", "payment_mismatch", "no_recipient",
    "reconciled_period", "transaction_assigned", "split_mismatch", "tag_already_grouped",
    "account_not_deletable", "invalid_redirect_uri",
}  # fmt: skip


# The properties of a new invoice that only the vendor's pages require.
SOMETIMES_REQUIRED = {"invoiceNumber", "dueDate", "isDraft", "invoiceType"}


def is_state_error(body: Any) -> bool:
    errors = body.get("errors", ())
    return body["code"] in RULES or (len(errors) > 0 and all(map(_depends_on_state, errors)))


def _depends_on_state(error: Any) -> bool:
    # Contradictory properties, such as a due date before the date, have one error each. A server
    # that keeps to the vendor's pages reports unknown references together with all other errors.
    is_missing = error["code"] == "required" and error["field"] in SOMETIMES_REQUIRED
    return is_missing or error["code"] in ("inconsistent", "reference_not_found")


GENERATED = GeneratedTests(
    "count",
    # The mock would call a loopback URL; it never calls this one.
    known={"body.callbackUrl": ["https://hooks.example.com/count"]},
    rejection_status=400,
    is_state_error=is_state_error,
    checks=[amounts_check(documents_of, check_document)],
    is_body_reference_error=lambda body: body["code"] == "reference_not_found",
    security_parameters=False,  # credentials are not generated
)


(
    test_generated_requests_conform_to_the_contract,
    test_the_links_of_the_contract_can_be_followed,
) = GENERATED.tests()
