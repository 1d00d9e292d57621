"""Every failure in Laravel's bodies."""

from mockvoice.vendors.optiflow.errors import Invalid, NotFound, OptiError, UnknownQuery
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
from mockvoice.web.laravel import errors_of
from mockvoice.web.responses import Response


def refuse(error: Exception) -> Response:
    """Any failure, in OptiFlow's envelope. The only place that builds one.

    Documented: the statuses, and ``errors`` with 422. Assumed: ``message`` alone with the others,
    and their texts, which are Laravel's where it has some.
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
            return Response({"message": text}, 405, {"Allow": ", ".join(error.allow)})
        case RouteNotFound():
            return refuse(NotFound())
        case TooManyRequests():
            return Response({"message": "Too Many Attempts."}, 429, _throttling(error))
        case BodyTooLarge() | UnsupportedMediaType() | RequestError():
            return Response({"message": str(error)}, error.status)
        case _:
            return Response({"message": "Server Error"}, 500)


def _throttling(error: TooManyRequests) -> dict[str, str]:
    """The headers of a refusal for asking too often. Assumed, after the framework's."""
    headers = {"Retry-After": error.retry_after}
    if error.limit is not None:
        headers |= {"X-RateLimit-Limit": error.limit, "X-RateLimit-Remaining": 0}
    if error.resets_at is not None:
        headers["X-RateLimit-Reset"] = error.resets_at
    return {name: str(value) for name, value in headers.items()}


def _invalid_request(error: InvalidRequest) -> Response:
    """A query that the list does not have is 400; whatever else is wrong is the body's."""
    in_query = [each for each in error.violations if each.place == "query"]
    if in_query:
        name = str(in_query[0].value)
        return refuse(UnknownQuery("sort" if in_query[0].field == ("sort",) else "filter", name))
    return refuse(Invalid(errors_of(error.violations)))
