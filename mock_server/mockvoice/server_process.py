"""A mock server in its own process, for one test run or one session.

A thread of the test run is not enough: tests may freeze the clock of their process, block its
sockets, or turn its warnings into errors.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 5
# Prefixes of environment variables of the parent process that must not affect the server.
_EXCLUDED_PREFIXES = ("MOCKVOICE_", "PYTHONWARNINGS", "PYTHONSTARTUP", "COVERAGE_PROCESS_")


class ServerStartError(Exception):
    """The server did not start; the message contains the reason."""


class ServerProcess:
    """A mock server on free ports, to be used in a ``with`` block.

    It ends when its parent process ends, even if the parent is killed.
    """

    def __init__(self, folder: Path, options: Sequence[str], cwd: Path) -> None:
        self._ready_file = folder / "ready.json"
        self._log_file = folder / "server.log"
        self._options = options
        self._cwd = cwd
        self._urls: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base URL of the main port."""
        url: str = self._urls["main"]
        return url

    def __enter__(self) -> Self:
        command = [
            # "-P": no file in the folder of the tests may shadow a module of the server.
            sys.executable, "-P", "-m", "mockvoice.testing.stdin_watchdog",
            "serve", "--port", "0", "--log-level", "warning", *self._options,
            # Routes send the scheme of a URL along, for the links in responses.
            "--trusted-proxy", "127.0.0.1",
            "--ready-file", str(self._ready_file),
        ]  # fmt: skip
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- its own interpreter
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self._cwd,
                env={
                    name: value
                    for name, value in os.environ.items()
                    if not name.startswith(_EXCLUDED_PREFIXES)
                },
                # Ctrl-C must not stop the server: the tests need it to clean up.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # on Windows
            )
        try:
            self._wait_until_ready(self._process)
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
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._ready_file.exists():
            if process.poll() is not None:
                raise ServerStartError(f"the server did not start: {self._log()}")
            if time.monotonic() > deadline:
                raise ServerStartError(
                    f"the server was not ready after {START_TIMEOUT_SECONDS} s: {self._log()}"
                )
            time.sleep(0.01)
        self._urls = json.loads(self._ready_file.read_text("utf-8"))

    def _log(self) -> str:
        text = self._log_file.read_text("utf-8", "replace").strip()
        return text.removeprefix("mockvoice: ") or "its log is empty"
