"""Fixtures of Halo's suite: a factory that creates records through the API."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import Factory


@pytest.fixture(scope="module")
def factory(api: Api, unique: Callable[[str], str]) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, unique)
