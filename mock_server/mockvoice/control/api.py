"""The control application: the API and the pages, behind their guard."""

from functools import partial
from typing import Any

from starlette.types import ASGIApp

from mockvoice.control import console, render
from mockvoice.control.access import AccessMiddleware
from mockvoice.control.context import ServerContext
from mockvoice.settings import Settings
from mockvoice.web.build import build, start
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Grant, Sandbox, SandboxRegistry
from mockvoice.web.vendor import SecurityCheck, Vendor


def control_app(server: ServerContext, settings: Settings) -> ASGIApp:
    """The whole of what is served at ``/`` and ``/_mock``."""
    app = build(_control(server), server.sandboxes)
    start(app)
    return AccessMiddleware(app, host=settings.host, token=settings.control_token)


def _control(server: ServerContext) -> Vendor:
    """The control API, in the terms in which a vendor speaks of itself: its world is the server."""
    key = "control"
    grant = Grant(Sandbox(key, server.clock, {key: server}, {}), "owner")

    def authorize(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
        """Whoever got past the guard may do everything."""
        return grant

    return Vendor(
        key=key,
        title="Mockvoice",
        port_offset=0,
        backend=ServerContext,
        handlers="mockvoice.control.handlers",
        security={"": SecurityCheck(authorize), "controlToken": SecurityCheck(authorize)},
        credentials={},
        lookup_credentials=(),
        install_defaults=_nothing,
        error_response=render.refuse,
        pages=partial(console.add, server=server),
        page_paths=("/",),
        instrumented=False,
    )


def _nothing(server: Any, document: Any) -> None:
    """The server is there already."""
