"""The faults of a sandbox: which requests or webhook deliveries trigger them, how often, with what effect.

A fault is *active* until its ``times`` are used up. A fault with a name is triggered only by requests
that name it in the header ``X-Mock-Fault``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from mockvoice.sandboxes.request_match import RequestMatch

ANY = "*"
MAX_FAULTS = 1000
_SECOND = 1_000_000

Effect = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FaultTrigger:
    """The properties of a request that decide whether it triggers a fault.

    ``names`` are the names of faults in its header ``X-Mock-Fault``, ``meets`` the faults whose
    criteria it meets.
    """

    vendor: str
    operation: str
    names: frozenset[str]
    meets: frozenset["Fault"]
    has_fixed_credential: bool  # such a credential never expires by itself
    seed: int  # of the sandbox, for random draws
    now: int  # microseconds since 1970 on the sandbox's clock


@dataclass(slots=True, eq=False)
class Fault:
    """One fault of a sandbox: the requests that trigger it, how often, and its effects.

    Effects ``in_turn`` are used once each, one after the other. Then the fault is used up.
    """

    id: int
    vendor: str  # a key, or "*"
    operation: str  # an operation's id, or "*"
    effects: Sequence[Effect]  # {"kind": "status", "status": 503} and so on
    times: int | None = None  # None: until it is removed
    probability: float = 1.0
    match: RequestMatch | None = None
    name: str | None = None
    in_turn: bool = False
    hits: int = 0
    draws: int = 0
    window: tuple[int, int] = field(default=(0, 0))  # its start, and the number of requests in it

    @property
    def remaining(self) -> int | None:
        """How often the fault can still be triggered; ``None`` if there is no limit."""
        return None if self.times is None else self.times - self.hits

    @property
    def counters(self) -> tuple[int, ...]:
        """All that changes in a fault: hits, draws, and the window of a rate limit."""
        return (self.hits, self.draws, *self.window)

    @property
    def effect(self) -> Effect:
        """The effect of the next request that triggers the fault, or else the last one."""
        return self.effects[min(self.hits, len(self.effects) - 1)]

    def concerns(self, vendor: str, operation: str) -> bool:
        """Return whether requests of an operation can trigger the fault."""
        return (
            self.vendor in (vendor, ANY)
            and self.operation in (operation, ANY)
            and self.remaining != 0
        )

    def is_triggered_by(self, request: FaultTrigger) -> bool:
        """Return whether a request triggers the fault. Random draws and rate limits count each request."""
        if not self.concerns(request.vendor, request.operation):
            return False
        if self.name is not None and self.name not in request.names:
            return False
        if self.match is not None and self not in request.meets:
            return False
        # Without ``match``, all other tokens have expired when the fault was added.
        expires_fixed = self.effect["kind"] == "expire_tokens" and self.match is None
        if expires_fixed and not request.has_fixed_credential:
            return False
        if self.probability < 1 and self._draw(request.seed) >= self.probability:
            return False
        return self.effect["kind"] != "rate_limit" or self._exceeds_rate_limit(request.now)

    @property
    def is_for_deliveries(self) -> bool:
        """Whether webhook deliveries trigger the fault, and not requests."""
        return bool(self.effects[0]["kind"] == "webhook")

    def is_triggered_by_delivery(self, vendor: str, event: str, seed: int) -> bool:
        """Return whether a webhook delivery triggers the fault. Random draws count each delivery."""
        return (
            self.vendor in (vendor, ANY)
            and bool(self.effect.get("event", event) == event)
            and (self.probability == 1 or self._draw(seed) < self.probability)
        )

    def use(self) -> Effect:
        """Count a request or a delivery that triggers the fault, and return its effect."""
        effect = self.effect
        self.hits += 1
        return effect

    def window_end(self) -> int:
        """Return the end of the rate limit's present window, in microseconds since 1970."""
        length: int = round(self.effect["window_seconds"] * _SECOND)
        return self.window[0] + length

    def _draw(self, seed: int) -> float:
        self.draws += 1
        digest = blake2b(f"{seed}/fault/{self.id}/{self.draws}".encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 2**56

    def _exceeds_rate_limit(self, now: int) -> bool:
        """Whether the window's limit is exceeded; a window starts with its first request."""
        start, count = self.window
        if not count or not start <= now < start + self.effect["window_seconds"] * _SECOND:
            start, count = now, 0
        self.window = start, count + 1
        return count + 1 > int(self.effect["limit"])


def _do_nothing() -> None:
    """Do nothing, for faults that no store keeps."""


class Faults:
    """The faults of one sandbox, in the order in which they were added.

    ``changed`` is called after each change, and for draws and hits too.
    """

    __slots__ = ("_all", "_last", "active", "active_for_deliveries", "changed")

    def __init__(self, changed: Callable[[], None] = _do_nothing) -> None:
        self.changed = changed
        self._all: dict[int, Fault] = {}
        self._last = 0
        # The faults that requests, and webhook deliveries, can still trigger; these read no others.
        self.active: tuple[Fault, ...] = ()
        self.active_for_deliveries: tuple[Fault, ...] = ()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def add(
        self,
        vendor: str,
        operation: str,
        effects: Sequence[Effect],
        times: int | None = None,
        probability: float = 1.0,
        match: RequestMatch | None = None,
        name: str | None = None,
        *,
        in_turn: bool = False,
    ) -> Fault:
        """Add a fault. Effects ``in_turn`` are used once each, so there is no ``times``."""
        self._last += 1
        times = len(effects) if in_turn else times
        fault = Fault(
            self._last, vendor, operation, effects, times, probability, match, name, in_turn
        )
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
        left = [fault for fault in self._all.values() if fault.remaining != 0]
        self.active = tuple(fault for fault in left if not fault.is_for_deliveries)
        self.active_for_deliveries = tuple(fault for fault in left if fault.is_for_deliveries)
        self.changed()

    def use_for_delivery(self, vendor: str, event: str, seed: int) -> Effect | None:
        """Return the effect of the oldest fault that a webhook delivery triggers, and count it."""
        for fault in self.active_for_deliveries:
            if fault.is_triggered_by_delivery(vendor, event, seed):
                effect = fault.use()
                self.refresh()
                return effect
        if self.active_for_deliveries:
            self.changed()  # a draw may have been counted
        return None

    @property
    def last_id(self) -> int:
        """The id of the fault that was added last; 0 before the first one."""
        return self._last

    def restore(self, faults: Iterable[Fault], last_id: int) -> None:
        """Replace all faults by stored ones, and continue their ids."""
        self._all = {fault.id: fault for fault in faults}
        self._last = last_id
        self.refresh()
