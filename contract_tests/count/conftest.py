"""What COUNT's scenarios are made of: customers, products, documents and money, made through the API."""

from collections.abc import Callable

import pytest

from contract_tests.count.maker import Maker
from contract_tests.harness.client import Api
from contract_tests.harness.targets import Target


@pytest.fixture(scope="module")
def make(api: Api, target: Target, unique: Callable[[str], str]) -> Maker:
    """Makes records with unique names."""
    return Maker(api, target, unique)


@pytest.fixture
def draft(make: Maker) -> dict:
    """An invoice of 100.00 without tax that is still a draft."""
    return make.invoice()


@pytest.fixture
def approved(make: Maker) -> dict:
    """An approved invoice of 100.00 without tax that is due in thirty days."""
    return make.invoice(isDraft=False)
