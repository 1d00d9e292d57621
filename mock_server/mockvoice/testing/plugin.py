"""The pytest plugin: a running mock, and a fresh world of it for every test."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockvoice.testing.client import RemoteServer
    from mockvoice.testing.sandbox import Sandbox

MARK = "mockvoice"
SHOWN = 5
_mock = pytest.StashKey["RemoteServer"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which server is used, and how much of a failed test's journal is shown."""
    group = parser.getgroup("mockvoice")
    group.addoption(
        "--mockvoice-url", metavar="URL", help="main address of a running mock; without it, one is started"
    )  # fmt: skip
    group.addoption(
        "--mockvoice-journal",
        type=int,
        metavar="N",
        help=f"how many of its last requests a failed test shows (default: {SHOWN}; 0 shows none)",
    )
    parser.addini("mockvoice_url", "main address of a running mock")
    parser.addini("mockvoice_serve", "options of 'mockvoice serve' for the mock that is started")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known to ``--strict-markers``."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(data, now, seed, frozen): what the test's sandbox begins with: 'demo', 'empty' or "
        "the file of an exported one; an instant; a number; whether its clock stands still",
    )


@pytest.fixture(scope="session")
def mockvoice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteServer]:
    """A running mock server: the one that ``--mockvoice-url`` names, or one of this run's own."""
    from mockvoice.commands.client import ControlApiError, ServerUnavailable
    from mockvoice.testing.client import RemoteServer
    from mockvoice.testing.process import ServerProcess, ServerStartError

    config = request.config
    try:
        with ExitStack() as stack:
            url, token = _url(config), os.environ.get("MOCKVOICE_CONTROL_TOKEN")
            if not url:
                folder = tmp_path_factory.mktemp("mockvoice")
                options = shlex.split(config.getini("mockvoice_serve"))
                own = stack.enter_context(ServerProcess(folder, options, config.rootpath))
                url, token = own.url, None
            config.stash[_mock] = stack.enter_context(RemoteServer(url, token))
            yield config.stash[_mock]
    except (ServerUnavailable, ControlApiError, ServerStartError) as error:
        pytest.fail(f"mockvoice: {error}", pytrace=False)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, mockvoice: RemoteServer) -> Iterator[Sandbox]:
    """A world of the test's own: data, clock, credentials, faults and journal. Gone afterwards."""
    from mockvoice.commands.client import ControlApiError, ServerUnavailable
    from mockvoice.testing.markers import InvalidMarker, sandbox_options

    try:
        wanted = sandbox_options(request.node.iter_markers(MARK), request.path.parent)
        with mockvoice.sandbox(request.node.name, **wanted) as made:
            yield made
    except (InvalidMarker, ServerUnavailable, ControlApiError) as error:
        pytest.fail(f"mockvoice: {error}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Add to a failed test's report what it asked of its sandboxes, and what it was answered."""
    report: pytest.TestReport = yield
    if report.failed and report.when != "teardown":
        mock = item.config.stash.get(_mock, None)
        if mock is not None and "mockvoice" in getattr(item, "fixturenames", ()):
            for sandbox in mock.opened:
                _tell(report, sandbox, _shown(item.config))
    return report


def _tell(report: pytest.TestReport, sandbox: Sandbox, limit: int) -> None:
    from mockvoice.testing.failure_report import render

    if limit:
        title = f"mockvoice: last requests to sandbox {sandbox.name}"
        report.sections.append((title, render(sandbox, limit)))


def _url(config: pytest.Config) -> str:
    option = config.getoption("--mockvoice-url")
    return option or os.environ.get("MOCKVOICE_URL") or config.getini("mockvoice_url")


def _shown(config: pytest.Config) -> int:
    option: int | None = config.getoption("--mockvoice-journal")
    return SHOWN if option is None else max(option, 0)
