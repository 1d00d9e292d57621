"""Connections that take too long: each is looked at once a second, and its seconds are counted.

So the bounds need no timer and no time of arrival for each request, and a second in which the server
itself was busy is not held against its clients.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol


class Stage(Enum):
    """What a connection waits for."""

    UNUSED = auto()  # its first request
    IDLE = auto()  # the next request
    HEAD = auto()  # the rest of a request's head
    BODY = auto()  # the rest of a body that the server reads
    WORK = auto()  # the server
    SENDING = auto()  # the client, which has not taken the whole response
    LINGERING = auto()  # the client's end of a connection that was answered early
    CLOSING = auto()  # the client, which has not taken the last bytes


class Connection(Protocol):
    """What is known of a connection, and how it can end."""

    watch: "Watch"

    @property
    def stage(self) -> Stage:
        """What the connection waits for."""

    @property
    def request(self) -> Any:
        """Another object for each request."""

    @property
    def progress(self) -> int:
        """A number that changes when bytes are received or sent."""

    def time_out(self) -> None:
        """Respond to a request that does not arrive in time, and close the connection."""

    def close(self) -> None:
        """Close the connection after what is pending."""

    def abort(self) -> None:
        """Drop the connection."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many seconds a stage may take, and how many of them without a byte; then what happens."""

    seconds: int | None
    silent_seconds: int | None
    end: str  # the name of a method of ``Connection``


KEEP_ALIVE_SECONDS = 75  # longer than the pauses of a client that reuses its connection
HEAD_SECONDS = 10
BODY_SECONDS = 120

BOUNDS: Mapping[Stage, Bound] = {
    Stage.UNUSED: Bound(HEAD_SECONDS, None, "close"),
    Stage.IDLE: Bound(KEEP_ALIVE_SECONDS, None, "close"),
    Stage.HEAD: Bound(HEAD_SECONDS, None, "time_out"),
    Stage.BODY: Bound(BODY_SECONDS, 10, "time_out"),
    Stage.SENDING: Bound(None, 30, "abort"),
    Stage.LINGERING: Bound(10, 2, "close"),
    Stage.CLOSING: Bound(None, 10, "abort"),
}


class Watch:
    """The seconds that a connection has spent in its stage."""

    __slots__ = ("_progress", "_request", "_stage", "seconds", "silent_seconds")

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._request: Any = None
        self._progress = 0
        self.seconds = self.silent_seconds = 0

    def count(self, connection: Connection) -> None:
        """Count a second, and end the connection if its bound is exceeded."""
        stage, request = connection.stage, connection.request
        if stage is not self._stage or request is not self._request:
            self._stage, self._request = stage, request
            self.seconds = self.silent_seconds = 0
        else:
            self.seconds += 1
            self.silent_seconds += 1
        progress = connection.progress
        if progress != self._progress:
            self._progress, self.silent_seconds = progress, 0
        bound = BOUNDS.get(stage)
        if bound is not None and self._exceeds(bound):
            getattr(connection, bound.end)()

    def _exceeds(self, bound: Bound) -> bool:
        return (bound.seconds is not None and self.seconds >= bound.seconds) or (
            bound.silent_seconds is not None and self.silent_seconds >= bound.silent_seconds
        )
