"""Pages for people: the console, and each contract to read and to try.

The views run in Flask's threads, so whatever they show of a sandbox they ask of the loop. They
work without scripts: what changes something is a form, and leads to a page that can be reloaded.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import flask

from mockvoice.control import render
from mockvoice.control.console import activity, docs, invoices, sandboxes, snapshots
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ControlError, ForeignOrigin
from mockvoice.web.errors import RequestError
from mockvoice.web.sandboxes import SandboxRegistry

# Nothing on a page may come from elsewhere, and no page may be put into another's frame.
# Swagger UI sets styles on its elements and has pictures in its style sheet.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FORM_BYTES = 1024 * 1024


def add(app: flask.Flask, sandboxes_: SandboxRegistry, *, server: ServerContext) -> None:
    """Give the control application its pages."""
    # Repeated slashes make another path, as they do for every vendor.
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["columns"] = columns
    app.config["MAX_CONTENT_LENGTH"] = FORM_BYTES
    pages = flask.Blueprint(
        "pages",
        __name__,
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/_mock/static",
    )
    for part in (docs, sandboxes, invoices, activity, snapshots):
        part.add(pages, server)
    pages.before_request(csrf_check)
    pages.after_request(security_headers)
    pages.register_error_handler(ControlError, error_page)
    pages.register_error_handler(RequestError, error_page)
    app.register_blueprint(pages)


def columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every name that some row has, in the order in which they come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def csrf_check() -> None:
    """Refuse a form that another page has sent, be it one of this machine's. Raises ``ForeignOrigin``."""
    request = flask.request
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin(origin)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignOrigin(origin or "elsewhere")


def security_headers(response: flask.Response) -> flask.Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.pop("Date", None)  # the server says it
    return response


def error_page(error: Exception) -> tuple[Any, int]:
    """What the control API would have said, as a page for whoever takes pages."""
    answer = render.refuse(error)
    if "text/html" not in flask.request.headers.get("Accept", ""):
        return answer.body, answer.status or 500
    message = answer.body["error"]["message"]
    return flask.render_template("refused.html", message=message), answer.status or 500
