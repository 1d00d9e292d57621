"""A server of all vendors for the tests of a module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings


@pytest.fixture(scope="module")
def vendors_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def serve_vendors() -> Iterator[Callable[..., Server]]:
    """Return a function that serves the built-in vendors with settings until the test ends."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Server(Settings(port=0, **settings)))
