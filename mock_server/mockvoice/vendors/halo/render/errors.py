"""Errors in Halo's format: four bodies for 400, and no body for other statuses."""

from collections.abc import Sequence
from typing import Any

from mockvoice.vendors.halo.errors import (
    Forbidden,
    HaloError,
    MissingColumn,
    NotFound,
    TokenRejected,
)
from mockvoice.web.errors import (
    InvalidRequest,
    MalformedBody,
    MalformedForm,
    MethodNotAllowed,
    RequestError,
    TooManyRequests,
    Violation,
)
from mockvoice.web.responses import Response

_TYPE_NAMES = {"integer": "integer", "number": "double", "boolean": "boolean", "string": "string"}
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
            return Response(_violation_body(error.violations), 400)
        case MalformedForm():
            return Response({"error": "invalid_request", "error_description": str(error)}, 400)
        case MalformedBody():
            return Response({"": [f"Unexpected text in the body. {error}"]}, 400)
        case MethodNotAllowed():
            return Response(None, 405, error.headers)
        case TooManyRequests():
            return Response(None, 429, error.headers)
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


def _violation_body(violations: Sequence[Violation]) -> dict[str, Any] | str:
    order = ("path", "query", "header", "body")
    violation = min(violations, key=lambda violation: order.index(violation.location))
    if violation.location == "body":
        return _body_violation(violation)
    name = "id" if violation.location == "path" else str(violation.field[0])
    if violation.rule == "required":
        return f"Parameter {name} must be included"
    return {name: [f"The value '{violation.value}' is not valid."]}


def _body_violation(violation: Violation) -> dict[str, Any] | str:
    field = violation.field
    # Only the body of the token endpoint, a form, is an object.
    if isinstance(field[0], str) if field else "object" in _expected_types(violation):
        return _token_violation(violation)
    if violation.rule == "minItems":
        return "The array holds no element"
    if violation.rule == "required":
        return f"Parameter {field[-1]} must be included"
    path = _json_path(field)
    if violation.rule in _OUT_OF_BOUNDS or violation.rule == "pattern":
        text = f"The value {_truncate(violation.value)} is out of bounds. Path '{path}'."
    else:
        text = f"Could not convert {_json_type(violation.value)} to {_expected_type(violation)}: {_truncate(violation.value)}. Path '{path}'."
    return {path: [text]}


def _token_violation(violation: Violation) -> dict[str, Any]:
    error = "unsupported_grant_type" if violation.rule == "enum" else "invalid_request"
    return {"error": error, "error_description": f"{violation} is not valid"}


def _json_path(field: Sequence[str | int]) -> str:
    path = ""
    for step in field:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _expected_type(violation: Violation) -> str:
    if violation.rule == "date":
        return "DateTime"
    expected = _expected_types(violation)
    first = expected[0] if expected else ""
    return _TYPE_NAMES.get(first, "array" if first == "array" else "object")


def _expected_types(violation: Violation) -> list[str]:
    """Return the JSON types that the contract allows; empty if the violation is not about types."""
    limit = violation.limit
    types = [limit] if isinstance(limit, str) else limit if isinstance(limit, list) else []
    return [str(name) for name in types if name != "null"]


def _json_type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _truncate(value: Any) -> str:
    return str(value)[:200]
