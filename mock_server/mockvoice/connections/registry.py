"""The open connections of a server, on all its ports: their number and their time are limited."""

import heapq
from collections.abc import Iterable, Iterator
from typing import TypeVar

from mockvoice.connections.descriptors import connection_limit
from mockvoice.connections.watch import Connection, Stage

C = TypeVar("C", bound=Connection)

# Connections that may end when there are too many: those without a request first.
_DISPENSABLE = {Stage.IDLE: 3, Stage.UNUSED: 2, Stage.LINGERING: 1, Stage.HEAD: 1, Stage.BODY: 1}


class Connections:
    """Limits the number of connections, so that the process keeps descriptors for other uses."""

    def __init__(self) -> None:
        self.limit = connection_limit()
        # Some more are accepted only to be told that there are too many.
        self.surplus_limit = self.limit + max(8, self.limit // 16)

    def admit(self, connection: C, connections: set[C]) -> bool:
        """Return whether a new connection may stay.

        If there are too many, others end for it: idle ones, then those whose client has sent nothing
        for a second, or a part of a head.
        """
        if len(connections) <= self.limit:
            return True
        # A few at once, since finding them takes time.
        ended = heapq.nlargest(
            1 + self.limit // 128, _dispensable(connection, connections), key=lambda found: found[0]
        )
        for _, other in ended:
            connections.discard(other)
            other.abort()
        return bool(ended)

    def count_second(self, connections: Iterable[C]) -> None:
        """End the connections that take too long; to be called once a second."""
        for connection in connections:
            connection.watch.count(connection)


def _dispensable(new: C, connections: set[C]) -> Iterator[tuple[tuple[int, int], C]]:
    """Iterate over the connections that may end, each with its rank."""
    for connection in connections:
        stage, watch = connection.stage, connection.watch
        rank = _DISPENSABLE.get(stage, 0)
        # A head takes a moment to arrive; one that is sent byte by byte is as good as a silent one.
        seconds = watch.seconds if stage is Stage.HEAD else watch.silent_seconds
        if connection is not new and (rank > 1 or (rank and seconds)):
            yield (rank, seconds), connection
