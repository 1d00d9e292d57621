"""The home page, and pages of sandboxes with their credentials and clocks."""

from typing import Any

import flask

from mockvoice import __version__
from mockvoice.control.console.forms import (
    call_handler,
    complete_instant,
    field,
    number_field,
    present_fields,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import clock, sandboxes


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the home page and the pages of sandboxes."""

    @pages.get("/")
    def home() -> str:
        rows = call_handler(lambda: sandboxes.search(server))
        vendors = [
            (vendor, server.addresses.vendors[key]) for key, vendor in server.vendors.items()
        ]
        return flask.render_template(
            "home.html",
            version=__version__,
            main=server.addresses.main,
            vendors=vendors,
            sandboxes=rows,
        )

    @pages.post("/sandboxes")
    def create_sandbox() -> Any:
        body = validate_body(
            "sandboxes.create", {**_initial_state(), **present_fields(name=field("name"))}
        )
        created = call_handler(lambda: sandboxes.create(server, body))
        return redirect_to("sandbox", name=created["name"])

    @pages.get("/sandboxes/<name>")
    def sandbox(name: str) -> str:
        return render_page("sandbox.html", server, name)

    @pages.post("/sandboxes/<name>/reset")
    def reset_sandbox(name: str) -> Any:
        body = validate_body("sandboxes.reset", _initial_state())
        call_handler(lambda: sandboxes.reset(server, name, body))
        return redirect_to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/delete")
    def delete_sandbox(name: str) -> Any:
        call_handler(lambda: sandboxes.delete(server, name))
        return redirect_to("home")

    @pages.post("/sandboxes/<name>/clock")
    def set_clock(name: str) -> Any:
        frozen = {"freeze": True, "thaw": False}.get(field("state"))
        now = field("now") and complete_instant(field("now"))
        body = validate_body("clock.set", present_fields(now=now, frozen=frozen))
        call_handler(lambda: clock.set(server, name, body))
        return redirect_to("sandbox", name=name)

    @pages.post("/sandboxes/<name>/clock/advance")
    def advance_clock(name: str) -> Any:
        unit = field("unit")
        body = validate_body("clock.advance", {unit: number_field("amount")})
        call_handler(lambda: clock.advance(server, name, body))
        return redirect_to("sandbox", name=name)


def _initial_state() -> dict[str, Any]:
    return present_fields(data=field("data"), seed=number_field("seed", int))
