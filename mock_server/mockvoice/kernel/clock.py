"""The clock of one sandbox: it can run, be frozen and be set.

This is the only module that reads the wall clock.
"""

import time
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MIN_INSTANT = datetime(1, 1, 2, tzinfo=UTC)
MAX_INSTANT = datetime(9998, 12, 31, tzinfo=UTC)


class Clock:
    """A clock that can be set, frozen and advanced. All datetimes are timezone-aware, in UTC."""

    def __init__(self, now: datetime | None = None, *, frozen: bool = False) -> None:
        self._offset = 0  # microseconds that this clock is ahead of the wall clock
        self._frozen_at: int | None = None
        if frozen:
            self.freeze()
        if now is not None:
            self.set(now)

    def microseconds(self) -> int:
        """Return the present time in microseconds since 1970."""
        return _wall_clock() + self._offset if self._frozen_at is None else self._frozen_at

    def now(self) -> datetime:
        """Return the present time, to the microsecond."""
        return _EPOCH + timedelta(microseconds=self.microseconds())

    def today(self) -> date:
        """Return the present date in UTC."""
        return self.now().date()

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self._frozen_at is not None

    def set(self, now: datetime) -> None:
        """Set the time, forwards or backwards; a frozen clock stays frozen.

        Raises ``ValueError`` for a datetime without an offset, or outside the years 1 to 9998.
        """
        if now.tzinfo is None:
            raise ValueError(f"{now.isoformat()} has no offset from UTC")
        if not MIN_INSTANT <= now <= MAX_INSTANT:
            raise ValueError(f"{now.isoformat()} is outside the years 1 to 9998")
        instant = (now - _EPOCH) // _MICROSECOND
        if self._frozen_at is not None:
            self._frozen_at = instant
        else:
            self._offset = instant - _wall_clock()

    def advance(self, by: timedelta) -> None:
        """Move the time by a positive or negative duration. Raises ``ValueError`` like ``set``."""
        try:
            target = self.now() + by
        except OverflowError as error:
            raise ValueError(
                f"{self.now().isoformat()} moved by {by} is outside the years 1 to 9998"
            ) from error
        self.set(target)

    def reset(self) -> None:
        """Follow the wall clock again."""
        self._frozen_at = None
        self._offset = 0

    def freeze(self) -> None:
        """Stop at the present time."""
        self._frozen_at = self.microseconds()

    def position(self) -> tuple[int, int | None]:
        """Return how far this clock is ahead of the wall clock, and the time at which it is frozen.

        Both in microseconds; the time is ``None`` if the clock runs.
        """
        return self._offset, self._frozen_at

    def restore(self, offset: int, frozen_at: int | None) -> None:
        """Restore a position."""
        self._offset, self._frozen_at = offset, frozen_at

    def thaw(self) -> None:
        """Continue from the time at which the clock was frozen."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - _wall_clock()
            self._frozen_at = None


REAL_TIME = Clock()  # nothing may set or freeze it


def parse_instant(text: str) -> datetime:
    """Parse an ISO 8601 date-time.

    Raises ``ValueError`` for other text, for a missing offset from UTC, and for a time outside the
    years 1 to 9998.
    """
    instant = datetime.fromisoformat(text)
    return Clock(instant, frozen=True).now()


def _wall_clock() -> int:
    return time.time_ns() // 1000


def monotonic() -> float:
    """Return seconds on a monotonic clock; only differences are meaningful."""
    return time.perf_counter()
