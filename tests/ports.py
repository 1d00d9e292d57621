"""Ports that no one uses."""

import socket
from contextlib import ExitStack


def free_ports(number: int) -> list[int]:
    """Return ports of the loopback address that are free at the moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
