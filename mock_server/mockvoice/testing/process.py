"""A mock server for one test run.

It is a process and no thread, since what tests do to their own process shall not reach it: clocks
that are frozen, sockets that are forbidden, warnings that are errors.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

READY_SECONDS = 60
END_SECONDS = 5
# What this run's surroundings say to programs of its own is not meant for the server.
_NOT_FOR_THE_SERVER = ("MOCKVOICE_", "PYTHONWARNINGS", "PYTHONSTARTUP", "COVERAGE_PROCESS_")


class ServerStartError(Exception):
    """The server did not start; the text says why."""


class ServerProcess:
    """A mock server on free ports, which ends with the process that started it, however that ends."""

    def __init__(self, folder: Path, options: Sequence[str], cwd: Path) -> None:
        self._ready_file = folder / "ready.json"
        self._log = folder / "server.log"
        self._options = options
        self._cwd = cwd
        self._urls: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The main address."""
        url: str = self._urls["main"]
        return url

    def __enter__(self) -> Self:
        command = [
            # Nothing in the folder of the tests shall stand in for a module of the server.
            sys.executable, "-P", "-m", "mockvoice.testing.stdin_watchdog",
            "serve", "--port", "0", "--log-level", "warning", *self._options,
            "--ready-file", str(self._ready_file),
        ]  # fmt: skip
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- its own interpreter
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self._cwd,
                env={
                    name: value
                    for name, value in os.environ.items()
                    if not name.startswith(_NOT_FOR_THE_SERVER)
                },
                start_new_session=True,  # Ctrl-C is for the tests, which still need it to clean up
            )
        try:
            self._wait(self._process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self._ready_file.exists():
            if process.poll() is not None:
                raise ServerStartError(f"the server did not start: {self._said()}")
            if time.monotonic() > until:
                raise ServerStartError(
                    f"the server was not ready after {READY_SECONDS} s: {self._said()}"
                )
            time.sleep(0.01)
        self._urls = json.loads(self._ready_file.read_text("utf-8"))

    def _said(self) -> str:
        text = self._log.read_text("utf-8", "replace").strip()
        return text.removeprefix("mockvoice: ") or "it did not say why"
