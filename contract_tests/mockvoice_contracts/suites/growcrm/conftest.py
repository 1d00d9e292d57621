"""Fixtures of Grow CRM's suite: a factory of records."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.growcrm.factories import Factory
from mockvoice_contracts.suites.growcrm.tax_rates import RateVerifier


@pytest.fixture(scope="session")
def _rates() -> RateVerifier:
    """Return the verifier of tax rates, which remembers its results."""
    return RateVerifier()


@pytest.fixture(scope="module")
def factory(
    api: Api, target: Target, unique: Callable[[str], str], _rates: RateVerifier
) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, target, unique, _rates)
