"""A server of all vendors for the tests of a module."""

from collections.abc import Iterator

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings


@pytest.fixture(scope="module")
def vendors_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server
