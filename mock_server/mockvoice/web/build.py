"""Build a vendor's Connexion application with our middlewares."""

from mockvoice.web.connexion_import import connexion  # before all that imports Connexion

# isort: split
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.spec import OpenAPISpecification
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message

from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.web import contract
from mockvoice.web.dispatch import HandlerMiddleware
from mockvoice.web.error_responder import ErrorResponder
from mockvoice.web.request_metrics import RequestMetrics
from mockvoice.web.resolver import HandlerResolver
from mockvoice.web.routing import RoutingMiddleware
from mockvoice.web.security import AuthenticationMiddleware
from mockvoice.web.validation import ValidationMiddleware
from mockvoice.web.vendor import Vendor


class PagesApp(connexion.FlaskApp):
    """Connexion's application with a Flask that serves pages only.

    Operations never reach Flask, which would match some of them by other paths. Compiling their
    routes there would take a third of the start-up.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._middleware_app.add_api = lambda *args, **kwargs: None


def build(
    vendor: Vendor,
    sandboxes: SandboxRegistry,
    document: contract.ContractData | None = None,
    metrics: RequestMetrics | None = None,
) -> connexion.FlaskApp:
    """Build the vendor's API as an ASGI application.

    The contract is the vendor's unless another document is given. It is compiled when the
    application starts. ``metrics`` counts the requests. Raises ``InvalidContract``.
    """
    error_responder = ErrorResponder(vendor)
    app = PagesApp(
        vendor.package,
        middlewares=[
            partial(
                RoutingMiddleware,
                vendor=vendor,
                sandboxes=sandboxes,
                error_responder=error_responder,
                metrics=metrics or RequestMetrics(),
            ),
            partial(AuthenticationMiddleware, vendor=vendor, sandboxes=sandboxes),
            partial(ValidationMiddleware, vendor=vendor, sandboxes=sandboxes),
            partial(HandlerMiddleware, vendor=vendor, sandboxes=sandboxes),
            ExceptionMiddleware,  # for errors of Flask's pages; routing handles all others
        ],
    )
    if document is None:
        vendor.contract.validate()
    with _validation_skipped() if document is None else nullcontext():
        app.add_api(
            contract.strip_docs(document or vendor.contract.data),
            base_path="",
            name=vendor.key,
            resolver=HandlerResolver(vendor.handlers),
        )
    for error_type in (Exception, HTTPException):
        app.add_error_handler(error_type, error_responder.handle_page_error)
    if vendor.pages is not None:
        vendor.pages(app.app, sandboxes)
    return app


def start(app: connexion.FlaskApp) -> ASGIApp:
    """Compile an application's contract now instead of at the first request; return its first middleware.

    That is the whole application: Connexion's objects around it only pass requests on.

    Fails, naming the operation, if a handler is missing or has arguments that the contract does not
    provide. Sends the ASGI lifespan events. This needs no event loop, because nothing in the
    application waits.
    """
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        return {"type": next(events)}

    async def send(message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            raise RuntimeError(message.get("message", "the application did not start"))

    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    with suppress(StopIteration):
        lifespan.__await__().__next__()
    first_middleware: ASGIApp = app.middleware.app
    return first_middleware


@contextmanager
def _validation_skipped() -> Iterator[None]:
    """Skip Connexion's validation, for a contract that is valid; Connexion has no option for it."""
    original = OpenAPISpecification.__dict__.get("_validate_spec")
    OpenAPISpecification._validate_spec = classmethod(lambda cls, spec: None)  # noqa: SLF001
    try:
        yield
    finally:
        if original is None:
            del OpenAPISpecification._validate_spec  # noqa: SLF001
        else:
            OpenAPISpecification._validate_spec = original  # noqa: SLF001
