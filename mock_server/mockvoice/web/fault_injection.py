"""Fault injection: error responses, stubbed responses, delays, truncated and lost responses.

The faults of a request are selected after its credential has been checked and before its parameters
are validated. Therefore a fault with a response of its own changes no data, and random draws follow the
order of the requests.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from starlette.types import Receive, Send

from mockvoice.sandboxes.durability import ChangesUndone, until_stored, with_loaded
from mockvoice.sandboxes.faults import Effect, Fault, FaultTrigger
from mockvoice.sandboxes.request_match import ABSENT
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.threads import Threads
from mockvoice.web.errors import (
    InjectedError,
    RequestError,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    Unauthorized,
)
from mockvoice.web.fault_effects import drop, drop_after_commit, truncate_json
from mockvoice.web.fault_header import MAX_DELAY_SECONDS, header_effects
from mockvoice.web.middleware import Step
from mockvoice.web.request_context import RequestContext
from mockvoice.web.request_reading import request_parts
from mockvoice.web.stubbed_responses import send_answer
from mockvoice.web.vendor import Vendor

# Expected values times bytes of body and query, up to which a comparison takes a millisecond or so.
MAX_QUICK_COMPARISON = 20_000
# These end a request, so no other fault can apply after them.
_TERMINAL_KINDS = frozenset({"status", "rate_limit", "expire_tokens", "drop", "answer"})
_SECOND = 1_000_000

# The effects of the control API by kind, for messages.
EFFECT_FORMS = {
    "status": '{"kind": "status", "status": 400 to 599}',
    "delay": f'{{"kind": "delay", "seconds": 0 to {MAX_DELAY_SECONDS:.0f}}}',
    "answer": '{"kind": "answer", "status": 200 to 599, "headers": {name: text}, "body": any JSON}',
    "rate_limit": '{"kind": "rate_limit", "limit": n, "window_seconds": s}',
    "webhook": '{"kind": "webhook", "how": "duplicate", "reorder", "delay" or "drop", "event": text, '
    '"seconds": 0 to 31536000}',
    **{
        kind: f'{{"kind": "{kind}"}}'
        for kind in ("drop", "commit_then_drop", "malformed", "expire_tokens")
    },
}


class StubNotAvailable(RequestError):
    """The stubbed response that the fault header names is not for this request."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"X-Mock-Fault: the fault named {name} is used up, or is for other requests (vendor, "
            "operation, match)"
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
    threads: Threads,
    next_step: Step,
    receive: Receive,
    send: Send,
) -> None:
    """Run the next step with the faults of this request. Raises ``InjectedError``."""
    sandbox = context.sandbox
    if sandbox is None:
        raise RuntimeError("faults must run after security")
    faulty_send = send
    if context.operation is None:
        raise RuntimeError("faults must run after routing")
    with_criteria = [
        fault
        for fault in sandbox.faults.active
        if fault.match is not None and fault.concerns(vendor.key, context.operation.id)
    ]
    met: frozenset[Fault] = frozenset()
    if with_criteria:
        met = await _compare_criteria(context, vendor, with_criteria, threads, receive)
        await with_loaded(sandbox.use)  # it may have left memory meanwhile
    triggered = _triggered_faults(context, vendor, sandbox, met)
    if sandbox.unstored is not None:
        failed_batches = sandbox.failed_batches
        await until_stored(sandbox.unstored)  # a hit or a draw may have been counted
        if sandbox.failed_batches != failed_batches:
            raise ChangesUndone
    for name, effect, fault in triggered:
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
            case "answer":
                # The journal shows the body, although no handler has read it.
                await _read_body(context, vendor, receive)
                await send_answer(context, effect, vendor.json_content_type, faulty_send)
                return
            case _:
                await _read_body(context, vendor, receive)
                raise InjectedError(_error(effect, context, fault, sandbox))
    context.error_send = faulty_send
    await next_step(context, receive, faulty_send)


async def _compare_criteria(
    context: RequestContext,
    vendor: Vendor,
    faults: Sequence[Fault],
    threads: Threads,
    receive: Receive,
) -> frozenset[Fault]:
    """Return the faults whose criteria a request meets, compared in a thread if that is slow."""
    if any(fault.match is not None and fault.match.body is not ABSENT for fault in faults):
        await _read_body(context, vendor, receive)
    work = partial(_meeting, context, vendor, faults)
    size = len(context.body or b"") + len(context.scope["query_string"])
    values = sum(fault.match.values for fault in faults if fault.match is not None)
    is_slow = values * size > MAX_QUICK_COMPARISON
    return await threads.bodies.run(work) if is_slow else work()


def _meeting(context: RequestContext, vendor: Vendor, faults: Sequence[Fault]) -> frozenset[Fault]:
    scope = context.scope
    parts = request_parts(
        vendor, scope["method"], context.path, scope["query_string"], scope["headers"], context.body
    )
    return frozenset(
        fault for fault in faults if fault.match is not None and fault.match.matches(parts)
    )


def _triggered_faults(
    context: RequestContext, vendor: Vendor, sandbox: Sandbox, met: frozenset[Fault]
) -> list[tuple[str, Effect, Fault | None]]:
    """Return the triggered faults: name, effect, fault (``None`` for the header's effects).

    Faults that the header names come first, then the others in the order of their creation. It must
    not await, so that random draws follow the order of the requests.
    """
    effects, requested = header_effects(context, sandbox.faults)
    triggered: list[tuple[str, Effect, Fault | None]] = [
        ("X-Mock-Fault", effect, None) for effect in effects
    ]
    trigger = _trigger(context, vendor, sandbox, requested, met)
    active = sandbox.faults.active
    if requested:
        active = tuple(sorted(active, key=lambda fault: fault.name not in requested))
    for fault in active:
        if triggered and triggered[-1][1]["kind"] in _TERMINAL_KINDS:
            break
        if fault.is_triggered_by(trigger):
            triggered.append((f"fault {fault.id}", fault.use(), fault))
    if any(fault is not None and fault.remaining == 0 for _, _, fault in triggered):
        sandbox.faults.refresh()
    elif active:
        sandbox.faults.changed()
    if requested and not any(fault and fault.name in requested for _, _, fault in triggered):
        names = ", ".join(sorted(requested))
        raise InjectedError(StubNotAvailable(names))
    return triggered


async def _read_body(context: RequestContext, vendor: Vendor, receive: Receive) -> None:
    decompresses = vendor.framework.decompresses
    await context.read_body(receive, vendor.body_limit, decompresses=decompresses)


def _trigger(
    context: RequestContext,
    vendor: Vendor,
    sandbox: Sandbox,
    names: frozenset[str],
    met: frozenset[Fault],
) -> FaultTrigger:
    if context.operation is None:
        raise RuntimeError("faults must run after routing")
    return FaultTrigger(
        vendor.key,
        context.operation.id,
        names,
        met,
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
    """Describe an effect in one line; a stubbed response by its status alone."""
    if effect["kind"] == "answer":
        return f"answer {effect['status']}"
    values = (f"{name} {value}" for name, value in effect.items() if name not in ("kind", "status"))
    status = str(effect.get("status", ""))
    return " ".join([effect["kind"], status, ", ".join(values)]).strip().replace("  ", " ")


def _has_fixed_credential(context: RequestContext, vendor: Vendor, sandbox: Sandbox) -> bool:
    """Whether the request was sent with a fixed token or key, which never expires by itself."""
    return vendor.sent_token(context) in sandbox.credentials.get(vendor.key, {}).values()
