"""A vendor's application: Connexion's, with our members in its middleware list."""

from contextlib import nullcontext, suppress
from functools import partial

import connexion
import flask
from connexion.apps.flask import FlaskOperation
from connexion.middleware.exceptions import ExceptionMiddleware
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message

from mockvoice.web import contract
from mockvoice.web.dispatch import HandlerMiddleware
from mockvoice.web.error_responder import ErrorResponder
from mockvoice.web.resolver import HandlerResolver
from mockvoice.web.routing import RoutingMiddleware
from mockvoice.web.sandboxes import SandboxRegistry
from mockvoice.web.security import AuthenticationMiddleware
from mockvoice.web.validation import ValidationMiddleware
from mockvoice.web.vendor import Vendor


def build(
    vendor: Vendor, sandboxes: SandboxRegistry, document: contract.Document | None = None
) -> connexion.FlaskApp:
    """The vendor's API as an ASGI application.

    The contract is ``openapi/<key>/openapi.yaml`` unless a document is given. It is compiled when
    the application is started.
    """
    failures = ErrorResponder(vendor)
    app = connexion.FlaskApp(
        vendor.handlers.rpartition(".")[0],
        middlewares=[
            partial(RoutingMiddleware, vendor=vendor, sandboxes=sandboxes, failures=failures),
            partial(AuthenticationMiddleware, vendor=vendor, sandboxes=sandboxes),
            partial(ValidationMiddleware, vendor=vendor, sandboxes=sandboxes),
            partial(HandlerMiddleware, vendor=vendor, sandboxes=sandboxes),
            ExceptionMiddleware,  # of what only Flask's pages raise; the rest ends at routing
        ],
    )
    with contract.validation_skipped(vendor.key) if document is None else nullcontext():
        app.add_api(
            contract.strip_docs(document or contract.load(vendor.key)),
            base_path="",
            name=vendor.key,
            resolver=HandlerResolver(vendor.handlers),
        )
    if document is None:
        contract.write_cache(vendor.key)
    for kind in (Exception, HTTPException):
        app.add_error_handler(kind, failures.handle_page_error)
    if vendor.pages is not None:
        vendor.pages(app.app, sandboxes)
        app.app.before_request(_pages_alone)
    return app


def _pages_alone() -> None:
    """Connexion gives Flask the operations too, and Flask would find some by paths that none has."""
    if isinstance(
        flask.current_app.view_functions.get(flask.request.endpoint or ""), FlaskOperation
    ):
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
