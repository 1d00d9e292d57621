"""The request that a finding shows."""

from types import SimpleNamespace

import pytest

from mockvoice_contracts.harness import finding_exchanges
from mockvoice_contracts.harness.compared_values import unexpected_values


def exchange(text):
    return SimpleNamespace(operation=None, response=SimpleNamespace(text=text))


@pytest.mark.parametrize(
    ("actual", "expected", "texts"),
    [
        (["10.00", "170.01"], ["10.00", "170.00"], {"170.01"}),
        ({"total": "500.01", "n": 3}, {"total": "500.00", "n": 4}, {"500.01"}),
        (True, False, {"True"}),
        (None, "2026-01-01", set()),
    ],
)
def test_the_wrong_values_of_a_comparison_are_those_that_were_not_expected(actual, expected, texts):
    assert unexpected_values(actual, expected) == texts


def test_a_finding_shows_the_last_response_with_a_wrong_value():
    recent = [exchange('{"total": "170.01"}'), exchange('{"total": "170.01"}'), exchange("{}")]
    session = SimpleNamespace(recent=recent)

    assert finding_exchanges.of_assertion(session, ["170.01"]) is recent[1]
    assert finding_exchanges.of_assertion(session, ["9999"]) is recent[2]
    assert finding_exchanges.of_assertion(session) is recent[2]
