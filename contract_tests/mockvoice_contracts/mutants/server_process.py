"""Server processes: a fault must not affect this process."""

import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
START_TIMEOUT_SECONDS = 60


class ServerFailed(Exception):
    """A server process ended by itself or did not start in time."""


@contextmanager
def running_server(vendor: str, mutant: str = "") -> Iterator[str]:
    """Run a server for one vendor, with or without a fault, and yield its address.

    Raises ``ServerFailed``, at the end too if the process has ended meanwhile.
    """
    with tempfile.TemporaryDirectory() as folder:
        ready, log = Path(folder, "ready"), Path(folder, "log")
        command = [
            sys.executable,
            "-m",
            "mockvoice_contracts.mutants.server",
            vendor,
            mutant,
            str(ready),
        ]
        # Not a pipe: nobody reads it, so a server that logs much would block.
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=output)
        try:
            yield _wait_for_url(process, ready, log)
            if process.poll() is not None:
                raise _ended(process, log)
        finally:
            process.terminate()
            process.wait()


def environment() -> dict[str, str]:
    """Return the environment of the processes, in which this checkout precedes installed packages.

    Hundreds of processes share compiled bytecode: in a temporary folder of the run, if
    PYTHONDONTWRITEBYTECODE is set.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if variables.pop("PYTHONDONTWRITEBYTECODE", ""):
        variables["PYTHONPYCACHEPREFIX"] = _bytecode_folder().name
    return variables


@functools.cache
def _bytecode_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="mockvoice-mutants-")


def _wait_for_url(process: "subprocess.Popen[bytes]", ready: Path, log: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if ready.exists() and (url := ready.read_text("utf-8")):
            return url
        if process.poll() is not None:
            raise _ended(process, log)
        time.sleep(0.02)
    raise ServerFailed(f"the server did not start within {START_TIMEOUT_SECONDS} seconds")


def _ended(process: "subprocess.Popen[bytes]", log: Path) -> ServerFailed:
    output = log.read_text("utf-8", "replace").strip()[-2000:]
    return ServerFailed(
        f"the server process ended with exit code {process.returncode}: {output or 'no output'}"
    )
