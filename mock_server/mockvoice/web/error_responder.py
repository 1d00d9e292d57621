"""Any failure as the vendor says it: refusals leave as fast as answers do."""

import logging

import orjson
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.types import Send

from mockvoice.web.dispatch import encode_headers
from mockvoice.web.errors import ContractViolation, InjectedError
from mockvoice.web.request_context import SCOPE_KEY, Disconnected, RequestContext
from mockvoice.web.request_log import error_note
from mockvoice.web.responses import Response
from mockvoice.web.vendor import Vendor

logger = logging.getLogger("mockvoice")


class ErrorResponder:
    """Turns exceptions into answers in one vendor's envelope."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    def response_to(self, error: Exception, context: RequestContext | None) -> Response:
        """The vendor's answer. What is no refusal is a defect, and is logged with its trace.

        A refusal that the contract does not have for the operation is a defect too.
        """
        if isinstance(error, InjectedError):
            return self._vendor.error_response(error.error)
        answer = self._vendor.error_response(error)
        if answer.status is None or answer.status >= 500:
            logger.error("%s failed", context.summary if context else "a page", exc_info=error)
        elif context is not None and context.operation is not None:
            validator = context.operation.validator(answer.status)
            if validator is None or not validator.is_valid(answer.body):
                what = f"{context.operation.id}: refusal {answer.status} is not documented"
                logger.error("%s", what, exc_info=error)
                context.add_note(what)
                return self._vendor.error_response(ContractViolation(what))
        return answer

    async def send(self, error: Exception, context: RequestContext, send: Send) -> None:
        """Answer a request of an operation."""
        if isinstance(error, Disconnected):
            return  # nobody would read it
        answer = self.response_to(error, context)
        body = b"" if answer.body is None else orjson.dumps(answer.body)
        headers = encode_headers(answer.headers)
        if answer.body is not None:
            headers.append((b"content-type", answer.media_type.encode()))
        headers.append((b"content-length", b"%d" % len(body)))
        status = answer.status or 500
        if context.method == "HEAD":
            body = b""
        context.response = status, headers, body
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def handle_page_error(
        self, request: ConnexionRequest, error: Exception
    ) -> ConnexionResponse:
        """The answer to a failure in one of the vendor's pages, as Connexion's handlers give it."""
        context: RequestContext | None = request.scope.get(SCOPE_KEY)
        answer = self.response_to(error, context)
        if context is not None:
            context.add_note(error_note(error))
        return ConnexionResponse(
            body=b"" if answer.body is None else orjson.dumps(answer.body),
            status_code=answer.status or 500,
            content_type=answer.media_type,
            headers=dict(answer.headers),
        )
