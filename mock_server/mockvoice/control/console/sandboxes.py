"""What runs where; sandboxes with their credentials and their clocks."""

from typing import Any

import flask

from mockvoice import __version__
from mockvoice.control.console.forms import (
    call_handler,
    field,
    instant,
    number,
    present_fields,
    redirect_to,
    render_page,
    validated,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import clock, sandboxes


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the pages of sandboxes."""

    @pages.get("/")
    def home() -> str:
        shown = call_handler(lambda: sandboxes.search(server))
        vendors = [(each, server.addresses.vendors[key]) for key, each in server.vendors.items()]
        return flask.render_template(
            "home.html",
            version=__version__,
            main=server.addresses.main,
            vendors=vendors,
            sandboxes=shown,
        )

    @pages.post("/sandboxes")
    def create_sandbox() -> Any:
        body = validated("sandboxes.create", {**_beginning(), **present_fields(name=field("name"))})
        made = call_handler(lambda: sandboxes.create(server, body))
        return redirect_to("sandbox", name=made["name"])

    @pages.get("/sandboxes/<name>")
    def sandbox(name: str) -> str:
        return render_page("sandbox.html", server, name)

    @pages.post("/sandboxes/<name>/reset")
    def reset_sandbox(name: str) -> Any:
        body = validated("sandboxes.reset", _beginning())
        call_handler(lambda: sandboxes.reset(server, name, body))
        return redirect_to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/delete")
    def delete_sandbox(name: str) -> Any:
        call_handler(lambda: sandboxes.delete(server, name))
        return redirect_to("home")

    @pages.post("/sandboxes/<name>/clock")
    def set_clock(name: str) -> Any:
        frozen = {"freeze": True, "thaw": False}.get(field("state"))
        now = field("now") and instant(field("now"))
        body = validated("clock.set", present_fields(now=now, frozen=frozen))
        call_handler(lambda: clock.set(server, name, body))
        return redirect_to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/clock/advance")
    def advance_clock(name: str) -> Any:
        unit = field("unit")
        body = validated("clock.advance", {unit: number("amount")})
        call_handler(lambda: clock.advance(server, name, body))
        return redirect_to("sandbox", name=name)


def _beginning() -> dict[str, Any]:
    return present_fields(data=field("data"), seed=number("seed", int))
