"""A server of all vendors for the tests of a module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.webhook_receiver import Receiver, Workspace


@pytest.fixture(scope="module")
def vendors_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def serve_vendors() -> Iterator[Callable[..., Server]]:
    """Return a function that serves the built-in vendors with settings until the test ends."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Server(Settings(port=0, **settings)))


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, Any]]:
    """The addresses of a server of COUNT, which sends webhooks, and of a vendor that sends none."""
    with Server(Settings(port=0, vendors=("count", "growcrm"))) as server:
        yield server.urls


@pytest.fixture
def workspace(urls: dict[str, Any], http: requests.Session) -> Workspace:
    return Workspace(urls, http)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        yield server
