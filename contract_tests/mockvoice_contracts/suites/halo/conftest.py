"""What Halo's scenarios are made of: clients, invoices and the like, made through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.maker import Maker


@pytest.fixture(scope="module")
def make(api: Api, unique: Callable[[str], str]) -> Maker:
    """Makes records with unique names."""
    return Maker(api, unique)
