"""Fixtures of COUNT's suite: a factory of records, a draft and an approved invoice."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory


@pytest.fixture(scope="module")
def factory(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, target, unique)


@pytest.fixture(scope="module")
def fuzz_settings() -> dict[str, str]:
    """Generate requests for the settings that reject fewer of them."""
    return {"quirks": "observed"}


@pytest.fixture
def draft(factory: Factory) -> dict:
    """Return a draft invoice of 100.00 without tax."""
    return factory.invoice()


@pytest.fixture
def approved(factory: Factory) -> dict:
    """Return an approved invoice of 100.00 without tax that is due in thirty days."""
    return factory.invoice(isDraft=False)
