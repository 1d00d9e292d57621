"""Send any error as a response in the vendor's format."""

import logging
from dataclasses import replace

import orjson
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException
from starlette.types import Send

from mockvoice.sandboxes.backends import SandboxRemoved
from mockvoice.sandboxes.durability import NotLoaded, StoreUnavailable
from mockvoice.sandboxes.storage_limits import StorageFull
from mockvoice.web.date_header import date_header
from mockvoice.web.dispatch import encode_headers
from mockvoice.web.errors import (
    ContractViolation,
    InjectedError,
    InsufficientStorage,
    PageError,
    RequestError,
    RouteNotFound,
    StateUnavailable,
    Unauthorized,
)
from mockvoice.web.journal import error_note
from mockvoice.web.request_context import SCOPE_KEY, Disconnected, RequestContext
from mockvoice.web.responses import JSON, Response
from mockvoice.web.vendor import Vendor

logger = logging.getLogger("mockvoice")


class ErrorResponder:
    """Converts exceptions to error responses in one vendor's envelope."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    def render(self, error: Exception, context: RequestContext | None) -> Response:
        """Return the vendor's error response; log a status of 500 and above with its traceback.

        An error response that violates the contract is a defect, too: it is logged and replaced by
        the response to a ``ContractViolation``.
        """
        if isinstance(error, InjectedError):
            return self._vendor.error_response(error.error)
        if isinstance(error, SandboxRemoved):
            return self._vendor.error_response(Unauthorized(str(error)))
        if isinstance(error, StorageFull):
            return self._vendor.error_response(InsufficientStorage(str(error)))
        if isinstance(error, (StoreUnavailable, NotLoaded)):
            unavailable = StateUnavailable(str(error))
            response = self._vendor.error_response(unavailable)
            return replace(response, headers={**response.headers, **unavailable.headers})
        response = self._vendor.error_response(error)
        if response.status is None or response.status >= 500:
            logger.error("%s failed", context.summary if context else "a page", exc_info=error)
        elif context is not None and context.operation is not None:
            validator = context.operation.validator(response.status)
            if validator is None or not validator.is_valid(response.body):
                problem = (
                    "is not documented"
                    if validator is None
                    else f"violates the contract: {validator.explain(response.body)}"
                )
                message = f"{context.operation.id}: error response {response.status} {problem}"
                logger.error("%s", message, exc_info=error)
                context.add_note(message)
                return self._vendor.error_response(ContractViolation(message))
        return response

    async def send(self, error: Exception, context: RequestContext, send: Send) -> None:
        """Send the error response of an operation's request."""
        if isinstance(error, Disconnected):
            return  # the client is gone
        response = self.render(error, context)
        body = b"" if response.body is None else orjson.dumps(response.body)
        headers = encode_headers(response.headers)
        if response.body is not None:
            headers.append((b"content-type", self._content_type(response).encode()))
        headers.append((b"content-length", b"%d" % len(body)))
        status = response.status or 500
        if context.method == "HEAD":
            body = b""
        context.response = status, headers, body
        headers = [*headers, date_header(context.clock)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _content_type(self, response: Response) -> str:
        media_type = response.media_type
        return self._vendor.json_content_type if media_type == JSON else media_type

    async def handle_page_error(
        self, request: ConnexionRequest, error: Exception
    ) -> ConnexionResponse:
        """Return the response to an error in one of the vendor's pages, as a Connexion handler."""
        context: RequestContext | None = request.scope.get(SCOPE_KEY)
        if isinstance(error, HTTPException):
            error = _page_error(error, context)
        response = self.render(error, context)
        if context is not None:
            context.add_note(error_note(error))
        return ConnexionResponse(
            body=b"" if response.body is None else orjson.dumps(response.body),
            status_code=response.status or 500,
            content_type=self._content_type(response),
            headers=dict(response.headers),
        )


def _page_error(error: HTTPException, context: RequestContext | None) -> RequestError:
    """Return an error of Flask's as one that vendors render."""
    if error.status_code == 404 and context is not None:
        return RouteNotFound(context.method, context.path)
    return PageError(error.status_code, error.detail)
