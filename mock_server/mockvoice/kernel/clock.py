"""The time of one world: it runs, stands still or jumps, as its owner says.

This is the only module that reads the wall clock.
"""

import time
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FIRST_INSTANT = datetime(1, 1, 2, tzinfo=UTC)
LAST_INSTANT = datetime(9998, 12, 31, tzinfo=UTC)


class Clock:
    """A clock that can be set, frozen and advanced. All instants are aware and in UTC."""

    def __init__(self, now: datetime | None = None, *, frozen: bool = False) -> None:
        self._ahead = 0  # microseconds by which this clock runs ahead of the wall clock
        self._standing: int | None = None
        if frozen:
            self.freeze()
        if now is not None:
            self.set(now)

    def microseconds(self) -> int:
        """The present instant in microseconds since 1970."""
        return _wall() + self._ahead if self._standing is None else self._standing

    def now(self) -> datetime:
        """The present instant, to the microsecond."""
        return _EPOCH + timedelta(microseconds=self.microseconds())

    def today(self) -> date:
        """The present day in UTC."""
        return self.now().date()

    @property
    def frozen(self) -> bool:
        return self._standing is not None

    def set(self, now: datetime) -> None:
        """Jump to an instant, forwards or backwards; a frozen clock stays frozen there.

        Raises ``ValueError`` for a datetime without an offset, or outside the years 1 to 9998.
        """
        if now.tzinfo is None:
            raise ValueError("an instant needs an offset from UTC")
        if not FIRST_INSTANT <= now <= LAST_INSTANT:
            raise ValueError("an instant must lie in the years 1 to 9998")
        instant = (now - _EPOCH) // _MICROSECOND
        if self._standing is not None:
            self._standing = instant
        else:
            self._ahead = instant - _wall()

    def advance(self, by: timedelta) -> None:
        """Move on by a span, or back if it is negative. Raises as ``set`` does."""
        try:
            then = self.now() + by
        except OverflowError as error:
            raise ValueError("an instant must lie in the years 1 to 9998") from error
        self.set(then)

    def reset(self) -> None:
        """Run with the wall clock, as a new clock does."""
        self._standing = None
        self._ahead = 0

    def freeze(self) -> None:
        """Stand still at the present instant."""
        self._standing = self.microseconds()

    def thaw(self) -> None:
        """Run on from where the clock stands."""
        if self._standing is not None:
            self._ahead = self._standing - _wall()
            self._standing = None


def parse_instant(text: str) -> datetime:
    """The instant that an ISO 8601 text names.

    Raises ``ValueError`` for text that is none, that has no offset from UTC, or that lies outside
    the years 1 to 9998.
    """
    instant = datetime.fromisoformat(text)
    return Clock(instant, frozen=True).now()


def _wall() -> int:
    return time.time_ns() // 1000


def monotonic() -> float:
    """Seconds on a clock that never jumps; only differences mean something."""
    return time.perf_counter()
