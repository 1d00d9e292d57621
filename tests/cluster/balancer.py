"""A running HAProxy with a generated configuration, for tests."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from click.testing import CliRunner

from mockvoice.cli import main

SECONDS = 20


def generate(*options: str) -> str:
    """Return the output of ``mockvoice cluster config``."""
    result = CliRunner().invoke(main, ["cluster", "config", *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def check(file: Path, haproxy: str) -> subprocess.CompletedProcess[str]:
    """Let HAProxy check a configuration."""
    return subprocess.run(
        [haproxy, "-c", "-f", file], capture_output=True, text=True, timeout=SECONDS, check=False
    )


class Balancer:
    """HAProxy in front of nodes; it checks their health."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.port = port
        self.log = log
        self.process = process

    def url(self, offset: int = 0) -> str:
        """Return the URL of the main port, or of a vendor's by its distance from it."""
        return f"http://127.0.0.1:{self.port + offset}"

    def request(
        self, method: str, path: str = "/", *, offset: int = 0, **details: Any
    ) -> requests.Response:
        """Send a request on a connection of its own, to the main port or to a vendor's."""
        details["headers"] = {**details.get("headers", {}), "Connection": "close"}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url(offset) + path, timeout=SECONDS, **details)

    def node_of(self, path: str = "/", *, method: str = "GET", **details: Any) -> str:
        """Send a request; return the name of the node that answered."""
        response = self.request(method, path, **details)
        assert response.status_code == 200, response.text
        return response.text

    def wait_for_log(self, text: str) -> None:
        """Wait until HAProxy has logged a text."""
        deadline = time.monotonic() + SECONDS
        while text not in self.log.read_text("utf-8"):
            assert time.monotonic() < deadline, f"no {text!r} in {self.log.read_text('utf-8')}"
            time.sleep(0.02)


@contextmanager
def balancer(
    haproxy: str, folder: Path, port: int, nodes: Sequence[int], *options: str
) -> Iterator[Balancer]:
    """Run HAProxy in front of nodes on these main ports."""
    file, log = folder / "haproxy.cfg", folder / "haproxy.log"
    addresses = ",".join(f"127.0.0.1:{node}" for node in nodes)
    file.write_text(
        generate("--nodes", addresses, "--bind", f"127.0.0.1:{port}", *options), "utf-8"
    )
    with log.open("wb") as output:
        process = subprocess.Popen([haproxy, "-db", "-f", file], stdout=output, stderr=output)
    try:
        _wait_for_port(port, process)
        yield Balancer(port, process, log)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, "HAProxy has ended"
            assert time.monotonic() < deadline, "HAProxy does not listen"
            time.sleep(0.02)
