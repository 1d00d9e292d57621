"""What Halo's scenarios are made of: clients, invoices and the like, made through the API."""

from collections.abc import Callable

import pytest
from requests.auth import AuthBase

from contract_tests.halo.maker import Maker
from contract_tests.harness.client import Api, Bearer
from contract_tests.harness.targets import Target


@pytest.fixture(scope="module")
def auth(target: Target) -> AuthBase:
    return Bearer(target.credentials.get("access_token", ""))


@pytest.fixture(scope="module")
def make(api: Api, unique: Callable[[str], str]) -> Maker:
    """Makes records with unique names."""
    return Maker(api, unique)
