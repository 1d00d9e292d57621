"""One served mock for all statements, with the APIs of the four vendors."""

from collections.abc import Callable, Iterator

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.documents.service import CheckContext, Service
from tests.documents.vendors import RECORDS, open_service

NewContext = Callable[[str], CheckContext]


@pytest.fixture(scope="session")
def documents_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="session")
def services(documents_server: Server) -> Iterator[dict[str, Service]]:
    opened: dict[str, Service] = {}
    vendors = documents_server.urls["vendors"]
    for vendor in RECORDS:
        opened[vendor] = open_service(vendor, vendors[vendor]["root_url"])
    yield opened
    for service in opened.values():
        service.close()


@pytest.fixture
def new_context(services: dict[str, Service]) -> NewContext:
    """Return the values of a check, with the records of its vendor."""
    return lambda vendor: CheckContext(services[vendor], RECORDS[vendor])
