"""Mocks for tests of the package's own test helpers."""

from collections.abc import Iterator

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.testing.client import RemoteServer, SandboxServer
from mockvoice.testing.in_process import InProcessServer


@pytest.fixture(scope="module")
def in_process() -> Iterator[InProcessServer]:
    with InProcessServer() as mock:
        yield mock


@pytest.fixture(scope="module")
def remote() -> Iterator[RemoteServer]:
    """A mock with listeners that takes into account which scheme a route had."""
    from ipaddress import ip_network

    networks = (ip_network("127.0.0.1/32"),)
    with (
        Server(Settings(port=0, trusted_proxies=networks)) as server,
        RemoteServer(server.urls["main"]) as client,
    ):
        yield client


@pytest.fixture(scope="module", params=["remote", "in_process"])
def mock(request) -> SandboxServer:
    """Either kind of mock."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def sandbox(mock):
    with mock.sandbox() as sandbox:
        yield sandbox
