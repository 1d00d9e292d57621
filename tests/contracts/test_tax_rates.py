"""The tax rates of a target file for Grow CRM, compared with what the server says of them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from mockvoice_contracts.suites.growcrm.tax_rates import RateVerifier


class Server:
    """A server whose only tax rate, with the id 2, is 8.25 %."""

    def __init__(self):
        self.requests = 0

    def send(self, method, path, **request):
        self.requests += 1
        return SimpleNamespace(status=200, body={"data": {"taxes": [{"rate": "8.25"}]}})


@pytest.mark.parametrize("percentages", [("8.25", "20"), ("20", "8.25")])
def test_one_id_with_two_percentages_is_wrong_for_one_of_them_in_any_order(percentages):
    verifier, server = RateVerifier(), Server()
    problems = {
        text: verifier.problem(server, lambda: 1, Decimal(text), 2)
        for text in percentages
        for _ in range(2)
    }

    assert problems["8.25"] is None
    assert problems["20"] == "the tax rate with the id 2 has 8.25 %, not 20 %"
    assert server.requests == 2
