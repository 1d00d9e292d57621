"""Start servers in separate processes, and measure them with wrk."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
KEY = "growcrm-demo-key"
Figures = dict[str, float]


def environment() -> dict[str, str]:
    """Return the environment variables, changed so that bytecode and contracts are cached."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(variant: str, invoices: int) -> Iterator[tuple[int, int]]:
    """Start a server variant in a separate process, and yield its port and process id."""
    port = free_port()
    if variant == "prism":
        command = [str(HERE / "node_modules/.bin/prism"), "mock", _contract_file(), "-p", str(port),
                   "-h", "127.0.0.1"]  # fmt: skip
    else:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.servers", variant, str(port),
                   str(invoices)]  # fmt: skip
    with running(command, port) as pid:
        yield port, pid


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """Start a server that listens on a port, and yield its process id once it responds."""
    process = subprocess.Popen(
        command, cwd=HERE.parent, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_ready(port, process, seconds=600)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _contract_file() -> str:
    return str(HERE.parent / "openapi/growcrm/openapi.yaml")


def wait_until_ready(port: int, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the first response. Raises ``RuntimeError`` if the server exits or does not respond."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/invoices?limit=1", headers={"Authorization": f"Bearer {KEY}"}
    )
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server on port {port} exited with {process.returncode}")
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"no response on port {port} within {seconds} s")


def resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def start_wrk(
    port: int, script: str, arguments: list[str], connections: int, seconds: float
) -> subprocess.Popen[str]:
    """Start wrk with a script of this folder, which prints its figures as JSON at the end."""
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s",
         "-s", str(HERE / script), f"http://127.0.0.1:{port}", "--", *arguments],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def figures(output: str, kind: str, connections: int) -> Figures:
    """Return the figures of wrk: requests a second; p50, p99 and maximum in milliseconds.

    Raises ``RuntimeError`` if there are no figures, if connections broke, or if responses were not
    as expected: error responses for ``rejected``, successes otherwise.
    """
    line = next((text for text in output.splitlines() if text.startswith("JSON ")), None)
    if line is None:
        raise RuntimeError(f"{kind}: wrk printed no figures: {output!r}")
    raw = json.loads(line.removeprefix("JSON "))
    expected = raw["requests"] if kind == "rejected" else 0
    # A slow server may leave one request of each connection without a response at the end.
    if raw["broken"] or abs(raw["not_2xx"] - expected) > connections:
        raise RuntimeError(f"{kind}: broken connections or unexpected statuses: {line}")
    return {
        "rps": raw["requests"] / raw["seconds"],
        "p50_ms": raw["p50_us"] / 1000,
        "p99_ms": raw["p99_us"] / 1000,
        "max_ms": raw["max_us"] / 1000,
        "requests": raw["requests"],
    }


def wrk(
    port: int, script: str, arguments: list[str], kind: str, connections: int, seconds: float
) -> Figures:
    """Run one measurement, and return its figures."""
    process = start_wrk(port, script, arguments, connections, seconds)
    output, _ = process.communicate(timeout=seconds + 60)
    return figures(output, kind, connections)


class OtherClient:
    """A client that reads one client of Grow CRM's default sandbox again and again."""

    def __init__(self, url: str) -> None:
        self._request = urllib.request.Request(
            f"{url}/api/clients?limit=1", headers={"Authorization": f"Bearer {KEY}"}
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.longest = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.002):
            started = time.perf_counter()
            with urllib.request.urlopen(self._request, timeout=60) as response:
                response.read()
            self.longest = max(self.longest, time.perf_counter() - started)
