"""Any failure as the vendor says it: refusals leave as fast as answers do."""

import logging

import orjson
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.types import Send

from mockvoice.web.answers import Answer
from mockvoice.web.call import SCOPE_KEY, Call, Disconnected
from mockvoice.web.dispatch import encode_headers
from mockvoice.web.journal import reason
from mockvoice.web.refusals import BrokenContract, Faulted
from mockvoice.web.vendor import Vendor

logger = logging.getLogger("mockvoice")


class Failures:
    """Turns exceptions into answers in one vendor's envelope."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    def answer(self, error: Exception, call: Call | None) -> Answer:
        """The vendor's answer. What is no refusal is a defect, and is logged with its trace.

        A refusal that the contract does not have for the operation is a defect too.
        """
        if isinstance(error, Faulted):
            return self._vendor.refuse(error.refusal)
        answer = self._vendor.refuse(error)
        if answer.status is None or answer.status >= 500:
            logger.error("%s failed", call.described if call else "a page", exc_info=error)
        elif call is not None and call.operation is not None:
            validator = call.operation.validator(answer.status)
            if validator is None or not validator.is_valid(answer.body):
                what = f"{call.operation.id}: refusal {answer.status} is not documented"
                logger.error("%s", what, exc_info=error)
                call.remark(what)
                return self._vendor.refuse(BrokenContract(what))
        return answer

    async def send(self, error: Exception, call: Call, send: Send) -> None:
        """Answer a request of an operation."""
        if isinstance(error, Disconnected):
            return  # nobody would read it
        answer = self.answer(error, call)
        body = b"" if answer.body is None else orjson.dumps(answer.body)
        headers = encode_headers(answer.headers)
        if answer.body is not None:
            headers.append((b"content-type", answer.media_type.encode()))
        headers.append((b"content-length", b"%d" % len(body)))
        status = answer.status or 500
        if call.method == "HEAD":
            body = b""
        call.answer = status, headers, body
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def of_page(self, request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """The answer to a failure in one of the vendor's pages, as Connexion's handlers give it."""
        call: Call | None = request.scope.get(SCOPE_KEY)
        answer = self.answer(error, call)
        if call is not None:
            call.remark(reason(error))
        return ConnexionResponse(
            body=b"" if answer.body is None else orjson.dumps(answer.body),
            status_code=answer.status or 500,
            content_type=answer.media_type,
            headers=dict(answer.headers),
        )
