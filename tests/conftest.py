"""Servers to test against: in this process, or as a process of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests import example_vendors

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def toy_vendors() -> Iterator[None]:
    with example_vendors.for_vendors():
        yield


@pytest.fixture(scope="module")
def serve(toy_vendors: None) -> Iterator[Callable[..., Server]]:
    """Starts servers of the toys on free ports, which end with the test's module."""
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
    """``mockvoice`` as a process of its own."""

    def __init__(
        self, *arguments: str, toys: bool = True, env: dict[str, str] | None = None
    ) -> None:
        module = "tests.example_vendors" if toys else "mockvoice"
        self._started = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
            cwd=Path(__file__).parent.parent,
        )
        self.pid = self._started.pid
        self.seconds_to_end = 0.0

    def ready(self, file: Path) -> dict[str, Any]:
        """The addresses in the ready file, once it is there."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not file.exists():
            if self._started.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"not ready: {self.end()}")
            time.sleep(0.01)
        urls: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return urls

    def signal(self, number: int) -> tuple[int, str, str]:
        """Exit code, stdout and stderr after a signal, whose effect is timed."""
        began = time.monotonic()
        self._started.send_signal(number)
        ended = self.result()
        self.seconds_to_end = time.monotonic() - began
        return ended

    def result(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, once it has ended."""
        out, err = self._started.communicate(timeout=PATIENCE_SECONDS)
        return self._started.returncode, out, err

    def end(self) -> tuple[int, str, str]:
        """End it in any case."""
        if self._started.poll() is None:
            self._started.kill()
        return self.result()


@pytest.fixture
def mockvoice() -> Iterator[Callable[..., Process]]:
    """Starts the command; what still runs at the end of the test is killed."""
    started: list[Process] = []

    def start(*arguments: str, **options: Any) -> Process:
        started.append(Process(*arguments, **options))
        return started[-1]

    yield start
    for process in started:
        process._started.poll() is None and process.signal(signal.SIGKILL)


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
