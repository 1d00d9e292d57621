"""Server processes of tests, and the content of their ready files."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 30


def ready_content(process: subprocess.Popen[str], file: Path) -> dict[str, Any]:
    """Wait for the ready file of a server; return its content, with the URLs."""
    deadline = time.monotonic() + START_SECONDS
    while not file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the server did not start: {process.communicate()}")
        time.sleep(0.01)
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


@contextmanager
def serving(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run a command that serves; yield the process and the content of its ready file.

    The option ``--ready-file`` is added, with a file in the folder. A process that still runs after
    the block is terminated, and must exit with 0.
    """
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    process = subprocess.Popen(
        [*command, "--ready-file", ready], cwd=folder, env=dict(environment),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process, ready_content(process, ready)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0
