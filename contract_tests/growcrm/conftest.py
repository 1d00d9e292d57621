"""What Grow CRM's scenarios are made of: clients, invoices and the like, made through the API."""

from collections.abc import Callable

import pytest

from contract_tests.growcrm.maker import Maker
from contract_tests.harness.client import Api
from contract_tests.harness.targets import Target


@pytest.fixture(scope="module")
def make(api: Api, target: Target, unique: Callable[[str], str]) -> Maker:
    """Makes records with unique names."""
    return Maker(api, target, unique)
