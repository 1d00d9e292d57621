"""Generated requests: valid ones are served, invalid ones are rejected in Halo's format."""

from typing import Any

from mockvoice_contracts.harness.generated_checks import amounts_check
from mockvoice_contracts.harness.generated_tests import GeneratedTests
from mockvoice_contracts.suites.halo.foundation import changes_foundation
from mockvoice_contracts.suites.halo.invariants import check_document, documents_of

# Operations with so many fields that testing all bounds takes minutes; other operations test fields
# of the same types.
LARGE = (
    "invoice.search", "invoice.save", "invoice.update_lines", "recurring_invoice.search",
    "recurring_invoice.save", "recurring_invoice.update_lines", "recurring_invoice.add_lines",
    "client.save", "expense.save", "invoice_payment.save", "item.save", "tax.save",
)  # fmt: skip


def is_rule_error(body: Any) -> bool:
    """Return whether an error body is from a rule: a text, an exception or an OAuth error."""
    return isinstance(body, str) or "ClassName" in body or "error" in body


GENERATED = GeneratedTests(
    "halo",
    rejection_status=400,
    is_state_error=is_rule_error,
    checks=[amounts_check(documents_of, check_document)],
    too_large=LARGE,
    converts_scalars=True,
    changes_foundation=changes_foundation,
)


(
    test_generated_requests_conform_to_the_contract,
    test_the_links_of_the_contract_can_be_followed,
) = GENERATED.tests()
