"""What Halo's scenarios are made of: clients, invoices and the like, made through the API."""

from collections.abc import Callable

import pytest

from contract_tests.halo.maker import Maker
from contract_tests.harness.client import Api


@pytest.fixture(scope="module")
def make(api: Api, unique: Callable[[str], str]) -> Maker:
    """Makes records with unique names."""
    return Maker(api, unique)
