"""When a request to another server is sent, and how long to wait before it is sent again.

The seeder and the check follow this policy: a server that limits requests gets fewer of them.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from mockvoice.kernel.clock import Clock, monotonic

ATTEMPTS = 10  # for each request
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 30.0
TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503
# A server that limits requests is called at least once in this time.
LONGEST_INTERVAL_SECONDS = 1.0
# After this number of requests in a row without a 429, the pace increases again.
REQUESTS_BEFORE_INCREASE = 20
REPETITIONS_WITHOUT_EFFECT = 3
INCREASE = 0.8  # factor of the interval


class WaitTooLong(Exception):
    """The server asks to wait longer than the run waits for one request, or in all."""


@dataclass(frozen=True, kw_only=True)
class WaitLimits:
    """The longest wait for one request and the longest sum of all waits, in seconds.

    ``who`` is the subject of messages, such as ``the check``.
    """

    who: str
    longest: float
    total: float = float("inf")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, or ``None``.

    A date is compared with the server's own clock, if the response has a ``Date``.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
        date = headers.get("Date")
        now = parsedate_to_datetime(date) if date else Clock().now()
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def growing_wait(attempt: int) -> float:
    """Return the seconds to wait after an attempt, counted from 0, if the server names no time."""
    return min(FIRST_WAIT_SECONDS * float(2**attempt), LONGEST_WAIT_SECONDS)


class Pace:
    """The times at which the requests of a run are sent; threads share it.

    ``processes`` is the number of processes that share the limit ``requests_per_minute``.
    """

    def __init__(self, requests_per_minute: float | None = None, *, processes: int = 1) -> None:
        self._shortest = 60 * processes / requests_per_minute if requests_per_minute else 0.0
        self._interval = self._shortest
        self._next_at = 0.0
        self._accepted = 0  # requests since the last 429
        self._last_rejection: tuple[int, float] | None = None
        self._repetitions = 0
        self._lock = threading.Lock()

    @property
    def interval(self) -> float:
        """The seconds between two requests."""
        return self._interval

    def wait_for_turn(self) -> None:
        """Wait until the next request may be sent."""
        with self._lock:
            now = monotonic()
            turn = max(self._next_at, now)
            self._next_at = turn + self._interval
        if turn > now:
            time.sleep(turn - now)

    def count_accepted(self) -> None:
        """Count a request that the server did not reject with 429; increase the pace now and then."""
        with self._lock:
            self._accepted += 1
            if self._accepted % REQUESTS_BEFORE_INCREASE == 0:
                self._interval = max(self._interval * INCREASE, self._shortest)

    def slow_down(self, wait: float) -> None:
        """Reduce the pace after a 429, and send no request before ``wait`` seconds have passed.

        The wait, spread over the requests since the last 429, is the time that was missing.
        """
        with self._lock:
            # Waits that stay the same do not depend on the pace, so a slower one would not help.
            rejection = self._accepted, wait
            self._repetitions = self._repetitions + 1 if rejection == self._last_rejection else 0
            self._last_rejection = rejection
            if self._repetitions >= REPETITIONS_WITHOUT_EFFECT:
                self._interval = self._shortest
            else:
                missing = wait / max(self._accepted, 1)
                # A limit in the target file may be slower.
                longest = max(LONGEST_INTERVAL_SECONDS, self._shortest)
                self._interval = min(max(self._interval, missing), longest)
            self._accepted = 0
            self._next_at = max(self._next_at, monotonic() + wait)


class Waits:
    """The waits of a run, within limits, and their sum."""

    def __init__(self, limits: WaitLimits, pace: Pace) -> None:
        self.seconds = 0.0
        self._limits = limits
        self._pace = pace

    def wait(self, attempt: int, status: int | None = None, seconds: float | None = None) -> None:
        """Wait before a request is sent again; ``seconds`` are those that the server asks for.

        Raises ``WaitTooLong`` instead of waiting longer than the limits.
        """
        self._check(seconds)
        pause = growing_wait(attempt) if seconds is None else seconds
        pause = min(pause, self._limits.longest)
        if self.seconds + pause > self._limits.total:
            raise WaitTooLong(
                f"the server has asked to wait {round(self.seconds)} s in all, and now {round(pause)} s "
                f"more; {self._limits.who} waits {round(self._limits.total)} s at most: set "
                "requests_per_minute in the target file to what the server allows"
            )
        self.seconds += pause
        if status == TOO_MANY_REQUESTS:
            self._pace.slow_down(pause)
        else:
            time.sleep(pause)

    def _check(self, seconds: float | None) -> None:
        if seconds is not None and seconds > self._limits.longest:
            raise WaitTooLong(
                f"the server asks to wait {round(seconds)} s; {self._limits.who} waits "
                f"{round(self._limits.longest)} s at most: try again later, or set "
                "requests_per_minute in the target file to what the server allows"
            )
