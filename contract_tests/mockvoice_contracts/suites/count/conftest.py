"""What COUNT's scenarios are made of: customers, products, documents and money, made through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory


@pytest.fixture(scope="module")
def make(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Makes records with unique names."""
    return Factory(api, target, unique)


@pytest.fixture
def draft(make: Factory) -> dict:
    """An invoice of 100.00 without tax that is still a draft."""
    return make.invoice()


@pytest.fixture
def approved(make: Factory) -> dict:
    """An approved invoice of 100.00 without tax that is due in thirty days."""
    return make.invoice(isDraft=False)
