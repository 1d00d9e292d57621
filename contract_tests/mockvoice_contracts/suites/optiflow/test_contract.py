"""The contract, held against requests that Schemathesis thinks up."""

from typing import Any

import pytest
import schemathesis
from requests.auth import AuthBase

from mockvoice_contracts.harness.hooks import Generated, documents_add_up
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.invariants import check_document, documents_in

DISABLED = {"enabled": False}


def is_rule_error(body: Any) -> bool:
    """Refusals of business answer 422 as those of form do: the documentation has no 409."""
    return "errors" in body or "message" in body


GENERATED = Generated(
    "optiflow",
    refusal=422,
    by_rule=is_rule_error,
    checks=[documents_add_up(documents_in, check_document)],
    trims=True,
    operations=[
        # A voided payment and a workspace that is no longer the current one can still be read.
        {
            "include-path-regex": "/payments|/workspace-context",
            "checks": {"use_after_free": DISABLED},
        },
    ],
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
