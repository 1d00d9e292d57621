"""Fault injection: error responses, delays, truncated and lost responses.

A sandbox's faults are *active* until their ``times`` are used up. The faults of a request are
selected after its credential has been checked and before its parameters are validated. Therefore
a fault with an error response changes no data, and random draws follow the order of the requests.
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
MAX_DELAY_SECONDS = 300.0
MAX_FAULTS = 1000
# These end a request, so no other fault can apply after them.
_TERMINAL_KINDS = frozenset({"status", "rate_limit", "expire_tokens", "drop"})
_SECOND = 1_000_000

Effect = Mapping[str, Any]

# The effects of the fault header, for messages.
HEADER_EFFECTS = (
    "status=N (400 to 599)",
    f"delay=SECONDS (up to {MAX_DELAY_SECONDS:.0f})",
    "drop",
    "commit_then_drop",
    "malformed",
    "expire_tokens",
)

# The effects of the control API, for messages.
API_EFFECTS = (
    'one of {"kind": "status", "status": 400 to 599}, '
    f'{{"kind": "delay", "seconds": 0 to {MAX_DELAY_SECONDS:.0f}}}, '
    '{"kind": "rate_limit", "limit": n, "window_seconds": s}, and {"kind": k} with '
    "drop, commit_then_drop, malformed or expire_tokens"
)


class InvalidFaultHeader(RequestError):
    """The fault header contains an unknown or invalid fault."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"X-Mock-Fault: {text[:200]!r} is not a fault; expected a comma-separated list of "
            f"{', '.join(HEADER_EFFECTS[:-1])} or {HEADER_EFFECTS[-1]}"
        )


class InjectedStatus(RequestError):
    """An injected error response of any status."""

    def __init__(self, status: int) -> None:
        phrases = {standard.value: standard.phrase for standard in HTTPStatus}
        super().__init__(phrases.get(status, "Rejected"))
        self.status = status


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

    def matches(self, context: RequestContext, vendor: str, sandbox: "Sandbox") -> bool:
        """Decide whether this request triggers the fault, and if so count it."""
        operation = context.operation
        if operation is None or self.vendor not in (vendor, ANY):
            return False
        if self.operation not in (operation.id, ANY) or self.remaining == 0:
            return False
        if self.effect["kind"] == "expire_tokens" and not _has_fixed_credential(
            context, vendor, sandbox
        ):
            return False
        if self.probability < 1 and self._draw(sandbox.seed) >= self.probability:
            return False
        if self.effect["kind"] == "rate_limit" and not self._exceeds_rate_limit(sandbox):
            return False
        self.hits += 1
        return True

    def error(self, context: RequestContext, now: int) -> Exception:
        """Return the error to respond with; ``now`` is in microseconds since 1970."""
        if self.effect["kind"] != "rate_limit":
            return injected_error(self.effect, context)
        end = self._window[0] + round(self.effect["window_seconds"] * _SECOND)
        seconds = max(1, -(-(end - now) // _SECOND))
        return TooManyRequests(seconds, self.effect["limit"], -(-end // _SECOND))

    def _draw(self, seed: int) -> float:
        self._draws += 1
        digest = blake2b(f"{seed}/fault/{self.id}/{self._draws}".encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 2**56

    def _exceeds_rate_limit(self, sandbox: "Sandbox") -> bool:
        """Whether the window's limit is exceeded; a window starts with its first request."""
        now = sandbox.clock.microseconds()
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


def has_fault_header(scope: Scope) -> bool:
    """Whether the request has a fault header."""
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
    """Run the next app with the faults of this request. Raises ``InjectedError``."""
    sandbox = context.sandbox
    if sandbox is None:
        raise RuntimeError("faults must run after security")
    faulty_send = send
    for name, effect, fault in _matching_faults(context, vendor, sandbox):
        context.add_note(f"{name}: {effect_summary(effect)}")
        match effect["kind"]:
            case "delay":
                await asyncio.sleep(effect["seconds"])
            case "drop":
                await drop(scope, receive)
                return
            case "commit_then_drop":
                faulty_send = drop_after_commit(context, receive)
            case "malformed":
                faulty_send = truncate_json(context, faulty_send)
            case _:
                now = sandbox.clock.microseconds()
                raise InjectedError(
                    injected_error(effect, context) if fault is None else fault.error(context, now)
                )
    context.error_send = faulty_send
    await next_app(scope, receive, faulty_send)


def _matching_faults(
    context: RequestContext, vendor: str, sandbox: "Sandbox"
) -> list[tuple[str, Effect, Fault | None]]:
    """Return the triggered faults: name, effect, fault (``None`` for the header's effects).

    It must not await, so that random draws follow the order of the requests.
    """
    matching: list[tuple[str, Effect, Fault | None]] = [
        ("X-Mock-Fault", effect, None) for effect in _header_effects(context)
    ]
    for fault in sandbox.faults.active:
        if matching and matching[-1][1]["kind"] in _TERMINAL_KINDS:
            break
        if fault.matches(context, vendor, sandbox):
            matching.append((f"fault {fault.id}", fault.effect, fault))
    if any(fault is not None and fault.remaining == 0 for _, _, fault in matching):
        sandbox.faults.refresh()
    return matching


def _header_effects(context: RequestContext) -> list[Effect]:
    text = context.header(HEADER)
    if text is None:
        return []
    return [_parse_effect(item.strip(), text) for item in text.split(",")]


def _parse_effect(item: str, text: str) -> Effect:
    """Parse one effect of the header. Raises ``InjectedError``: no contract documents this error."""
    kind, equals, value = item.partition("=")
    try:
        match kind.strip(), equals:
            case "status", "=" if 400 <= int(value) <= 599:
                return {"kind": "status", "status": int(value)}
            case "delay", "=" if 0 <= float(value) <= MAX_DELAY_SECONDS:
                return {"kind": "delay", "seconds": float(value)}
            case ("drop" | "commit_then_drop" | "malformed" | "expire_tokens") as name, "":
                return {"kind": name}
    except ValueError:
        pass
    raise InjectedError(InvalidFaultHeader(text))


def injected_error(effect: Effect, context: RequestContext) -> Exception:
    """Return the error of an effect other than ``rate_limit``."""
    if effect["kind"] == "expire_tokens":
        return TokenExpired("the token has expired (injected fault)")
    match status := int(effect["status"]):
        case 401:
            return Unauthorized("the credential is rejected (injected fault)")
        case 404:
            return RouteNotFound(context.method, context.path)
        case 429:
            return TooManyRequests(1)
        case _:
            return InjectedStatus(status)


def effect_summary(effect: Effect) -> str:
    """Describe an effect in one line."""
    values = (f"{name} {value}" for name, value in effect.items() if name not in ("kind", "status"))
    status = str(effect.get("status", ""))
    return " ".join([effect["kind"], status, ", ".join(values)]).strip().replace("  ", " ")


def _has_fixed_credential(context: RequestContext, vendor: str, sandbox: "Sandbox") -> bool:
    """Whether the request was sent with a fixed credential, which never expires by itself."""
    header = context.header(b"authorization") or ""
    return header.partition(" ")[2].strip() in sandbox.credentials.get(vendor, {}).values()
