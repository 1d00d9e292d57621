"""Generated requests leave alone what Halo's scenarios stand on: the tax of all lines and the home currency."""

import pytest

from mockvoice_contracts.suites.halo.foundation import changes_foundation


@pytest.mark.parametrize(
    "element",
    [
        {"taxid": 1},
        {"taxid": "1", "tax_conditions": []},
        {"id": 4, "taxid": 2.0},
        {"id": 1, "conversion_rate": 3},
        {"id": "1", "name": "Pound", "conversion_rate": None},
    ],
    ids=str,
)
def test_a_tax_rule_and_the_rate_of_an_old_currency_change_it(element):
    assert changes_foundation({}, [{}, element])


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"taxid": 1},
        ["taxid"],
        [{"taxid": None}],
        [{"taxid": "abc"}],
        [{"id": 1, "name": "Pound"}],
        [{"conversion_rate": 3}],
        [{"id": 0, "conversion_rate": 3}],
        [{"id": -5, "conversion_rate": 3}],
        [{"id": 2147483647, "conversion_rate": 3}],
        [{"id": [1], "conversion_rate": 3}],
    ],
    ids=str,
)
def test_other_requests_do_not(body):
    assert not changes_foundation({"currencyId": 1}, body)
