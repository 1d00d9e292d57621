"""Every error in COUNT's envelope."""

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
from mockvoice.vendors.count.rules.validation_messages import field_errors, joined_message
from mockvoice.web.errors import (
    BodyTooLarge,
    InsufficientStorage,
    InvalidRequest,
    MalformedBody,
    MalformedForm,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    StateUnavailable,
    TokenExpired,
    TooManyRequests,
    TooManyValues,
    TooMuchWork,
    Unauthorized,
    UnsupportedCharset,
    UnsupportedContentEncoding,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.responses import Response

# Rules of the contract with a specific error instead of a validation error.
_RULE_ERRORS: Mapping[str, Callable[[str], CountError]] = {
    "legacy_numeric_field": LegacyNumericField,
    "redirect_uri": lambda _: InvalidRedirectUri(),
}
_BULK_FIELDS = ("customers", "accounts", "transactions", "transactionUuids")
_SERVER_ERROR_MESSAGE = "We could not process your request. Please try again."


def error_response(error: Exception) -> Response:
    """Return any error in COUNT's envelope. No other function creates an error response.

    Documented: ``status``, ``message`` and ``code``, and the fields of a 401 that clients read.
    Assumed: most codes, and one body with the fields of all sources.
    """
    match error:
        case AuthError():
            extra = {"error": error.error, "error_description": error.error_description}
            oauth_fields = {name: text for name, text in extra.items() if text is not None}
            return _response(error.status, error.code, str(error), **oauth_fields)
        case Invalid():
            field = {"field": error.field, "message": error.message, "code": error.rule}
            return _response(400, error.code, str(error), errors=[field])
        case CountError():
            details = {} if error.details is None else {"details": error.details}
            return _response(error.status, error.code, str(error), **details)
        case InvalidRequest():
            return _contract_violation(error.violations)
        case RequestError():
            return _request_error(error)
        case _:
            return _response(500, "internal_error", _SERVER_ERROR_MESSAGE)


def _request_error(error: RequestError) -> Response:
    """Return an error of the web layer. Assumed, except for the text of the 404."""
    match error:
        case TokenExpired():
            return error_response(AccessTokenExpired())
        case Unauthorized():
            return error_response(InvalidSignature())
        case TooManyRequests():
            response = _response(429, "rate_limited", "Too many requests.", type="RATE_LIMITED")
            return Response(response.body, 429, error.headers)
        case MalformedForm():
            return _response(400, "validation_error", "The body is not a multipart form.")
        case MalformedBody():
            return _response(400, "invalid_json", "The body is not valid JSON.")
        case UnsupportedMediaType() | UnsupportedCharset() | UnsupportedContentEncoding():
            return _response(415, "unsupported_media_type", f"{error}.")
        case InsufficientStorage():
            return _response(507, "insufficient_storage", f"{error}.")
        case StateUnavailable():
            return _response(503, "service_unavailable", f"{error}.")
        case TooManyValues() | TooMuchWork():
            return _response(413, "payload_too_large", f"{error}.")
        case BodyTooLarge():
            size = f"{error.limit // 1024 // 1024} MiB"
            return _response(413, "payload_too_large", f"The body is larger than {size}.")
        case MethodNotAllowed():
            text = f"This path does not accept {error.method}."
            response = _response(405, "method_not_allowed", text)
            return Response(response.body, 405, error.headers)
        case RouteNotFound():
            text = f"Can't find {error.method} {error.path[:200]}."
            return _response(404, "route_not_found", text)
        case _:
            code = "service_unavailable" if error.status == 503 else "request_refused"
            return _response(
                error.status, code, _SERVER_ERROR_MESSAGE if error.status >= 500 else str(error)
            )


def _contract_violation(violations: Sequence[Violation]) -> Response:
    """Return the first specific error of a request's violations, else a validation error."""
    if any(violation.location == "path" for violation in violations):
        return _response(400, "invalid_uuid", "The id in the path is not a valid UUID.")
    for violation in violations:
        name = ".".join(map(str, violation.field))
        if (
            violation.location == "body"
            and not violation.field
            and not isinstance(violation.value, dict)
        ):
            return _response(400, "invalid_json", "The body is not a JSON object.")
        if violation.location == "query" and name == "email":
            return _response(400, "invalid_email", "A valid email is required.")
        if violation.rule == "bulk_limit" or (
            violation.rule == "required" and name in _BULK_FIELDS
        ):
            return _bulk_limit(name, violation.value)
        if violation.rule in _RULE_ERRORS:
            return error_response(_RULE_ERRORS[violation.rule](name))
        if violation.rule == "template_invoice_type" and violation.value == "memo":
            return error_response(MemoCannotRecur())
    if all(violation.rule == "reference" for violation in violations):
        return _unknown_references(violations)
    return _validation_error(violations, "validation_error")


def _unknown_references(violations: Sequence[Violation]) -> Response:
    """Return the error of references to unknown records. Assumed: its code and details."""
    first = violations[0]
    details = {"field": ".".join(map(str, first.field)), "uuid": first.value}
    return _validation_error(violations, "reference_not_found", details=details)


def _validation_error(violations: Sequence[Violation], code: str, **extra: Any) -> Response:
    fields = field_errors(violations)
    errors = [{"field": name, "message": text, "code": rule} for name, text, rule in fields]
    return _response(400, code, joined_message(fields), errors=errors, **extra)


def _bulk_limit(name: str, rows: Any) -> Response:
    received = len(rows) if isinstance(rows, list) else 0
    records = "transactions" if name == "transactionUuids" else name
    text = f"Bulk requests are capped at 100 {records} per call (received {received})."
    return _response(400, "bulk_limit_exceeded", text)


def _response(status: int, code: str, message: str, **extra: Any) -> Response:
    body = {
        "status": "error",
        "message": message,
        "code": code,
        "statusCode": status,
        "requestId": str(UUID(bytes=os.urandom(16), version=4)),
        **extra,
    }
    return Response(body, status)
