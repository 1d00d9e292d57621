"""Requests that Schemathesis generates from the contract."""

from typing import Any

from mockvoice_contracts.harness.generated_checks import amounts_check
from mockvoice_contracts.harness.generated_tests import GeneratedTests
from mockvoice_contracts.suites.optiflow.invariants import check_document, documents_in

DISABLED = {"enabled": False}


def is_rule_error(body: Any) -> bool:
    """Return whether the body is an error envelope: rules reject valid data with 422 too."""
    return "errors" in body or "message" in body


GENERATED = GeneratedTests(
    "optiflow",
    rejection_status=422,
    is_state_error=is_rule_error,
    checks=[amounts_check(documents_in, check_document)],
    trims_whitespace=True,
    # The members are the users whose tokens a run sends, and a user's requests go to the current workspace.
    account_operations=(
        "members.change_role",
        "members.delete",
        "workspaces.select",
        "workspaces.deselect",
    ),
    operations=[
        # After these DELETE operations, the payment or workspace can still be read.
        {
            "include-path-regex": "/payments|/workspace-context",
            "checks": {"use_after_free": DISABLED},
        },
    ],
)


(
    test_generated_requests_conform_to_the_contract,
    test_the_links_of_the_contract_can_be_followed,
) = GENERATED.tests()
