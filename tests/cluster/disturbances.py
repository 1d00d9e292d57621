"""What goes wrong in a cluster while clients use it."""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.cluster.histories import Address
from tests.conftest import Process
from tests.ports import free_ports
from tests.state.nodes import Node, start_node
from tests.state.postgresql_server import PostgresqlServer


class Nodes:
    """Servers that share a database, each always at the same ports."""

    def __init__(
        self, mockvoice: Callable[..., Process], folder: Path, database: str, number: int
    ) -> None:
        self._mockvoice = mockvoice
        self._folder = folder
        self._database = database
        self._ports = free_ports(number)
        self._nodes: list[Node | None] = [None] * number
        for index in range(number):
            self.start(index)

    def start(self, index: int) -> None:
        """Start a node, which is down."""
        self._nodes[index] = start_node(
            self._mockvoice, self._folder, self._database, f"node{index}-{time.monotonic_ns()}",
            "--data", "empty", "--no-vendor-ports", "--port", str(self._ports[index]),
        )  # fmt: skip

    def addresses(self) -> list[Address]:
        """Return the addresses of all nodes, also of those that are down."""
        urls = [f"http://127.0.0.1:{port}" for port in self._ports]
        return [Address(url, f"{url}/growcrm") for url in urls]

    def node(self, index: int) -> Node:
        """Return a node that runs."""
        node = self._nodes[index]
        assert node is not None
        return node


class Disturbances:
    """Disturbances in a random order, of which each ends before the next."""

    def __init__(self, nodes: Nodes, postgresql: PostgresqlServer, seed: str) -> None:
        self._nodes = nodes
        self._postgresql = postgresql
        self._rng = Random(seed)
        self.kinds = [self.kill, self.pause, self.terminate, self.restart_database]

    def run(self, number: int) -> list[str]:
        """Disturb so many times, each kind about as often; return what was done."""
        order = [self.kinds[index % len(self.kinds)] for index in range(number)]
        self._rng.shuffle(order)
        for disturb in order:
            time.sleep(self._rng.uniform(0.5, 1.5))
            disturb(self._rng.randrange(3))
        return [each.__name__ for each in order]

    def kill(self, index: int) -> None:
        """Kill a node, and start it again."""
        self._nodes.node(index).kill()
        time.sleep(self._rng.uniform(0, 3))
        self._nodes.start(index)

    def terminate(self, index: int) -> None:
        """Let a node end, and start it again."""
        self._nodes.node(index).terminate()
        self._nodes.start(index)

    def pause(self, index: int) -> None:
        """Pause a node until its leases have expired, or not quite."""
        node = self._nodes.node(index)
        node.pause()
        time.sleep(self._rng.choice((1, 3, 4)))
        node.resume()

    def restart_database(self, _: int) -> None:
        """Let the database crash, and start it again."""
        self._postgresql.control("stop", "-m", "immediate")
        time.sleep(self._rng.uniform(0, 3))
        self._postgresql.control("start")
