"""Errors in Halo's format: four bodies for 400, and no body for other statuses."""

from typing import Any

from mockvoice.vendors.halo.errors import (
    Forbidden,
    HaloError,
    MissingColumn,
    NotFound,
    TokenRejected,
)
from mockvoice.web import aspnet
from mockvoice.web.errors import (
    InsufficientStorage,
    InvalidRequest,
    MalformedBody,
    MalformedForm,
    MethodNotAllowed,
    RequestError,
    StateUnavailable,
    TooManyRequests,
    Violation,
)
from mockvoice.web.responses import Response

# Assumed: ASP.NET's own message.
_NO_BODY = {"": ["A non-empty request body is required."]}
_OUT_OF_BOUNDS = frozenset(
    ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxLength", "maxItems"]
)


def error_response(error: Exception) -> Response:
    """Return the response to an error. No other function builds error responses.

    Observed: the four bodies, that only the first violation is reported, and that 401, 403 and 404
    have no body. Assumed: the body for violations that no source shows.
    """
    match error:
        case HaloError():
            return _rule_response(error)
        case InvalidRequest():
            return Response(_violation_body(error), 400)
        case MalformedForm():
            return Response({"error": "invalid_request", "error_description": str(error)}, 400)
        case MalformedBody():
            return Response({"": [aspnet.malformed_message(error)]}, 400)
        case MethodNotAllowed():
            return Response(None, 405, error.headers)
        case TooManyRequests():
            return Response(None, 429, error.headers)
        case InsufficientStorage() | StateUnavailable():
            return Response(str(error), error.status)
        case RequestError():
            return Response(None, error.status)
        case _:
            return Response(None, 500)


def _rule_response(error: HaloError) -> Response:
    match error:
        case MissingColumn():
            return Response(_exception_body(str(error)), 400)
        case NotFound():
            return Response(None, 404)
        case Forbidden():
            return Response(None, 403)
        case TokenRejected():
            body = {"error": error.error}
            # Observed: this code has no description; the journal has the reason.
            if error.error != "invalid_scope":
                body["error_description"] = str(error)
            return Response(body, error.status)
        case _:
            return Response(str(error), 400)


def _exception_body(message: str) -> dict[str, Any]:
    return {
        "ClassName": "System.Exception",
        "Message": message,
        "Data": None,
        "InnerException": None,
        "HelpURL": None,
        "StackTraceString": None,
        "RemoteStackTraceString": None,
        "RemoteStackIndex": 0,
        "ExceptionMethod": None,
        "HResult": -2146233088,
        "Source": None,
        "WatsonBuckets": None,
    }


def _violation_body(error: InvalidRequest) -> dict[str, Any] | str:
    order = ("path", "query", "header", "body")
    violation = min(error.violations, key=lambda violation: order.index(violation.location))
    if violation.location == "body":
        return _body_violation(violation, error.text)
    name = "id" if violation.location == "path" else str(violation.field[0])
    if violation.rule == "required":
        return f"Parameter {name} must be included"
    return {name: [f"The value '{violation.value}' is not valid."]}


def _body_violation(violation: Violation, text: bytes) -> dict[str, Any] | str:
    field = violation.field
    # Only the body of the token endpoint is a form.
    if not text:
        return _token_violation(violation) if field or not _is_array(violation) else _NO_BODY
    if not field and violation.value is None:
        return _NO_BODY
    if violation.rule == "minItems":
        return "The array holds no element"
    if violation.rule == "required":
        return f"Parameter {field[-1]} must be included"
    if violation.rule in _OUT_OF_BOUNDS or violation.rule == "pattern":
        message = aspnet.out_of_bounds_message(violation, text)
    else:
        message = aspnet.conversion_message(violation, text)
    return {aspnet.json_path(field): [message]}


def _is_array(violation: Violation) -> bool:
    return violation.rule == "type" and "array" in violation.limit


def _token_violation(violation: Violation) -> dict[str, Any]:
    """Return the error of OAuth 2 for a field of the token endpoint's form. Assumed: the texts."""
    name = str(violation.field[0]) if violation.field else ""
    if violation.rule == "enum":
        return _oauth_error("unsupported_grant_type", f"The {name} is not supported.")
    if not name:
        return _oauth_error("invalid_request", "The body must be a form.")
    problem = "is missing" if violation.rule == "required" else "is not valid"
    return _oauth_error("invalid_request", f"The parameter {name} {problem}.")


def _oauth_error(code: str, description: str) -> dict[str, Any]:
    return {"error": code, "error_description": description}
