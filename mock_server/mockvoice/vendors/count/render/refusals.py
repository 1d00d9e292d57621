"""Every failure in COUNT's envelope."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from mockvoice.vendors.count.errors import (
    AccessTokenExpired,
    AuthError,
    CountError,
    Invalid,
    InvalidRedirectUri,
    InvalidSignature,
    LegacyNumericField,
    MemoCannotRecur,
)
from mockvoice.vendors.count.rules.phrases import fields_of, sentence
from mockvoice.web.errors import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.responses import Response

# What a broken rule of the contract is called, where it is more than a form.
_CODES: Mapping[str, Callable[[str], CountError]] = {
    "legacy_numeric_field": LegacyNumericField,
    "redirect_uri": lambda _: InvalidRedirectUri(),
}
_BULK = ("customers", "accounts", "transactions", "transactionUuids")
_FAULT = "We could not process your request. Please try again."


def refuse(error: Exception) -> Response:
    """Any failure, in COUNT's envelope. The only place that builds one.

    Documented: ``status``, ``message`` and ``code``, and what clients look for in a 401. Assumed:
    most codes, and one body that has what any source names.
    """
    match error:
        case AuthError():
            extra = {"error": error.error, "error_description": error.error_description}
            given = {name: text for name, text in extra.items() if text is not None}
            return _refusal(error.status, error.code, str(error), **given)
        case Invalid():
            field = {"field": error.field, "message": error.message, "code": error.rule}
            return _refusal(400, error.code, str(error), errors=[field])
        case CountError():
            details = {} if error.details is None else {"details": error.details}
            return _refusal(error.status, error.code, str(error), **details)
        case InvalidRequest():
            return _invalid(error.violations)
        case RequestError():
            return _refused_by_floor(error)
        case _:
            return _refusal(500, "internal_error", _FAULT)


def _refused_by_floor(error: RequestError) -> Response:
    """What is refused before a rule is asked. Assumed: codes and texts, except for the 404."""
    match error:
        case TokenExpired():
            return refuse(AccessTokenExpired())
        case Unauthorized():
            return refuse(InvalidSignature())
        case TooManyRequests():
            refusal = _refusal(429, "rate_limited", "Too many requests.", type="RATE_LIMITED")
            return Response(refusal.body, 429, {"Retry-After": str(error.retry_after)})
        case MalformedBody():
            return _refusal(400, "invalid_json", "The body is not valid JSON.")
        case UnsupportedMediaType():
            return _refusal(415, "unsupported_media_type", f"{error}.")
        case BodyTooLarge():
            size = f"{error.limit // 1024 // 1024} MiB"
            return _refusal(413, "payload_too_large", f"The body is larger than {size}.")
        case MethodNotAllowed():
            text = f"This path does not take {error.method}."
            refusal = _refusal(405, "method_not_allowed", text)
            return Response(refusal.body, 405, {"Allow": ", ".join(error.allow)})
        case RouteNotFound():
            text = f"Can't find {error.method} {error.path[:200]}."
            return _refusal(404, "route_not_found", text)
        case _:
            code = "service_unavailable" if error.status == 503 else "request_refused"
            return _refusal(error.status, code, _FAULT if error.status >= 500 else str(error))


def _invalid(violations: Sequence[Violation]) -> Response:
    """A request that breaks the contract: the first rule that has a code of its own decides."""
    if any(each.place == "path" for each in violations):
        return _refusal(400, "invalid_uuid", "The id in the path is not a valid UUID.")
    for each in violations:
        name = ".".join(map(str, each.field))
        if each.place == "body" and not each.field and not isinstance(each.value, dict):
            return _refusal(400, "invalid_json", "The body is not a JSON object.")
        if each.place == "query" and name == "email":
            return _refusal(400, "invalid_email", "A valid email is required.")
        if each.rule == "bulk_limit" or (each.rule == "required" and name in _BULK):
            return _bulk_limit(name, each.value)
        if each.rule in _CODES:
            return refuse(_CODES[each.rule](name))
        if each.rule == "template_invoice_type" and each.value == "memo":
            return refuse(MemoCannotRecur())
    fields = fields_of(violations)
    errors = [{"field": name, "message": text, "code": code} for name, text, code in fields]
    return _refusal(400, "validation_error", sentence(fields), errors=errors)


def _bulk_limit(name: str, sent: Any) -> Response:
    received = len(sent) if isinstance(sent, list) else 0
    what = "transactions" if name == "transactionUuids" else name
    text = f"Bulk requests are capped at 100 {what} per call (received {received})."
    return _refusal(400, "bulk_limit_exceeded", text)


def _refusal(status: int, code: str, message: str, **extra: Any) -> Response:
    body = {
        "status": "error",
        "message": message,
        "code": code,
        "statusCode": status,
        "requestId": str(UUID(bytes=os.urandom(16), version=4)),
        **extra,
    }
    return Response(body, status)
