"""A cluster on this machine: PostgreSQL, nodes and HAProxy, for trying and for tests."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockvoice.cluster.haproxy import haproxy_config
from mockvoice.cluster.host_port import HostPort
from mockvoice.vendor_registry import port_offsets
from tests.state import postgresql_server as postgresql

HOST = "127.0.0.1"
PORTS = range(12_000, 32_000)
SECONDS = 60  # for the start and the end of a program
PAUSE_SECONDS = 0.02
# Nodes are idle after so many responses that took no longer, with pauses of this length.
IDLE_TIMES, IDLE_SECONDS = 6, 0.3
NODE_DISTANCE = 10  # between the main ports of nodes, if ports are fixed
FIRST_NODE_DISTANCE = 30  # between the main ports of the load balancer and the first node


class NotInstalled(Exception):
    """A program is missing; the message says which, and what installs it."""


def haproxy_program() -> str:
    """Return the path of HAProxy. Raises ``NotInstalled``."""
    # The folders of Debian's package and of a build are not in the PATH of every user.
    path = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if path is None:
        raise NotInstalled("HAProxy is not installed; Debian's package is haproxy")
    return path


def postgresql_programs() -> Path:
    """Return the folder of PostgreSQL's programs. Raises ``NotInstalled``."""
    folder = postgresql.programs()
    if folder is None:
        raise NotInstalled(postgresql.MISSING)
    return folder


def free_ports(blocks: int, size: int | None = None) -> list[int]:
    """Return the first ports of blocks of free ports, by default each for a main port and those of all vendors.

    They are below those that systems give to connections, which could get one while a node is restarted.
    """
    found: list[int] = []
    length = len(port_offsets()) + 1 if size is None else size
    with ExitStack() as reserved:
        while len(found) < blocks:
            first = PORTS[int.from_bytes(os.urandom(2)) % len(PORTS)]
            with ExitStack() as block, suppress(OSError):
                for port in range(first, first + length):
                    block.enter_context(socket.socket()).bind((HOST, port))
                reserved.push(block.pop_all())
                found.append(first)
    return found


class Node:
    """A server in a process of its own. Its output is in a file of the cluster's folder."""

    def __init__(self, name: str, port: int, folder: Path, options: Sequence[str]) -> None:
        self.name = name
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.log = folder / f"{name}.log"
        self._ready = folder / f"{name}.json"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The last process of the node."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended; a paused one has not."""
        return self.process.poll() is None

    def start(self) -> None:
        """Start the process, without waiting until it serves."""
        self._ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "mockvoice", "serve", "--port", str(self.port)]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MOCKVOICE_")
        }
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--ready-file", self._ready, *self._options],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
            )  # fmt: skip

    def wait_until_ready(self) -> dict[str, Any]:
        """Wait until the node serves; return its URLs. Raises ``RuntimeError`` if it does not start."""
        deadline = time.monotonic() + SECONDS
        while not self._ready.exists():
            if not self.is_running or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not start:\n{self.log.read_text('utf-8')}")
            time.sleep(PAUSE_SECONDS)
        urls: dict[str, Any] = json.loads(self._ready.read_text("utf-8"))
        return urls

    def response_seconds(self) -> float:
        """Send a request; return how long the response took. Raises ``OSError``."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=SECONDS)
        with closing(connection):
            connection.request("GET", "/_mock/health")
            connection.getresponse().read()
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill the process, as a loss of power would."""
        self.process.kill()
        self.process.wait(SECONDS)

    def terminate(self) -> None:
        """Let the process hand its sandboxes over and end."""
        self.process.terminate()
        self.process.wait(SECONDS)

    def pause(self) -> None:
        """Stop the process where it is; its connections stay open."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start a node that has ended again, and wait until it serves."""
        if self.is_running:
            raise RuntimeError(f"{self.name} still runs")
        self.start()
        self.wait_until_ready()

    def end(self) -> None:
        """End the process, also if it is paused or hangs."""
        if self._process is None or self._process.poll() is not None:
            return
        self.resume()
        self._process.terminate()
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


class HAProxy:
    """The load balancer: a master process, and a worker that a reload replaces."""

    def __init__(self, program: str, config: str, url: str, folder: Path) -> None:
        self.file = folder / "haproxy.cfg"
        self.log = folder / "haproxy.log"
        self.url = url
        self.file.write_text(config, "utf-8")
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [program, "-W", "-f", self.file], stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )  # fmt: skip

    def wait_until_ready(self, loads: int = 1) -> None:
        """Wait until so many workers were started. Raises ``RuntimeError`` if the program ends."""
        deadline = time.monotonic() + SECONDS
        while self.log.read_text("utf-8").count("Loading success") < loads:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"HAProxy does not start:\n{self.log.read_text('utf-8')}")
            time.sleep(PAUSE_SECONDS)

    def reload(self) -> None:
        """Read the file again, without refusing a connection. Requests of the old worker go on."""
        loads = self.log.read_text("utf-8").count("Loading success")
        self._process.send_signal(signal.SIGUSR2)
        self.wait_until_ready(loads + 1)

    def end(self) -> None:
        """End the processes at once."""
        self._process.terminate()
        self._process.wait(SECONDS)


class Cluster:
    """Nodes with one PostgreSQL behind HAProxy. In a ``with`` block, all of them run."""

    def __init__(
        self, folder: Path, *, nodes: int = 3, port: int | None = None, options: Sequence[str] = ()
    ) -> None:
        """Prepare a cluster. Raises ``NotInstalled``.

        ``folder`` gets configuration and logs. ``port`` is the main port of the load balancer, and those of
        the nodes follow; without it, all ports are free ones. ``options`` are for each ``mockvoice serve``.
        """
        self._haproxy_program = haproxy_program()
        self._postgresql_programs = postgresql_programs()
        self._folder = folder
        self._options = options
        self._stack = ExitStack()
        self.port, *self._node_ports = (
            free_ports(nodes + 1) if port is None else _fixed(port, nodes)
        )
        self.url = f"http://{HOST}:{self.port}"
        self.nodes: list[Node] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            database = postgresql.postgresql_server(self._postgresql_programs)
            self.postgresql = stack.enter_context(database)
            self.state = self.postgresql.new_database()
            options = ["--state", self.state, *self._options]
            for number, port in enumerate(self._node_ports, 1):
                node = Node(f"node{number}", port, self._folder, options)
                stack.callback(node.end)
                self.nodes.append(node)
                node.start()
            for node in self.nodes:
                node.wait_until_ready()
            self.haproxy = HAProxy(self._haproxy_program, self._config(), self.url, self._folder)
            stack.callback(self.haproxy.end)
            self.haproxy.wait_until_ready()
            self._wait_until_idle()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def vendor_url(self, key: str) -> str:
        """Return the URL of a vendor's own port at the load balancer."""
        return f"http://{HOST}:{self.port + port_offsets()[key]}"

    def restart_postgresql(self, mode: str = "fast") -> None:
        """Restart the database; ``immediate`` is as a crash."""
        self.postgresql.control("restart", "-m", mode)

    def _wait_until_idle(self) -> None:
        """Wait until all nodes have responded without delay for a while. Raises ``RuntimeError``.

        HAProxy takes a node away if its first check fails, and after three failed ones later.
        """
        deadline, times = time.monotonic() + SECONDS, 0
        while times < IDLE_TIMES:
            is_idle = all(node.response_seconds() < IDLE_SECONDS for node in self.nodes)
            times = times + 1 if is_idle else 0
            if time.monotonic() > deadline:
                raise RuntimeError("the nodes are too busy")
            time.sleep(IDLE_SECONDS)

    def _config(self) -> str:
        return haproxy_config(
            [HostPort(HOST, port) for port in self._node_ports],
            HostPort(HOST, self.port),
            vendor_offsets=port_offsets(),
            command="python -m tools.cluster",
        )


def _fixed(port: int, nodes: int) -> list[int]:
    first = port + FIRST_NODE_DISTANCE
    return [port, *range(first, first + nodes * NODE_DISTANCE, NODE_DISTANCE)]
