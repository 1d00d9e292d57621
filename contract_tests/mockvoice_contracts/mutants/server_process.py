"""Servers in separate processes, so that a fault cannot affect this process."""

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


class ServerStartFailed(Exception):
    """A server process ended or timed out before it served; the message is its error output."""


@contextmanager
def running_server(vendor: str, mutant: str = "") -> Iterator[str]:
    """Run a server for one vendor, with or without a fault, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready")
        command = [
            sys.executable,
            "-m",
            "mockvoice_contracts.mutants.server",
            vendor,
            mutant,
            str(ready),
        ]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
        )
        try:
            yield _wait_for_url(process, ready)
        finally:
            process.terminate()
            process.wait()
            if process.stderr:
                process.stderr.close()


def environment() -> dict[str, str]:
    """Return the environment of the processes: this checkout precedes installed packages.

    Hundreds of processes start, so they share compiled bytecode. If PYTHONDONTWRITEBYTECODE is set,
    the bytecode goes to a temporary folder of the run.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if variables.pop("PYTHONDONTWRITEBYTECODE", ""):
        variables["PYTHONPYCACHEPREFIX"] = _bytecode_folder().name
    return variables


@functools.cache
def _bytecode_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="mockvoice-mutants-")


def _wait_for_url(process: "subprocess.Popen[str]", ready: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if ready.exists() and (url := ready.read_text("utf-8")):
            return url
        if process.poll() is not None:
            output = process.stderr.read() if process.stderr else ""
            raise ServerStartFailed(
                output.strip()[-2000:] or "the server process ended without an error message"
            )
        time.sleep(0.02)
    raise ServerStartFailed(f"the server did not start within {START_TIMEOUT_SECONDS} seconds")
