"""The home page, and forms that create, reset and delete sandboxes."""

from typing import Any

import flask

from mockvoice import __version__
from mockvoice.control.console.forms import (
    call_handler,
    field,
    number_field,
    present_fields,
    redirect_to,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.handlers import sandboxes


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the home page and the forms of sandboxes."""

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
        return redirect_to("sandbox", name=created["name"], done="created")

    @pages.post("/sandboxes/<name>/reset")
    def reset_sandbox(name: str) -> Any:
        body = validate_body("sandboxes.reset", _initial_state())
        call_handler(lambda: sandboxes.reset(server, name, body))
        return redirect_to("sandbox", name=name, done="reset")

    @pages.post("/sandboxes/<name>/delete")
    def delete_sandbox(name: str) -> Any:
        call_handler(lambda: sandboxes.delete(server, name))
        return redirect_to("home")


def _initial_state() -> dict[str, Any]:
    return present_fields(data=field("data"), seed=number_field("seed", int))
