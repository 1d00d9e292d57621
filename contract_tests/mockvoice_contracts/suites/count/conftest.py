"""What COUNT's scenarios are made of: customers, products, documents and money, made through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.maker import Maker


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
