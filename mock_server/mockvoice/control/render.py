"""Responses of the control API: resources as JSON data, and errors."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mockvoice.control.effect_errors import effect_problem
from mockvoice.control.errors import ControlError, TokenInvalid, TokenMissing
from mockvoice.control.suggestions import closest, suggestion
from mockvoice.kernel.backend import OutboxMessage
from mockvoice.kernel.clock import Clock
from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.sandboxes.faults import Fault
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state import Snapshot
from mockvoice.web.errors import (
    BodyTooLarge,
    HeadersTooLarge,
    InsufficientStorage,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    PageError,
    RequestError,
    RouteNotFound,
    ServerStopping,
    StateUnavailable,
    TooManyValues,
    UnsupportedMediaType,
    UrlTooLong,
    Violation,
)
from mockvoice.web.responses import Response
from mockvoice.web.webhook_log import WebhookAttempt, WebhookDelivery

PAGE_METHODS = "GET, HEAD"
NOT_FOUND = "Not found; GET /_mock/openapi.json lists the available paths"
NO_PREFIX = (
    "Not found; on this port the vendors' APIs are below their keys, such as /growcrm/api/invoices; "
    "GET /_mock/vendors lists their addresses"
)


def format_instant(instant: datetime) -> str:
    """Format an instant as RFC 3339 in UTC: ``2026-03-01T09:00:00Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clock(clock: Clock) -> dict[str, Any]:
    """Return a clock's time, and whether it is frozen."""
    return {"now": format_instant(clock.now()), "frozen": clock.frozen}


def settings(settings: SandboxSettings) -> dict[str, Any]:
    """Return the settings of a sandbox."""
    return asdict(settings)


def sandbox(sandbox: Sandbox) -> dict[str, Any]:
    """Return a sandbox with its credentials and row counts."""
    return {
        "name": sandbox.name,
        **clock(sandbox.clock),
        "seed": sandbox.seed,
        "created_at": format_instant(sandbox.created_at),
        "expires_at": None if sandbox.expires_at is None else format_instant(sandbox.expires_at),
        "credentials": sandbox.credentials,
        "counts": sandbox.counts(),
    }


def snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot with its time and row counts."""
    state = snapshot.state
    return {
        "name": snapshot.name,
        "created_at": format_instant(snapshot.created_at),
        "now": format_instant(state.now or snapshot.created_at),
        "frozen": state.frozen,
        "seed": state.seed,
        "counts": {key: backend.counts() for key, backend in state.backends.items()},
    }


def message(vendor: str, message: OutboxMessage) -> dict[str, Any]:
    """Return an e-mail of an outbox, with the vendor that would have sent it."""
    return {
        "vendor": vendor,
        "id": message.id,
        "at": format_instant(message.at),
        "to": message.to,
        "subject": message.subject,
        "body": message.body,
        "about": message.about,
    }


def delivery(vendor: str, delivery: WebhookDelivery) -> dict[str, Any]:
    """Return a webhook delivery with its attempts."""
    next_at = delivery.next_attempt_at
    return {
        "id": f"{vendor}-{delivery.number}",
        "vendor": vendor,
        "delivery_id": delivery.delivery_id,
        "event": delivery.event,
        "url": delivery.url,
        "state": delivery.state,
        "reason": delivery.reason,
        "created_at": format_instant(delivery.created_at),
        "next_attempt_at": None if next_at is None else format_instant(next_at),
        "request": {
            "method": "POST",
            "url": delivery.url,
            "headers": dict(delivery.headers),
            "body": delivery.body,
        },
        "signature": None if delivery.signature is None else asdict(delivery.signature),
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
    }


def _attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    return {
        **asdict(attempt),
        "at": format_instant(attempt.at),
        "headers": dict(attempt.headers),
    }


def fault(fault: Fault) -> dict[str, Any]:
    """Return a fault with the number of times it was triggered, and the number left."""
    optional = {
        "name": fault.name,
        "match": None if fault.match is None else fault.match.to_jsonable(),
        "effects": [dict(effect) for effect in fault.effects] if fault.in_turn else None,
    }
    return {
        "id": fault.id,
        "vendor": fault.vendor,
        "operation": fault.operation,
        **{name: value for name, value in optional.items() if value is not None},
        "effect": dict(fault.effect),
        "times": fault.times,
        "probability": fault.probability,
        "struck": fault.hits,
        "remaining": fault.remaining,
    }


def error_response(error: Exception) -> Response:
    """Render any exception as ``{"error": {"code", "message"}}``."""
    match error:
        case TokenMissing() | TokenInvalid():
            return _error(error.status, error.code, str(error), {"WWW-Authenticate": "Bearer"})
        case ControlError():
            return _error(error.status, error.code, str(error))
        case InvalidRequest():
            return _error(400, "invalid_request", "; ".join(violation_messages(error.violations)))
        case MethodNotAllowed():
            text = f"{error}; allowed: {error.headers['Allow']}"
            return _error(405, _CODES[405], text, error.headers)
        case PageError(status=405):
            text = "This page supports only GET and HEAD"
            return _error(405, _CODES[405], text, {"Allow": PAGE_METHODS})
        case RouteNotFound():
            is_own = error.path.startswith("/_mock")
            return _error(404, _CODES[404], NOT_FOUND if is_own else NO_PREFIX)
        case UnsupportedMediaType():
            text = f"{error}; send JSON with the header Content-Type: application/json"
            return _error(415, _CODES[UnsupportedMediaType], text)
        case PageError():
            return _error(error.status, _CODES.get(error.status, "refused"), str(error))
        case RequestError():
            kinds = (kind for kind in type(error).__mro__ if kind in _CODES)
            return _error(error.status, _CODES[next(kinds, 400)], str(error), error.headers)
        case _:
            return _error(
                500,
                "internal_error",
                "Internal error of the mock server; its log has the traceback",
            )


_CODES: dict[int | type[Exception], str] = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    BodyTooLarge: "body_too_large",
    InsufficientStorage: "insufficient_storage",
    TooManyValues: "body_too_large",
    MalformedBody: "malformed_body",
    UnsupportedMediaType: "unsupported_media_type",
    UrlTooLong: "url_too_long",
    HeadersTooLarge: "headers_too_large",
    ServerStopping: "server_stopping",
    StateUnavailable: "state_unavailable",
}


def _error(status: int, code: str, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response({"error": {"code": code, "message": text}}, status, headers or {})


_EXPECTED = {
    "instant": "must be an instant with an offset from UTC, such as 2026-03-01T09:00:00Z, "
    "in the years 1000 to 9899",
    "name": "must be a string of 1 to 64 letters, digits, '-', '_' or '.' that does not start with a dot",
    "data": "must be demo, empty or the JSON data of an export, not {value}",
    "status": "must be a status such as 404, a class such as 4xx, or none, not {value}",
    "since": "must be the id of an entry, or an instant such as 2026-03-01T09:00:00Z, not {value}",
    "integer": "must be a whole number",
    "repeated": "was sent {limit} times; send it once",
    "empty": "must not be empty; omit it, or send a value",
    "required": "is required",
    "minimum": "must not be less than {limit}",
    "maximum": "must not be more than {limit}",
    "type": "must be of type {limit}",
    "enum": "must be {limit}",
    "anyOf": "has a value of the wrong type",
    "maxLength": "must have at most {limit} characters",
    "minLength": "must have at least {limit} characters",
}
# The texts that a rule allows.
_CHOICES = {"data": ("demo", "empty")}


def violation_messages(violations: Iterable[Violation]) -> list[str]:
    """Return the distinct messages of the violations: the location and what was expected."""
    return list(dict.fromkeys(_violation_message(violation) for violation in violations))


def _unknown_parameter(violation: Violation) -> str:
    name = str(violation.field[0])[:100]
    if not violation.known:
        return f"unknown query parameter {name!r}; this operation has none"
    return f"unknown query parameter {name!r}{suggestion(name, violation.known)}"


def _violation_message(violation: Violation) -> str:
    location = ".".join(map(str, violation.field)) or f"the {violation.location}"
    limit = violation.limit
    if violation.rule == "unknown":
        return _unknown_parameter(violation)
    if violation.rule == "additionalProperties":
        noun = "property" if len(limit) == 1 else "properties"
        hint = suggestion(limit[0], violation.known)
        names = ", ".join(repr(name[:100]) for name in limit)
        return f"{location} has the unknown {noun} {names}{hint}"
    if violation.rule == "minProperties":
        return f"{location} must have at least {limit} of its properties"
    if violation.rule == "effect":
        return f"{location} {effect_problem(violation.value, _violation_message)}"
    if isinstance(limit, list):
        limit = " or ".join(map(str, limit))
    expected = _EXPECTED.get(violation.rule, f"must satisfy {violation.rule}: {{limit}}")
    # ``str.format`` would fail: the text may have other braces.
    expected = expected.replace("{limit}", str(limit))
    expected = expected.replace("{value}", repr(str(violation.value)[:100]))
    return f"{location} {expected}{_similar_choice(violation)}"


def _similar_choice(violation: Violation) -> str:
    """Return the end of a message about a text that was probably misspelled, or empty text."""
    choices = violation.limit if violation.rule == "enum" else _CHOICES.get(violation.rule, ())
    is_text = isinstance(violation.value, str) and isinstance(choices, list | tuple)
    similar = closest(violation.value, map(str, choices)) if is_text else None
    return "" if similar is None else f"; did you mean {similar!r}?"
