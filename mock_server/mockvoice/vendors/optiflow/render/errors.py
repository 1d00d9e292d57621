"""Error responses, in Laravel's envelope."""

from mockvoice.vendors.optiflow.errors import NotFound, OptiError, UnknownQuery
from mockvoice.web.errors import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)
from mockvoice.web.laravel import Invalid, errors_by_field
from mockvoice.web.responses import Response


def error_response(error: Exception) -> Response:
    """Return the response for an exception, in OptiFlow's envelope. No other code builds error responses.

    Documented: the statuses, and ``errors`` with 422. Assumed: only ``message`` with other statuses, and
    its text, which is Laravel's where Laravel has one.
    """
    match error:
        case Invalid():
            return Response({"message": str(error), "errors": error.errors}, error.status)
        case OptiError():
            return Response({"message": str(error)}, error.status)
        case InvalidRequest():
            return _invalid_request(error)
        case Unauthorized():
            return Response({"message": "Unauthenticated."}, 401)
        case MalformedBody():
            return Response({"message": "The request body is not valid JSON."}, 400)
        case MethodNotAllowed():
            text = f"The {error.method} method is not supported for this route."
            return Response({"message": text}, 405, error.headers)
        case RouteNotFound():
            return error_response(NotFound())
        case TooManyRequests():
            return Response({"message": "Too Many Attempts."}, 429, _rate_limit_headers(error))
        case BodyTooLarge() | UnsupportedMediaType() | RequestError():
            return Response({"message": str(error)}, error.status)
        case _:
            return Response({"message": "Server Error"}, 500)


def _rate_limit_headers(error: TooManyRequests) -> dict[str, str]:
    """Return the headers of a 429 response. Assumed: as in Laravel."""
    headers = dict(error.headers)
    if error.limit is not None:
        headers |= {"X-RateLimit-Limit": f"{error.limit}", "X-RateLimit-Remaining": "0"}
    if error.resets_at is not None:
        headers["X-RateLimit-Reset"] = f"{error.resets_at}"
    return headers


def _invalid_request(error: InvalidRequest) -> Response:
    """Return 400 for query parameters that the list does not support, and 422 for any other violation."""
    in_query = [violation for violation in error.violations if violation.location == "query"]
    if in_query:
        name = str(in_query[0].value)
        return error_response(
            UnknownQuery("sort" if in_query[0].field == ("sort",) else "filter", name)
        )
    return error_response(Invalid(errors_by_field(error.violations)))
