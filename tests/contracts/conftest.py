"""The contracts, and a server of our own that a check takes for a real one."""

from collections.abc import Iterator

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.web.document import Document
from tests.contracts.example_client import CONTRACTS, load_document


@pytest.fixture(scope="module", params=CONTRACTS)
def document(request: pytest.FixtureRequest) -> Document:
    return load_document(request.param)


@pytest.fixture(scope="module")
def growcrm_url() -> Iterator[str]:
    """Serve Grow CRM without a control API, so that it is not recognised as a mock; return its URL."""
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        yield server.urls["vendors"]["growcrm"]["root_url"]
