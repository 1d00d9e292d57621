"""Fixtures of COUNT's suite: a factory of records, a draft and an approved invoice."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory


@pytest.fixture(scope="module")
def make(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Return the factory that creates records with unique names."""
    return Factory(api, target, unique)


@pytest.fixture
def draft(make: Factory) -> dict:
    """Return a draft invoice of 100.00 without tax."""
    return make.invoice()


@pytest.fixture
def approved(make: Factory) -> dict:
    """Return an approved invoice of 100.00 without tax that is due in thirty days."""
    return make.invoice(isDraft=False)
