"""The rules that the messages of generated requests begin with."""

import pytest
from schemathesis.core import failures
from schemathesis.openapi import checks

from mockvoice_contracts.harness import findings, generated_rules, targets
from mockvoice_contracts.harness.contract import Contract

# Those of checks that a run does not enable, or of contracts with discriminators.
UNUSED = {
    "ContentDeserializationError", "DiscriminatorMismatch", "ObjectLevelAuthorizationViolation",
    "ResponseTimeExceeded",
}  # fmt: skip
NAMES = sorted(
    name
    for module in (failures, checks)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, failures.Failure)
    if name not in {*UNUSED, *findings.CHECKS_BY_FAILURE, "Failure", "CustomFailure"}
)


@pytest.mark.parametrize("name", NAMES)
def test_each_check_of_schemathesis_has_a_rule(name):
    failure_type = getattr(checks, name, None) or getattr(failures, name)
    failure = failure_type.__new__(failure_type)
    failure.title = failure_type.kind_title

    sentence = generated_rules.sentence(failure)

    assert sentence != failure_type.kind_title
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("reason", "evidence", "is_assumed"),
    [
        ("wrong_status", "public", False),
        ("wrong_status", "choice", True),
        ("missing_allow_header", "public", True),
    ],
)
def test_what_is_assumed_about_unsupported_methods(reason, evidence, is_assumed):
    failure = checks.UnsupportedMethodResponse(
        operation="PUT /x", method="PUT", status_code=200, failure_reason=reason, message=""
    )

    assert generated_rules.is_assumed(failure, evidence) is is_assumed
    assert "AllowHeaderMismatch" in NAMES


@pytest.mark.parametrize(
    ("vendor", "evidence"),
    [("count", "choice"), ("growcrm", "public"), ("halo", "choice"), ("optiflow", "choice")],
)
def test_only_grow_crm_documents_the_status_of_unsupported_methods(vendor, evidence):
    assert Contract(targets.document(vendor), closed=True).method_evidence == evidence


def test_the_name_of_a_check_of_a_suite_is_its_rule():
    title = "Custom check failed: `the_amounts_are_consistent`"
    failure = failures.CustomFailure(
        operation="GET /x", title=title, message="total is 1\n\nnot 2", exception=ValueError()
    )

    assert generated_rules.sentence(failure) == "The amounts are consistent."
    assert generated_rules.problem(failure) == "total is 1\nnot 2"
