"""Faults that somebody has asked for: answers refused, late, cut or lost, on purpose.

A sandbox's faults are *armed* until their ``times`` are used up. What strikes a request is decided
at once, when its credential has been checked and before its parameters are; so a fault that
refuses leaves the world unchanged, and chance comes in the order of the requests.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.web.errors import (
    InjectedError,
    RequestError,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    Unauthorized,
)
from mockvoice.web.fault_effects import drop, drop_after_commit, truncate_json
from mockvoice.web.request_context import RequestContext

if TYPE_CHECKING:
    from mockvoice.web.sandboxes import Sandbox

ANY = "*"
HEADER = b"x-mock-fault"
LONGEST_DELAY = 300.0
FAULTS_KEPT = 1000
# After these nothing of a request is left that another fault could change.
_ENDING = frozenset({"status", "rate_limit", "expire_tokens", "drop"})
_SECOND = 1_000_000

Effect = Mapping[str, Any]

EFFECTS = (
    "status=N (400 to 599)",
    f"delay=SECONDS (up to {LONGEST_DELAY:.0f})",
    "drop",
    "commit_then_drop",
    "malformed",
    "expire_tokens",
)


EFFECT_FORMS = (
    'one of {"kind": "status", "status": 400 to 599}, '
    f'{{"kind": "delay", "seconds": 0 to {LONGEST_DELAY:.0f}}}, '
    '{"kind": "rate_limit", "limit": n, "window_seconds": s}, and {"kind": k} with '
    "drop, commit_then_drop, malformed or expire_tokens"
)


class InvalidFaultHeader(RequestError):
    """The header asks for a fault that there is not."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"X-Mock-Fault: {text[:200]!r} is no fault; expected is {', '.join(EFFECTS[:-1])} or "
            f"{EFFECTS[-1]}, several of them with commas between"
        )


class InjectedStatus(RequestError):
    """An answer of a status that no rule has led to."""

    def __init__(self, status: int) -> None:
        names = {each.value: each.phrase for each in HTTPStatus}
        super().__init__(names.get(status, "Refused"))
        self.status = status


@dataclass(slots=True)
class Fault:
    """One fault of a sandbox: which requests it strikes, how often, and what it does to them."""

    id: int
    vendor: str  # a key, or "*"
    operation: str  # an operation's id, or "*"
    effect: Effect  # {"kind": "status", "status": 503} and so on
    times: int | None = None  # None: until it is removed
    probability: float = 1.0
    hits: int = 0
    _draws: int = 0
    _window: tuple[int, int] = field(default=(0, 0))  # when it began, and the requests in it

    @property
    def remaining(self) -> int | None:
        """How often it will strike yet; ``None`` if there is no end to it."""
        return None if self.times is None else self.times - self.hits

    def matches(self, context: RequestContext, vendor: str, sandbox: "Sandbox") -> bool:
        """Whether this request is struck, which counts and draws."""
        operation = context.operation
        if operation is None or self.vendor not in (vendor, ANY):
            return False
        if self.operation not in (operation.id, ANY) or self.remaining == 0:
            return False
        if self.effect["kind"] == "expire_tokens" and not _fixed(context, vendor, sandbox):
            return False
        if self.probability < 1 and self._draw(sandbox.seed) >= self.probability:
            return False
        if self.effect["kind"] == "rate_limit" and not self._exceeded(sandbox):
            return False
        self.hits += 1
        return True

    def error(self, context: RequestContext, now: int) -> Exception:
        """What the vendor shall say; ``now`` is in microseconds since 1970."""
        if self.effect["kind"] != "rate_limit":
            return injected_error(self.effect, context)
        end = self._window[0] + round(self.effect["window_seconds"] * _SECOND)
        seconds = max(1, -(-(end - now) // _SECOND))
        return TooManyRequests(seconds, self.effect["limit"], -(-end // _SECOND))

    def _draw(self, seed: int) -> float:
        self._draws += 1
        drawn = blake2b(f"{seed}/fault/{self.id}/{self._draws}".encode(), digest_size=7).digest()
        return int.from_bytes(drawn) / 2**56

    def _exceeded(self, sandbox: "Sandbox") -> bool:
        """Whether the window's share is used up; a window begins with the first request in it."""
        now = sandbox.clock.microseconds()
        began, seen = self._window
        if not seen or not began <= now < began + self.effect["window_seconds"] * _SECOND:
            began, seen = now, 0
        self._window = began, seen + 1
        return seen + 1 > int(self.effect["limit"])


class Faults:
    """The faults of one sandbox, in the order in which they were set."""

    __slots__ = ("_all", "_last", "active")

    def __init__(self) -> None:
        self._all: dict[int, Fault] = {}
        self._last = 0
        self.active: tuple[
            Fault, ...
        ] = ()  # those that may strike yet; requests look at this alone

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
        """Set a fault."""
        self._last += 1
        fault = Fault(self._last, vendor, operation, effect, times, probability)
        self._all[fault.id] = fault
        self.refresh()
        return fault

    def remove(self, number: int) -> bool:
        """Remove a fault; false if there is none of this number."""
        found = self._all.pop(number, None)
        self.refresh()
        return found is not None

    def clear(self) -> None:
        """Remove all; numbers begin anew, so that the same faults meet the same chance again."""
        self._all.clear()
        self._last = 0
        self.refresh()

    def refresh(self) -> None:
        """Disarm those whose times are used up."""
        self.active = tuple(each for each in self._all.values() if each.remaining != 0)


def has_fault_header(scope: Scope) -> bool:
    """Whether the request itself asks for a fault."""
    for name, _ in scope["headers"]:  # noqa: SIM110 - a generator would cost more than the loop
        if name == HEADER:
            return True
    return False


async def inject_faults(
    context: RequestContext,
    vendor: str,
    next_app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """The rest of the walk with the faults that strike it; those that refuse raise ``Faulted``."""
    sandbox = context.sandbox
    if sandbox is None:
        raise RuntimeError("faults come after security")
    outlet = send
    for name, effect, fault in _matching_faults(context, vendor, sandbox):
        context.add_note(f"{name}: {effect_summary(effect)}")
        match effect["kind"]:
            case "delay":
                await asyncio.sleep(effect["seconds"])
            case "drop":
                await drop(scope, receive)
                return
            case "commit_then_drop":
                outlet = drop_after_commit(context, receive)
            case "malformed":
                outlet = truncate_json(context, outlet)
            case _:
                now = sandbox.clock.microseconds()
                raise InjectedError(
                    injected_error(effect, context) if fault is None else fault.error(context, now)
                )
    context.error_send = outlet
    await next_app(scope, receive, outlet)


def _matching_faults(
    context: RequestContext, vendor: str, sandbox: "Sandbox"
) -> list[tuple[str, Effect, Fault | None]]:
    """What strikes a request, with the name of each; all of it is decided before anything waits."""
    struck: list[tuple[str, Effect, Fault | None]] = [
        ("X-Mock-Fault", effect, None) for effect in _header_effects(context)
    ]
    for fault in sandbox.faults.active:
        if struck and struck[-1][1]["kind"] in _ENDING:
            break
        if fault.matches(context, vendor, sandbox):
            struck.append((f"fault {fault.id}", fault.effect, fault))
    if any(fault is not None and fault.remaining == 0 for _, _, fault in struck):
        sandbox.faults.refresh()
    return struck


def _header_effects(context: RequestContext) -> list[Effect]:
    text = context.header(HEADER)
    if text is None:
        return []
    return [_parse_effect(each.strip(), text) for each in text.split(",")]


def _parse_effect(word: str, text: str) -> Effect:
    """One effect of the header. Raises ``Faulted``, since the vendor has no word for it."""
    kind, given, value = word.partition("=")
    try:
        match kind.strip(), given:
            case "status", "=" if 400 <= int(value) <= 599:
                return {"kind": "status", "status": int(value)}
            case "delay", "=" if 0 <= float(value) <= LONGEST_DELAY:
                return {"kind": "delay", "seconds": float(value)}
            case ("drop" | "commit_then_drop" | "malformed" | "expire_tokens") as known, "":
                return {"kind": known}
    except ValueError:
        pass
    raise InjectedError(InvalidFaultHeader(text))


def injected_error(effect: Effect, context: RequestContext) -> Exception:
    """What a vendor is to say for an effect that refuses, without state of its own."""
    if effect["kind"] == "expire_tokens":
        return TokenExpired("the token has expired, since a fault says so")
    match status := int(effect["status"]):
        case 401:
            return Unauthorized("the credential is refused, since a fault says so")
        case 404:
            return RouteNotFound(context.method, context.path)
        case 429:
            return TooManyRequests(1)
        case _:
            return InjectedStatus(status)


def effect_summary(effect: Effect) -> str:
    """An effect in one line."""
    given = (f"{name} {value}" for name, value in effect.items() if name not in ("kind", "status"))
    status = str(effect.get("status", ""))
    return " ".join([effect["kind"], status, ", ".join(given)]).strip().replace("  ", " ")


def _fixed(context: RequestContext, vendor: str, sandbox: "Sandbox") -> bool:
    """Whether the request came with a credential that never expires by itself."""
    header = context.header(b"authorization") or ""
    return header.partition(" ")[2].strip() in sandbox.credentials.get(vendor, {}).values()
