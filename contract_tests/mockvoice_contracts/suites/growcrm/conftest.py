"""Fixtures of Grow CRM's suite: a factory of records."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import Factory


@pytest.fixture(scope="module")
def factory(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, target, unique)
