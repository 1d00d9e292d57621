"""What the control API answers with, and how it says no."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException

from mockvoice.control.errors import ControlError, TokenMissing
from mockvoice.kernel.backend import OutboxMessage
from mockvoice.kernel.clock import Clock
from mockvoice.web.errors import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.faults import EFFECT_FORMS, Fault
from mockvoice.web.responses import Response
from mockvoice.web.sandboxes import Sandbox
from mockvoice.web.state import Snapshot

PAGE_METHODS = "GET, HEAD"


def instant(moment: datetime) -> str:
    """An instant as RFC 3339 has it, in UTC: ``2026-03-01T09:00:00Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clock(shown: Clock) -> dict[str, Any]:
    """Where a clock is, and whether it stands."""
    return {"now": instant(shown.now()), "frozen": shown.frozen}


def sandbox(shown: Sandbox) -> dict[str, Any]:
    """A sandbox, with all that opens it and how much it holds."""
    return {
        "name": shown.name,
        **clock(shown.clock),
        "seed": shown.seed,
        "created_at": instant(shown.created_at),
        "expires_at": None if shown.expires_at is None else instant(shown.expires_at),
        "credentials": shown.credentials,
        "counts": {key: shown.backends.peek(key).counts() for key in shown.backends.vendors()},
    }


def snapshot(shown: Snapshot) -> dict[str, Any]:
    """A snapshot: the time in it, and how much it holds."""
    saved = shown.state
    return {
        "name": shown.name,
        "created_at": instant(shown.created_at),
        "now": instant(saved.now or shown.created_at),
        "frozen": saved.frozen,
        "seed": saved.seed,
        "counts": {key: world.counts() for key, world in saved.backends.items()},
    }


def message(vendor: str, sent: OutboxMessage) -> dict[str, Any]:
    """A message of an outbox, with the vendor that would have sent it."""
    return {
        "vendor": vendor,
        "id": sent.id,
        "at": instant(sent.at),
        "to": sent.to,
        "subject": sent.subject,
        "body": sent.body,
        "about": sent.about,
    }


def fault(set_: Fault) -> dict[str, Any]:
    """A fault, with how often it has struck and will yet."""
    return {
        "id": set_.id,
        "vendor": set_.vendor,
        "operation": set_.operation,
        "effect": dict(set_.effect),
        "times": set_.times,
        "probability": set_.probability,
        "struck": set_.hits,
        "remaining": set_.remaining,
    }


def refuse(error: Exception) -> Response:
    """Any failure, as ``{"error": {"code", "message"}}``. The only place that builds one."""
    match error:
        case TokenMissing():
            return _refusal(error.status, error.code, str(error), {"WWW-Authenticate": "Bearer"})
        case ControlError():
            return _refusal(error.status, error.code, str(error))
        case InvalidRequest():
            return _refusal(400, "invalid_request", "; ".join(sentences(error.violations)))
        case MethodNotAllowed():
            return _refusal(405, _CODES[405], str(error), {"Allow": ", ".join(error.allow)})
        case HTTPException(status_code=405):
            text = "This page can only be read"
            return _refusal(405, _CODES[405], text, {"Allow": PAGE_METHODS})
        case HTTPException(status_code=404) | RouteNotFound():
            return _refusal(404, _CODES[404], "Nothing is served here")
        case HTTPException():
            return _refusal(
                error.status_code, _CODES.get(error.status_code, "refused"), error.detail
            )
        case RequestError():
            return _refusal(error.status, _CODES[type(error)], str(error))
        case _:
            return _refusal(500, "internal_error", "The mock server has failed; its log says how")


_CODES: dict[int | type[Exception], str] = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    BodyTooLarge: "body_too_large",
    MalformedBody: "malformed_body",
    UnsupportedMediaType: "unsupported_media_type",
}


def _refusal(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response({"error": {"code": code, "message": text}}, status, headers or {})


_EXPECTED = {
    "instant": "must be an instant with an offset from UTC, such as 2026-03-01T09:00:00Z, "
    "in the years 1000 to 9899",
    "name": "must be a name of 1 to 64 letters, digits, '-', '_' or '.', not starting with a dot",
    "effect": f"must be {EFFECT_FORMS}",
    "status": "must be a status such as 404, a class such as 4xx, or none",
    "since": "must be the id of an entry, or an instant such as 2026-03-01T09:00:00Z",
    "integer": "must be a whole number",
    "required": "is required",
    "minimum": "must not be less than {limit}",
    "maximum": "must not be more than {limit}",
    "type": "must be of type {limit}",
}


def sentences(violations: Iterable[Violation]) -> list[str]:
    """What was expected where, each said once."""
    return list(dict.fromkeys(_sentence(each) for each in violations))


def _sentence(violation: Violation) -> str:
    where = ".".join(map(str, violation.field)) or f"the {violation.place}"
    limit = violation.limit
    if violation.rule == "additionalProperties":
        return f"{where} must not have {', '.join(map(repr, limit))}"
    if violation.rule == "minProperties":
        return f"{where} must have at least {limit} of its properties"
    if isinstance(limit, list):
        limit = " or ".join(map(str, limit))
    expected = _EXPECTED.get(violation.rule, f"must keep to {violation.rule} {{limit}}")
    return f"{where} " + expected.replace("{limit}", str(limit))  # which may hold other braces
