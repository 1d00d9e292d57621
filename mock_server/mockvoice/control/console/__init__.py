"""The console: web pages for sandboxes, and interactive documentation of the contracts.

The views run in Flask's threads, so they access sandboxes through the event loop. They work
without scripts: changes are forms, which redirect to a page that can be reloaded.

* ``sandboxes``  the home page; sandboxes are created and deleted
* ``overview``   what is in a sandbox; its clock is moved, and it is reset
* ``filling``    filling a sandbox with data, and its progress
* ``records``    a sandbox's invoices, clients, payments …: lists and documents
* ``journal``, ``entry``  requests, and the page of one
* ``faults``, ``outbox``, ``webhooks``  the page of the same name; ``fault_form`` has the form of a fault
* ``snapshots``  snapshots and their differences
* ``docs``       the contracts with Swagger UI; ``docs_contract`` and ``docs_records`` prepare its requests
* ``reading``    copies of a vendor's data for pages that look at many rows
* ``forms``      parse forms, call the control API's handlers, and render pages
* ``form_state`` a form that was rejected is shown again, with its problems
"""

from typing import Any

import flask
from werkzeug.routing import IntegerConverter

from mockvoice.control import render, template_filters
from mockvoice.control.console import (
    docs,
    entry,
    faults,
    filling,
    journal,
    outbox,
    overview,
    records,
    sandboxes,
    snapshots,
    webhooks,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ControlError
from mockvoice.control.login import LOGGED_IN_KEY
from mockvoice.control.seeding_runs import SeedingRuns
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.web.errors import RequestError

# Pages must not load anything from other sites, and other sites must not frame them. The style sheet of
# Swagger UI has data: images.
POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
STATIC = ("pages.static", "pages.swagger_ui")
FORM_BYTES = 1024 * 1024


class ShortNumber(IntegerConverter):
    """A number in a path. Python rejects numbers of thousands of digits; no record has one of 19."""

    regex = r"\d{1,18}"


def add(app: flask.Flask, registry: SandboxRegistry, *, server: ServerContext) -> None:
    """Add the console to the control application."""
    # A path with repeated slashes is a different path, as for every vendor.
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = ShortNumber
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for template_filter in (
        template_filters.instant,
        template_filters.money,
        template_filters.amount,
        template_filters.compact_json,
        template_filters.readable,
        template_filters.role_name,
        template_filters.short,
        template_filters.rows_of,
        template_filters.plain,
        template_filters.highlight,
    ):
        app.add_template_filter(template_filter)
    app.context_processor(_values_of_all_pages)
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES
    pages = flask.Blueprint(
        "pages",
        __name__,
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/_mock/static",
    )
    for module in (
        docs,
        sandboxes,
        records,
        faults,
        journal,
        entry,
        outbox,
        webhooks,
        snapshots,
    ):
        module.add(pages, server)
    runs = SeedingRuns()
    overview.add(pages, server, runs)
    filling.add(pages, server, runs)
    pages.after_request(security_headers)
    pages.register_error_handler(ControlError, error_page)
    pages.register_error_handler(RequestError, error_page)
    app.register_blueprint(pages)


def _values_of_all_pages() -> dict[str, Any]:
    return {"logged_in": LOGGED_IN_KEY in flask.request.environ["asgi.scope"]}


def security_headers(response: flask.Response) -> flask.Response:
    """Add the security headers to a page."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    if flask.request.endpoint not in STATIC:
        response.headers["Cache-Control"] = "no-store"  # pages have credentials and personal data
    response.headers.pop("Date", None)  # uvicorn adds it
    return response


def error_page(error: Exception) -> tuple[Any, int]:
    """Respond with a control API error: as a page if the client accepts HTML, else as JSON."""
    response = render.error_response(error)
    if "text/html" not in flask.request.headers.get("Accept", ""):
        return response.body, response.status or 500
    message = response.body["error"]["message"]
    return (
        flask.render_template("error.html", message=message, status=response.status),
        response.status or 500,
    )
