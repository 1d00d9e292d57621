"""The seconds that a connection may spend in its stage, without waiting for them."""

from collections.abc import Iterator

import pytest

from mockvoice.connections.watch import Stage, Watch


class StubConnection:
    """A connection in one stage that records how it was ended."""

    def __init__(self, stage: Stage, progress: Iterator[int]) -> None:
        self.stage, self.request, self.ended = stage, object(), ""
        self.watch = Watch()
        self._progress = progress

    @property
    def progress(self) -> int:
        return next(self._progress)

    def time_out(self) -> None:
        self.ended = "time_out"

    def close(self) -> None:
        self.ended = "close"

    def abort(self) -> None:
        self.ended = "abort"


def nothing() -> Iterator[int]:
    while True:
        yield 0


def steady() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number // 5  # a byte every five seconds


def end_of(connection: StubConnection, seconds: int) -> tuple[int, str]:
    """Return the second in which a connection was ended, and how; 0 if it was not."""
    for second in range(seconds + 1):
        connection.watch.count(connection)
        if connection.ended:
            return second, connection.ended
    return 0, ""


@pytest.mark.parametrize(
    ("stage", "progress", "expected"),
    [
        (Stage.UNUSED, nothing, (10, "close")),
        (Stage.IDLE, nothing, (75, "close")),
        (Stage.HEAD, steady, (10, "time_out")),
        (Stage.BODY, nothing, (10, "time_out")),
        (Stage.BODY, steady, (120, "time_out")),
        (Stage.WORK, nothing, (0, "")),
        (Stage.SENDING, nothing, (30, "abort")),
        (Stage.SENDING, steady, (0, "")),
        (Stage.LINGERING, nothing, (2, "close")),
        (Stage.CLOSING, nothing, (10, "abort")),
    ],
)
def test_a_stage_ends_after_its_time(stage, progress, expected):
    assert end_of(StubConnection(stage, progress()), 400) == expected


def test_the_seconds_are_counted_from_the_beginning_of_a_request():
    connection = StubConnection(Stage.BODY, nothing())
    assert end_of(connection, 8) == (0, "")
    connection.request = object()
    assert end_of(connection, 9) == (0, "")
    assert end_of(connection, 1) == (0, "time_out")


def test_another_stage_begins_at_zero():
    connection = StubConnection(Stage.HEAD, nothing())
    assert end_of(connection, 9) == (0, "")
    connection.stage = Stage.WORK
    assert end_of(connection, 50) == (0, "")
    connection.stage = Stage.HEAD
    assert end_of(connection, 9) == (0, "")
