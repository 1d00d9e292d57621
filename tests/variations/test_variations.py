"""No suite reports responses that differ only in what the contract leaves open."""

import pytest

from conftest import DEPTH
from tests.variations.proxy import varied_mock

# The scenarios that read most kinds of responses; a deep run has all tests.
SAMPLES = {
    "count": "test_credit",
    "growcrm": "test_publish",
    "halo": "test_payments",
    "optiflow": "test_quotations",
}
SECONDS = 600


@pytest.mark.parametrize("vendor", SAMPLES)
def test_a_suite_accepts_every_response_that_the_contract_allows(mockvoice, tmp_path, vendor):
    selection = (
        () if DEPTH == "deep" else ("--select", f"not test_contract and ({SAMPLES[vendor]})")
    )
    with varied_mock(vendor) as url:
        status, out, err = mockvoice(
            "check", vendor, "--url", url, "--mode", "full", "--yes-this-account-may-be-changed",
            "--max-examples", "4", "--ledgers", str(tmp_path), *selection, example_vendors=False,
        ).result(SECONDS)  # fmt: skip

    assert status == 0, out + err
