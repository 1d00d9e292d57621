"""No suite reports responses that differ only in what the contract leaves open."""

import pytest

from conftest import DEPTH
from tests.variations.proxy import varied_mock

# The scenarios that read most kinds of responses, and the generated requests of a list of documents; a deep
# run has all tests.
SAMPLES = {
    "count": ("test_credit", "invoices]"),
    "growcrm": ("test_publish", "invoices]"),
    "halo": ("test_payments", "Invoice]"),
    "optiflow": ("test_quotations", "invoices]"),
}
SECONDS = 600


@pytest.mark.parametrize("vendor", SAMPLES)
def test_a_suite_accepts_every_response_that_the_contract_allows(mockvoice, tmp_path, vendor):
    scenarios, list_of_documents = SAMPLES[vendor]
    expression = (
        f"not test_contract and {scenarios} or test_contract and GET and {list_of_documents}"
    )
    selection = () if DEPTH == "deep" else ("--select", expression)
    with varied_mock(vendor) as url:
        status, out, err = mockvoice(
            "check", vendor, "--url", url, "--mode", "full", "--yes-this-account-may-be-changed",
            "--max-examples", "4", "--ledgers", str(tmp_path), *selection, example_vendors=False,
        ).result(SECONDS)  # fmt: skip

    assert status == 0, out + err
