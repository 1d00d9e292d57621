"""The home page, and forms that create and delete sandboxes."""

from typing import Any

import flask

from mockvoice import __version__
from mockvoice.control.console.form_state import Form, FormState, submit
from mockvoice.control.console.forms import (
    call_handler,
    field,
    initial_state,
    present_fields,
    redirect_to,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import SandboxExists
from mockvoice.control.handlers import sandboxes

CREATE = Form(
    "create",
    "The sandbox was not created.",
    {"name": "Name", "data": "Data", "seed": "Seed"},
    errors={SandboxExists: "name"},
)


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the home page and the forms of sandboxes."""

    @pages.get("/")
    def home() -> str:
        return _page(server, CREATE.blank())

    @pages.post("/sandboxes")
    def create_sandbox() -> Any:
        def work() -> Any:
            fields = {**initial_state(), **present_fields(name=field("name"))}
            body = validate_body("sandboxes.create", fields)
            created = call_handler(lambda: sandboxes.create(server, body))
            return redirect_to("sandbox", name=created["name"], done="created")

        return submit(CREATE, work, lambda state: _page(server, state))

    @pages.post("/sandboxes/<name>/delete")
    def delete_sandbox(name: str) -> Any:
        call_handler(lambda: sandboxes.delete(server, name))
        return redirect_to("home")


def _page(server: ServerContext, create: FormState) -> str:
    rows = call_handler(lambda: sandboxes.search(server))
    vendors = [(vendor, server.addresses.vendors[key]) for key, vendor in server.vendors.items()]
    return flask.render_template(
        "home.html",
        version=__version__,
        main=server.addresses.main,
        vendors=vendors,
        sandboxes=rows,
        create=create,
    )
