"""Grow CRM's response envelopes: a page, one record, an id, and errors."""

from collections.abc import Callable
from typing import TypeVar

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import GrowError, NotFound
from mockvoice.vendors.growcrm.render.parts import Json
from mockvoice.vendors.growcrm.rules.lists import PageResult
from mockvoice.web.errors import (
    BodyTooLarge,
    InvalidRequest,
    MethodNotAllowed,
    RequestError,
    RouteNotFound,
    TooManyRequests,
    Unauthorized,
)
from mockvoice.web.laravel import Invalid, errors_by_field
from mockvoice.web.responses import Response

Record = TypeVar("Record")
Renderer = Callable[[GrowBackend, Record], Json]


def page(
    backend: GrowBackend, result: PageResult[Record], render: Renderer[Record], message: str
) -> Json:
    """Wrap a page of records. Documented: the keys of ``meta``."""
    return {
        "data": [render(backend, record) for record in result.rows],
        "meta": {
            "current_page": result.page.number,
            "per_page": result.page.size,
            "total": result.page.total,
            "last_page": result.page.last,
        },
        "message": message,
    }


def envelope(data: Json, message: str) -> Json:
    """Wrap one record. Documented: no ``meta``."""
    return {"data": data, "message": message}


def id_envelope(record_id: int, message: str) -> Json:
    """Wrap the id of a record, for operations that do not return the record."""
    return {"data": {"id": record_id}, "message": message}


def error_response(error: Exception) -> Response:
    """Return the error response for any exception. All error responses are built here.

    Documented: ``message``, and ``errors`` with 422 only. Assumed: a path parameter that is not a
    number is treated as an unknown record, and the texts of 404, 405 and 413.
    """
    match error:
        case Invalid():
            message = "The given data was invalid."
            return Response({"message": message, "errors": error.errors}, error.status)
        case GrowError():
            return Response({"message": str(error)}, error.status)
        case InvalidRequest() if any(
            violation.location == "path" for violation in error.violations
        ):
            return error_response(NotFound())
        case InvalidRequest():
            return error_response(Invalid(errors_by_field(error.violations)))
        case Unauthorized():
            return Response({"message": "Unauthorized. A valid API key is required."}, 401)
        case MethodNotAllowed():
            text = f"The {error.method} method is not supported for this route."
            return Response({"message": text}, 405, error.headers)
        case RouteNotFound():
            return Response({"message": "The route could not be found."}, 404)
        case BodyTooLarge():
            return Response({"message": "The request is too large."}, 413)
        case TooManyRequests():
            body = {"message": "Too Many Attempts."}
            return Response(body, 429, error.headers)
        case RequestError():
            return Response({"message": str(error)}, error.status)
        case _:
            return Response({"message": "Server Error"}, 500)
