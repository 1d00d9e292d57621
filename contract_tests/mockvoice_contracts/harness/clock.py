"""The time of the server under test."""

from datetime import UTC, date, datetime, timedelta

from mockvoice_contracts.harness.control import Control
from mockvoice_contracts.harness.targets import Target


class ServerClock:
    """Reads the server's clock and, where it has that ability, moves it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def now(self) -> datetime:
        return self._target.now()

    def today(self) -> date:
        return self.now().astimezone(UTC).date()

    def set(self, now: datetime) -> None:
        self._control().set_clock(now)

    def advance(self, *, days: int = 0, seconds: int = 0) -> None:
        self._control().advance(timedelta(days=days, seconds=seconds))

    def _control(self) -> Control:
        if self._target.control is None:
            raise RuntimeError("a test that moves the clock needs the mark needs('clock')")
        return self._target.control
