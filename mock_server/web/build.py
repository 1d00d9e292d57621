"""A vendor's application: Connexion's, with our members in its middleware list."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from functools import partial

import connexion
import flask
import orjson
from connexion.apps.flask import FlaskOperation
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware.exceptions import ExceptionMiddleware
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message

from mock_server.web import contract
from mock_server.web.call import SCOPE_KEY, Call, Disconnected
from mock_server.web.dispatch import Dispatch
from mock_server.web.refusals import BrokenContract
from mock_server.web.resolver import HandlerResolver
from mock_server.web.routing import Routing
from mock_server.web.sandboxes import Sandboxes
from mock_server.web.security import Security
from mock_server.web.validation import Validation
from mock_server.web.vendor import Vendor

logger = logging.getLogger("mockvoice")


def build(
    vendor: Vendor, sandboxes: Sandboxes, document: contract.Document | None = None
) -> connexion.FlaskApp:
    """The vendor's API as an ASGI application.

    The contract is ``openapi/<key>/openapi.yaml`` unless a document is given. It is compiled when
    the application is started.
    """
    app = connexion.FlaskApp(
        vendor.handlers.rpartition(".")[0],
        middlewares=[
            ExceptionMiddleware,
            partial(Routing, vendor=vendor),
            partial(Security, vendor=vendor, sandboxes=sandboxes),
            partial(Validation, vendor=vendor, sandboxes=sandboxes),
            partial(Dispatch, vendor=vendor, sandboxes=sandboxes),
        ],
    )
    with contract.check_skipped(vendor.key) if document is None else nullcontext():
        app.add_api(
            contract.without_prose(document or contract.load(vendor.key)),
            base_path="",
            name=vendor.key,
            resolver=HandlerResolver(vendor.handlers),
        )
    if document is None:
        contract.keep(vendor.key)
    answer_failure = _failures(vendor)
    for kind in (Exception, HTTPException):
        app.add_error_handler(kind, answer_failure)
    if vendor.pages is not None:
        vendor.pages(app.app, sandboxes)
        app.app.before_request(_pages_alone)
    return app


def _pages_alone() -> None:
    """Connexion gives Flask the operations too, and Flask would find some by paths that none has."""
    if isinstance(flask.current_app.view_functions.get(flask.request.endpoint or ""), FlaskOperation):
        flask.abort(404)


def start(app: ASGIApp) -> None:
    """Let an application compile its contract now, and not when the first request comes.

    Fails, naming the operation, if a handler is missing or takes other arguments than the
    contract offers. The application is told of its start and end as ASGI has it; nothing in it
    waits on the way, so that this needs no event loop.
    """
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        return {"type": next(events)}

    async def send(message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            raise RuntimeError(message.get("message", "the application did not start"))

    life = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    with suppress(StopIteration):
        life.__await__().__next__()


def _failures(
    vendor: Vendor,
) -> Callable[[ConnexionRequest, Exception], Awaitable[ConnexionResponse]]:
    """How any failure is said in the vendor's own words; one that is no refusal is logged with its trace."""

    async def answer_failure(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        if isinstance(error, Disconnected):
            return ConnexionResponse(status_code=400)  # which nobody reads any more
        call: Call | None = request.scope.get(SCOPE_KEY)
        answer = vendor.refuse(error)
        if answer.status is None or answer.status >= 500:
            logger.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
        elif call is not None and call.operation is not None:
            validator = call.operation.validator(answer.status)
            if validator is None or not validator.is_valid(answer.body):
                broken = BrokenContract(f"{call.operation.id}: refusal {answer.status} is not documented")
                logger.error("%s", broken, exc_info=error)
                answer = vendor.refuse(broken)
        return ConnexionResponse(
            body=b"" if answer.body is None else orjson.dumps(answer.body),
            status_code=answer.status or 500,
            content_type=answer.media_type,
            headers=dict(answer.headers),
        )

    return answer_failure
