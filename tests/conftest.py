"""Fixtures that start servers, in this process or as a separate process."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests import example_vendors, forked_commands, shared_states
from tests.browser import Browser
from tests.processes import ready_content

TIMEOUT_SECONDS = 60

# Many tests run a check of a few tests, for which more processes only take longer to start.
os.environ.setdefault("MOCKVOICE_WORKERS", "1")
shared_states.install()

# Its suite runs where the package is installed, in tests/project/test_vendor_package.py.
collect_ignore = ["vendor_package"]


@pytest.fixture(scope="module")
def installed_example_vendors() -> Iterator[None]:
    with example_vendors.installed():
        yield


@pytest.fixture(scope="module")
def serve(installed_example_vendors: None) -> Iterator[Callable[..., Server]]:
    """Start servers of the example vendors on free ports; they stop at the end of the module."""
    started: list[Server] = []

    def start(**options: Any) -> Server:
        server = Server(Settings(**{"port": 0, **options}))
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server]) -> Server:
    return serve()


class Process:
    """A ``mockvoice`` process."""

    def __init__(
        self, *arguments: str, example_vendors: bool = True, env: dict[str, str] | None = None
    ) -> None:
        module = "tests.example_vendors" if example_vendors else "mockvoice"
        self._process = forked_commands.start(module, arguments, {**os.environ, **(env or {})})
        self.pid = self._process.pid
        self.seconds_to_end = 0.0

    def ready(self, file: Path) -> dict[str, Any]:
        """Wait for the ready file; return its content, with the URLs of the server."""
        return ready_content(self._process, file)

    def send_signal(self, number: int) -> None:
        """Send a signal, and do not wait."""
        self._process.send_signal(number)

    def signal(self, number: int) -> tuple[int, str, str]:
        """Send a signal; set ``seconds_to_end``; return exit code, stdout and stderr."""
        start = time.monotonic()
        self._process.send_signal(number)
        result = self.result()
        self.seconds_to_end = time.monotonic() - start
        return result

    def result(self, seconds: float = TIMEOUT_SECONDS) -> tuple[int, str, str]:
        """Wait for the end; return exit code, stdout and stderr."""
        out, err = self._process.communicate(timeout=seconds)
        return self._process.returncode, out, err

    def end(self) -> tuple[int, str, str]:
        """Kill the process if it still runs; return exit code, stdout and stderr."""
        if self._process.poll() is None:
            self._process.kill()
        return self.result()


@pytest.fixture
def mockvoice() -> Iterator[Callable[..., Process]]:
    """Start ``mockvoice`` processes; those that still run after the test are killed."""
    started: list[Process] = []

    def start(*arguments: str, **options: Any) -> Process:
        started.append(Process(*arguments, **options))
        return started[-1]

    yield start
    for process in started:
        process.end()


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page of headless Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed (Debian package chromium)")
    browser = Browser(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()
