"""An agent with the tools of a mock of all vendors, and a sandbox for each test."""

import itertools
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from mockvoice.app import Server
from mockvoice.mcp_server.server import create_server
from mockvoice.mcp_server.session import Session
from mockvoice.outbound.control_client import ControlClient
from mockvoice.settings import Settings
from tests.mcp_server.agents import Agent, GrowCrm, connected, environment

START = "2026-03-01T09:00:00Z"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def mock_server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="session")
def mock_url(mock_server: Server) -> str:
    url: str = mock_server.urls["main"]
    return url


@pytest.fixture(scope="session")
def agent(mock_url: str) -> Iterator[Agent]:
    with (
        closing(ControlClient(mock_url)) as client,
        connected(create_server(Session(client))) as agent,
    ):
        yield agent


@pytest.fixture
def mine(agent: Agent) -> Iterator[str]:
    """A sandbox of the demo data with a frozen clock."""
    name = f"mine-{next(_NUMBERS)}"
    agent.call("create_sandbox", name=name, now=START, frozen=True)
    yield name
    agent.call("delete_sandbox", sandbox=name)


@pytest.fixture
def variables(agent: Agent, mine: str) -> dict[str, str]:
    """The environment of the sandbox."""
    return environment(agent.call("describe_sandbox", sandbox=mine, show_secrets=True))


@pytest.fixture
def crm(http: requests.Session, variables: dict[str, str]) -> GrowCrm:
    """The client under test, in the sandbox."""
    return GrowCrm(http, variables)
