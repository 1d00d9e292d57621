"""The faults of a sandbox: which requests trigger them, how often, and with what effect.

A fault is *active* until its ``times`` are used up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

ANY = "*"
MAX_FAULTS = 1000
_SECOND = 1_000_000

Effect = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FaultTrigger:
    """The properties of a request that decide whether it triggers a fault."""

    vendor: str
    operation: str
    has_fixed_credential: bool  # such a credential never expires by itself
    seed: int  # of the sandbox, for random draws
    now: int  # microseconds since 1970 on the sandbox's clock


@dataclass(slots=True)
class Fault:
    """One fault of a sandbox: the requests that trigger it, how often, and its effect."""

    id: int
    vendor: str  # a key, or "*"
    operation: str  # an operation's id, or "*"
    effect: Effect  # {"kind": "status", "status": 503} and so on
    times: int | None = None  # None: until it is removed
    probability: float = 1.0
    hits: int = 0
    _draws: int = 0
    _window: tuple[int, int] = field(default=(0, 0))  # its start, and the number of requests in it

    @property
    def remaining(self) -> int | None:
        """How often the fault can still be triggered; ``None`` if there is no limit."""
        return None if self.times is None else self.times - self.hits

    def matches(self, request: FaultTrigger) -> bool:
        """Decide whether a request triggers the fault, and if so count it."""
        if self.vendor not in (request.vendor, ANY) or self.remaining == 0:
            return False
        if self.operation not in (request.operation, ANY):
            return False
        if self.effect["kind"] == "expire_tokens" and not request.has_fixed_credential:
            return False
        if self.probability < 1 and self._draw(request.seed) >= self.probability:
            return False
        if self.effect["kind"] == "rate_limit" and not self._exceeds_rate_limit(request.now):
            return False
        self.hits += 1
        return True

    def window_end(self) -> int:
        """Return the end of the rate limit's present window, in microseconds since 1970."""
        length: int = round(self.effect["window_seconds"] * _SECOND)
        return self._window[0] + length

    def _draw(self, seed: int) -> float:
        self._draws += 1
        digest = blake2b(f"{seed}/fault/{self.id}/{self._draws}".encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 2**56

    def _exceeds_rate_limit(self, now: int) -> bool:
        """Whether the window's limit is exceeded; a window starts with its first request."""
        start, count = self._window
        if not count or not start <= now < start + self.effect["window_seconds"] * _SECOND:
            start, count = now, 0
        self._window = start, count + 1
        return count + 1 > int(self.effect["limit"])


class Faults:
    """The faults of one sandbox, in the order in which they were added."""

    __slots__ = ("_all", "_last", "active")

    def __init__(self) -> None:
        self._all: dict[int, Fault] = {}
        self._last = 0
        # The faults that can still be triggered; requests read only these.
        self.active: tuple[Fault, ...] = ()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def add(
        self,
        vendor: str,
        operation: str,
        effect: Effect,
        times: int | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Add a fault."""
        self._last += 1
        fault = Fault(self._last, vendor, operation, effect, times, probability)
        self._all[fault.id] = fault
        self.refresh()
        return fault

    def remove(self, number: int) -> bool:
        """Remove a fault; returns false if there is none of this number."""
        removed = self._all.pop(number, None)
        self.refresh()
        return removed is not None

    def clear(self) -> None:
        """Remove all faults and restart their ids, so that the same faults draw the same numbers."""
        self._all.clear()
        self._last = 0
        self.refresh()

    def refresh(self) -> None:
        """Deactivate the faults whose times are used up."""
        self.active = tuple(fault for fault in self._all.values() if fault.remaining != 0)
