"""Servers in processes of their own, so that a fault never reaches anybody else."""

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
    """A server ended before it served anything; the text is what it said."""


@contextmanager
def running_server(vendor: str, mutant: str = "") -> Iterator[str]:
    """The address of a server for one vendor, with a fault or without."""
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
    """What processes of a run are given: this checkout goes before whatever is installed.

    They start by the hundred, so that they share compiled code and contracts even where Python
    shall leave none behind: then in a folder that goes with the run.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if given.pop("PYTHONDONTWRITEBYTECODE", ""):
        given["PYTHONPYCACHEPREFIX"] = _bytecode_folder().name
    return given


@functools.cache
def _bytecode_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="mockvoice-mutants-")


def _wait_for_url(process: "subprocess.Popen[str]", ready: Path) -> str:
    end = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < end:
        if ready.exists() and (url := ready.read_text("utf-8")):
            return url
        if process.poll() is not None:
            said = process.stderr.read() if process.stderr else ""
            raise ServerStartFailed(said.strip()[-2000:] or "it said nothing")
        time.sleep(0.02)
    raise ServerStartFailed(f"nothing was served within {START_TIMEOUT_SECONDS} seconds")
