"""The contract of each vendor, and the same contract for clients."""

from typing import Any

import pytest

from mockvoice.projections import project
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from mockvoice.web.document import Document


@pytest.fixture(scope="session", params=own_vendor_keys())
def contract(request: pytest.FixtureRequest) -> Document:
    return load_vendor(request.param).contract.document


@pytest.fixture(scope="session")
def for_clients(contract: Document) -> Document:
    return Document(project(contract.data, "clients", "3.0"))


@pytest.fixture(scope="session")
def for_clients_31(contract: Document) -> dict[str, Any]:
    return project(contract.data, "clients", "3.1")
