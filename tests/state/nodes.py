"""Servers in processes of their own, which share a database."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Process
from tests.state.stored_server import StoredServer


class Node:
    """A server that can be killed, paused and ended."""

    def __init__(self, process: Process, urls: dict[str, Any]) -> None:
        self.process = process
        self.server = StoredServer(urls)

    def kill(self) -> None:
        """Kill the process."""
        self.process.end()

    def terminate(self) -> None:
        """Let the process end, and wait for it."""
        self.process.signal(signal.SIGTERM)

    def pause(self) -> None:
        """Stop the process where it is."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self.process.send_signal(signal.SIGCONT)


def start_node(
    mockvoice: Callable[..., Process], folder: Path, database: str, name: str, *options: str
) -> Node:
    """Start a server; it has ended after the test."""
    ready = folder / f"{name}.json"
    process = mockvoice(
        "serve", "--port", "0", "--state", database, "--ready-file", str(ready), *options,
        example_vendors=False,
    )  # fmt: skip
    return Node(process, process.ready(ready))
