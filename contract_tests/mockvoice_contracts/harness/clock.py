"""The time of the server under test."""

from datetime import UTC, date, datetime, timedelta

from mockvoice_contracts.harness.control import Control
from mockvoice_contracts.harness.targets import Target


class ServerClock:
    """The clock of the server under test; setting and advancing it need the ability ``clock``."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def now(self) -> datetime:
        """Return the server's current time."""
        return self._target.now()

    def today(self) -> date:
        """Return the server's current date in UTC."""
        return self.now().astimezone(UTC).date()

    def set(self, now: datetime) -> None:
        """Set the clock."""
        self._control().set_clock(now)

    def advance(self, *, days: int = 0, seconds: int = 0) -> None:
        """Advance the clock; due events run in order."""
        self._control().advance(timedelta(days=days, seconds=seconds))

    def _control(self) -> Control:
        if self._target.control is None:
            raise RuntimeError(
                "the server does not have the ability clock; mark the test with needs('clock')"
            )
        return self._target.control
