"""What OptiFlow's scenarios are made of: customers, goods, invoices, made through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.optiflow.factories import Factory


@pytest.fixture(scope="module")
def viewer(api: Api, target: Target) -> Api:
    """The same API for a user who may look and nothing else."""
    if "viewer" not in target.credentials:
        pytest.skip("credentials.viewer of the target is not given")
    return api.acting_as(Bearer(target.credentials["viewer"]))


@pytest.fixture(scope="module")
def anonymous(api: Api) -> Api:
    """The same API without a token."""
    return api.acting_as(Anonymous())


@pytest.fixture(scope="module")
def make(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Makes records with unique names."""
    return Factory(api, target, unique)
