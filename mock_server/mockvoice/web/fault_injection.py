"""Fault injection: error responses, delays, truncated and lost responses.

The faults of a request are selected after its credential has been checked and before its parameters
are validated. Therefore a fault with an error response changes no data, and random draws follow the
order of the requests.
"""

import asyncio
from http import HTTPStatus

from starlette.types import Receive, Send

from mockvoice.sandboxes.faults import Effect, Fault, FaultTrigger
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.errors import (
    InjectedError,
    RequestError,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    Unauthorized,
)
from mockvoice.web.fault_effects import drop, drop_after_commit, truncate_json
from mockvoice.web.middleware import Step
from mockvoice.web.request_context import RequestContext
from mockvoice.web.vendor import Vendor

FAULT_HEADER = b"x-mock-fault"
MAX_DELAY_SECONDS = 300.0
# These end a request, so no other fault can apply after them.
_TERMINAL_KINDS = frozenset({"status", "rate_limit", "expire_tokens", "drop"})
_SECOND = 1_000_000

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


async def inject_faults(
    context: RequestContext,
    vendor: Vendor,
    next_step: Step,
    receive: Receive,
    send: Send,
) -> None:
    """Run the next step with the faults of this request. Raises ``InjectedError``."""
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
                await drop(context.scope, receive)
                return
            case "commit_then_drop":
                faulty_send = drop_after_commit(context, receive)
            case "malformed":
                faulty_send = truncate_json(context, faulty_send)
            case _:
                raise InjectedError(_error(effect, context, fault, sandbox))
    context.error_send = faulty_send
    await next_step(context, receive, faulty_send)


def _matching_faults(
    context: RequestContext, vendor: Vendor, sandbox: Sandbox
) -> list[tuple[str, Effect, Fault | None]]:
    """Return the triggered faults: name, effect, fault (``None`` for the header's effects).

    It must not await, so that random draws follow the order of the requests.
    """
    matching: list[tuple[str, Effect, Fault | None]] = [
        ("X-Mock-Fault", effect, None) for effect in _header_effects(context)
    ]
    trigger = _trigger(context, vendor, sandbox)
    for fault in sandbox.faults.active:
        if matching and matching[-1][1]["kind"] in _TERMINAL_KINDS:
            break
        if fault.matches(trigger):
            matching.append((f"fault {fault.id}", fault.effect, fault))
    if any(fault is not None and fault.remaining == 0 for _, _, fault in matching):
        sandbox.faults.refresh()
    return matching


def _header_effects(context: RequestContext) -> list[Effect]:
    text = context.header(FAULT_HEADER)
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


def _trigger(context: RequestContext, vendor: Vendor, sandbox: Sandbox) -> FaultTrigger:
    if context.operation is None:
        raise RuntimeError("faults must run after routing")
    return FaultTrigger(
        vendor.key,
        context.operation.id,
        _has_fixed_credential(context, vendor, sandbox),
        sandbox.seed,
        sandbox.clock.microseconds(),
    )


def _error(
    effect: Effect, context: RequestContext, fault: Fault | None, sandbox: Sandbox
) -> Exception:
    """Return the error to respond with; an effect of the header has no fault."""
    if fault is not None and effect["kind"] == "rate_limit":
        end = fault.window_end()
        seconds = max(1, -(-(end - sandbox.clock.microseconds()) // _SECOND))
        return TooManyRequests(seconds, effect["limit"], -(-end // _SECOND))
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


def _has_fixed_credential(context: RequestContext, vendor: Vendor, sandbox: Sandbox) -> bool:
    """Whether the request was sent with a fixed token or key, which never expires by itself."""
    return vendor.sent_token(context) in sandbox.credentials.get(vendor.key, {}).values()
