"""Fixtures and reports of the pytest plugin; ``plugin`` imports them if pytest is new enough."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockvoice.testing.client import SandboxServer
    from mockvoice.testing.routes.sandbox_routes import SandboxRoutes
    from mockvoice.testing.sandbox import Sandbox

DEFAULT_REPORTED_REQUESTS = 5
_server = pytest.StashKey["SandboxServer"]()


@pytest.fixture(scope="session")
def mockvoice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxServer]:
    """A mock server: the one at ``--mockvoice-url``, or one that this run starts.

    With ``mockvoice_in_process`` it is one in this process.
    """
    from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
    from mockvoice.server_process import ServerProcess, ServerStartError
    from mockvoice.testing.client import RemoteServer

    config = request.config
    try:
        with ExitStack() as stack:
            url, token = _url(config), os.environ.get("MOCKVOICE_CONTROL_TOKEN")
            options = shlex.split(config.getini("mockvoice_serve"))
            server: SandboxServer
            if url:
                server = RemoteServer(url, token)
            elif config.getini("mockvoice_in_process"):
                from mockvoice.testing.in_process import InProcessServer, parse_settings

                server = InProcessServer(parse_settings(options, config.rootpath))
            else:
                folder = tmp_path_factory.mktemp("mockvoice")
                process = stack.enter_context(ServerProcess(folder, options, config.rootpath))
                server = RemoteServer(process.url)
            config.stash[_server] = stack.enter_context(server)
            yield server
    except (ServerUnavailable, ControlApiError, ServerStartError) as error:
        pytest.fail(f"mockvoice: {error}", pytrace=False)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, mockvoice: SandboxServer) -> Iterator[Sandbox]:
    """A sandbox with data, clock, credentials, faults and journal, for one test; then deleted."""
    from mockvoice.outbound.control_client import ControlApiError, ServerUnavailable
    from mockvoice.testing.markers import InvalidMarker, sandbox_options

    try:
        options = sandbox_options(request.node.iter_markers("mockvoice"), request.path.parent)
        with mockvoice.sandbox(request.node.name, **options) as created:
            yield created
    except (InvalidMarker, ServerUnavailable, ControlApiError) as error:
        pytest.fail(f"mockvoice: {error}", pytrace=False)


@pytest.fixture
def mockvoice_routes(sandbox: Sandbox) -> SandboxRoutes:
    """Routes of hosts to the test's sandbox: those of the real services, and more with ``add``."""
    sandbox.routes.add_real_hosts()
    return sandbox.routes


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Add a list of the last requests to the report of a failed test, for each open sandbox."""
    report: pytest.TestReport = yield
    if report.failed and report.when != "teardown":
        server = item.config.stash.get(_server, None)
        if server is not None and "mockvoice" in getattr(item, "fixturenames", ()):
            for sandbox in server.open_sandboxes:
                _add_section(report, sandbox, _reported_requests(item.config))
    return report


def _add_section(report: pytest.TestReport, sandbox: Sandbox, limit: int) -> None:
    from mockvoice.testing.failure_report import render

    if limit:
        title = f"mockvoice: last requests to sandbox {sandbox.name}"
        report.sections.append((title, render(sandbox, limit)))


def _url(config: pytest.Config) -> str:
    option = config.getoption("--mockvoice-url")
    return option or os.environ.get("MOCKVOICE_URL") or config.getini("mockvoice_url")


def _reported_requests(config: pytest.Config) -> int:
    option: int | None = config.getoption("--mockvoice-journal")
    return DEFAULT_REPORTED_REQUESTS if option is None else max(option, 0)
