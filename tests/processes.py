"""Server processes of tests, and the content of their ready files."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Serves without the packages that Windows does not have.
SERVE_AS_ON_WINDOWS = """
import atexit, importlib.machinery, signal, sys
# Only Windows has SIGBREAK; another signal takes its place.
signal.SIGBREAK = signal.SIGUSR1
MISSING = {"uvloop", "httptools"}
find_spec = importlib.machinery.PathFinder.find_spec

def find_spec_of_others(name, path=None, target=None):
    return None if name.partition(".")[0] in MISSING else find_spec(name, path, target)

importlib.machinery.PathFinder.find_spec = find_spec_of_others
atexit.register(lambda: print("imported:", *sorted({*MISSING, "h11"} & {*sys.modules})))

from mockvoice.cli import main
main()
"""

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
