"""The control application: the API and the pages, behind their guard."""

from functools import partial
from typing import Any

from starlette.types import ASGIApp

from mockvoice.control import pages, render
from mockvoice.control.guard import Guard
from mockvoice.control.house import House
from mockvoice.settings import Settings
from mockvoice.web.build import build, start
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Grant, Sandbox, SandboxRegistry
from mockvoice.web.vendor import SecurityCheck, Vendor


def control_app(house: House, settings: Settings) -> ASGIApp:
    """The whole of what is served at ``/`` and ``/_mock``."""
    app = build(_control(house), house.sandboxes)
    start(app)
    return Guard(app, host=settings.host, token=settings.control_token)


def _control(house: House) -> Vendor:
    """The control API, in the terms in which a vendor speaks of itself: its world is the server."""
    key = "control"
    grant = Grant(Sandbox(key, house.clock, {key: house}, {}), "owner")

    def admit(call: RequestContext, sandboxes: SandboxRegistry) -> Grant:
        """Whoever got past the guard may do everything."""
        return grant

    return Vendor(
        key=key,
        title="Mockvoice",
        port_offset=0,
        backend=House,
        handlers="mockvoice.control.handlers",
        security={"": SecurityCheck(admit), "controlToken": SecurityCheck(admit)},
        credentials={},
        lookup_credentials=(),
        install_defaults=_nothing,
        error_response=render.refuse,
        pages=partial(pages.add, house=house),
        page_paths=("/",),
        instrumented=False,
    )


def _nothing(house: Any, document: Any) -> None:
    """The server is there already."""
