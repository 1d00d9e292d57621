"""What Halo's scenarios are made of: clients, invoices and the like, made through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory


@pytest.fixture(scope="module")
def make(api: Api, unique: Callable[[str], str]) -> Factory:
    """Makes records with unique names."""
    return Factory(api, unique)
