"""The time of a start with a store of many sandboxes, and of the first use of large ones."""

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psutil
import requests

from benchmarks.load import HERE, Figures, OtherClient, environment, free_port, wait_until_ready
from benchmarks.stored_invoices import create_sandbox


class _Started(NamedTuple):
    """A server that responds: Grow CRM's port, the process, and the seconds to the first response."""

    port: int
    process: psutil.Process
    seconds: float

    def processor_seconds(self) -> float:
        return sum(self.process.cpu_times()[:2])


def starts(
    times: int, sandboxes: int, large: int, invoices: int, serve: Sequence[str] = ()
) -> Figures:
    """Return the seconds from the start of a process to its first responses, and those of the processor.

    ``default`` is the first response of this sandbox, ``large`` that of a large sandbox after it, and
    ``in_memory`` the first one without a store. ``wait_ms`` is the longest time of another client's
    requests while all large sandboxes are read. ``serve`` has more options of the server.
    """
    samples: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        options = [*serve, "--state", f"sqlite:///{folder}/state.db"]
        keys = _fill(options, sandboxes, large, invoices)
        for _ in range(times):
            with _started(serve) as server:
                samples["in_memory"].append(server.seconds)
                samples["in_memory_processor"].append(server.processor_seconds())
            with _started(options) as server:
                samples["default"].append(server.seconds)
                samples["default_processor"].append(server.processor_seconds())
                with OtherClient(f"http://127.0.0.1:{server.port}") as other:
                    seconds = [_read(server.port, key, invoices) for key in keys]
                samples["large"].append(server.seconds + seconds[0])
                samples["wait_ms"].append(other.longest * 1000)
    figures = {name: statistics.median(values) for name, values in samples.items()}
    figures["default_more"] = figures["default"] - figures["in_memory"]
    figures["large_more"] = figures["large"] - figures["in_memory"]
    return figures


def _fill(options: Sequence[str], sandboxes: int, large: int, invoices: int) -> list[str]:
    """Create the sandboxes in a store; return Grow CRM's keys of the large ones."""
    keys = []
    with _started(options) as server, requests.Session() as http:
        http.trust_env = False
        url = f"http://127.0.0.1:{server.port - 2}"
        for number in range(sandboxes):
            name = f"stored-{number}"
            credentials = create_sandbox(http, url, name)
            if number < large:
                body = {"vendor": "growcrm", "clients": invoices // 20, "invoices": invoices}
                path = f"{url}/_mock/sandboxes/{name}/seed"
                http.post(path, json=body, timeout=600).raise_for_status()
                keys.append(credentials["growcrm"]["api_key"])
                print(f"state: sandbox {number + 1} of {large} seeded", file=sys.stderr)
    return keys


@contextmanager
def _started(options: Sequence[str]) -> Iterator[_Started]:
    """Start ``mockvoice serve``, and end it after the block."""
    port = free_port()
    command = [sys.executable, "-m", "mockvoice", "serve", "--port", str(port), *options]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=HERE.parent, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_ready(port + 2, process, seconds=120)
        yield _Started(port + 2, psutil.Process(process.pid), time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _read(port: int, key: str, invoices: int) -> float:
    """Return the seconds of the first request of a large sandbox. Raises ``RuntimeError`` if data is missing."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/invoices?limit=1", headers={"Authorization": f"Bearer {key}"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as response:
        total = json.load(response)["meta"]["total"]
    elapsed = time.perf_counter() - started
    if total < invoices:
        raise RuntimeError(f"the restarted server has {total} invoices in place of {invoices}")
    return elapsed
